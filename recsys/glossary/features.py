"""Names of feature extractors and features. They are about one user and one movie."""

from __future__ import annotations

from collections.abc import Sequence

GENDER = "gender_"  # prefix of a gender's number
EXTRACTORS = {
    "gaussian_process": "Taste: movies like those they rated",
    "damped_bias": "Generous user, well-liked movie",
    "histograms": "Stars given so far, by user and movie",
    "ease": "Who chooses which movies",
    "cooccurrence_svd": "Movies rated together",
    "activity": "Facts: year, counts",
    "genre_pca": "Genres they favour",
    "demographics": "Age, gender, occupation",
}
SINGLE_FEATURES = {
    "bias_expected": "Both averages together",
    "bias_user": "How generous they are",
    "bias_user_new": "How generous they are, if new",
    "bias_movie": "How well liked the movie is",
    "user_spread": "How varied their stars are",
    "movie_spread": "How divided opinions of the movie are",
    "user_count": "How much they rated",
    "user_newness": "How new they are",
    "movie_count": "How often the movie was rated",
    "movie_year": "Year of the movie",
    "usual_count": "How well known what they rate is",
    "usual_year": "From which years they rate",
    "count_gap": "Better or less known than is usual for them",
    "year_gap": "Newer or older than is usual for them",
    "raters_count": "How much the movie's raters rate",
    "raters_offset": "How generous the movie's raters are",
    "age": "Age",
    "genre_taste": "Their taste in its genres",
    "genre_taste_pca": "Their taste in its genres, by PCA",
    "ease": "How likely they are to choose it",
    "ease_liked": "How likely, by what they liked",
    "ease_disliked": "How likely, by what they disliked",
    "ease_relative": "How likely, beside their other choices",
    "gp_expected": "Stars expected by taste",
    "gp_new": "What taste adds, if new",
    "gp_variance": "How unsure their taste is here",
    "neighbour_weight": "How many movies like it they rated",
    "neighbour_residual": "How movies like it surprised",
    "user_error": "How hard they are to predict",
    "movie_error": "How hard the movie is to predict",
}
FEATURE_FAMILIES = {  # by the prefix of a star, an axis or a word
    "user_share_": "How often they give {}",
    "movie_share_": "How often the movie gets {}",
    "movie_residual_": "The movie gets {} more than expected",
    "gp_over_": "At least {}, by taste",
    "calibration_": "Share of {} at such a taste",
    "neighbour_share_": "Share of {} on movies like it",
    "svd_": "Movies rated together, axis {}",
    GENDER: "Gender {}",
}
WITHOUT_STARS = ("svd_", GENDER)


def extractor_name(extractor: str) -> str:
    """The name of a feature extractor; its identifier if the glossary has none."""
    return EXTRACTORS.get(extractor, extractor)


def feature_name(feature: str, genders: Sequence[str] = ()) -> str:
    """The name of a feature; its identifier if the glossary has none.

    The number in the name of a gender feature is the position of its word in `genders`, counted from 1.
    """
    if feature in SINGLE_FEATURES:
        return SINGLE_FEATURES[feature]
    if feature in (numbered := {f"{GENDER}{number}": word for number, word in enumerate(genders, 1)}):
        return FEATURE_FAMILIES[GENDER].format(numbered[feature])
    for prefix, template in FEATURE_FAMILIES.items():
        if feature.startswith(prefix):
            suffix = feature.removeprefix(prefix)
            return template.format(suffix if prefix in WITHOUT_STARS else _stars(suffix))
    return feature


def _stars(star: str) -> str:
    return f"{star} star" if star == "1" else f"{star} stars"
