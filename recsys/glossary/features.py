"""What the signals and the features of a model are called. They are about one person and one movie."""

from __future__ import annotations

from collections.abc import Sequence

GENDER = "gender_"  # what comes before a gender's number
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
ONES = {
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
OF_MANY = {  # by what comes before a star, an axis or a word
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
    """A signal as people call it; one that nobody described speaks for itself."""
    return EXTRACTORS.get(extractor, extractor)


def feature_name(feature: str, genders: Sequence[str] = ()) -> str:
    """A feature as people call it; one that nobody described speaks for itself.

    A feature about a gender has a number in its name, by which its word is looked up in `genders`.
    """
    if feature in ONES:
        return ONES[feature]
    if feature in (numbered := {f"{GENDER}{number}": word for number, word in enumerate(genders, 1)}):
        return OF_MANY[GENDER].format(numbered[feature])
    for beginning, words in OF_MANY.items():
        if feature.startswith(beginning):
            which = feature.removeprefix(beginning)
            return words.format(which if beginning in WITHOUT_STARS else _stars(which))
    return feature


def _stars(which: str) -> str:
    return f"{which} star" if which == "1" else f"{which} stars"
