"""Names of feature extractors and features. They are about one user and one movie."""

from __future__ import annotations

from collections.abc import Sequence

GENDER = "gender_"  # prefix of a gender's number
EXTRACTORS = {
    "gaussian_process": "Taste: similar movies (Gaussian process)",
    "damped_bias": "User and movie averages",
    "histograms": "Rating histograms of user and movie",
    "ease": "Which movies they choose (EASE)",
    "cooccurrence_svd": "Movies rated together (SVD)",
    "activity": "Year, popularity, activity",
    "genre_pca": "Favourite genres (PCA)",
    "demographics": "Age, gender, occupation",
}
SINGLE_FEATURES = {
    "bias_expected": "User and movie average combined",
    "bias_user": "User's average, relative to others",
    "bias_user_new": "User's average, for newcomers",
    "bias_movie": "Movie's average, relative to others",
    "user_spread": "Spread of the user's ratings",
    "movie_spread": "Spread of the movie's ratings",
    "user_count": "Number of ratings by the user",
    "user_newness": "How new the user is",
    "movie_count": "Number of ratings of the movie",
    "movie_year": "Movie's year",
    "usual_count": "Popularity of the user's usual movies",
    "usual_year": "Year of the user's usual movies",
    "count_gap": "Popularity compared with the user's usual",
    "year_gap": "Year compared with the user's usual",
    "raters_count": "Activity of the movie's raters",
    "raters_offset": "Generosity of the movie's raters",
    "age": "Age",
    "genre_taste": "User's taste in its genres",
    "genre_taste_pca": "User's taste in its genres (PCA)",
    "ease": "EASE score: would they choose it",
    "ease_liked": "EASE score from liked movies",
    "ease_disliked": "EASE score from disliked movies",
    "ease_relative": "EASE score compared with their other choices",
    "gp_expected": "Expected rating by taste",
    "gp_new": "Expected rating by taste, for newcomers",
    "gp_variance": "Uncertainty of the taste estimate",
    "neighbour_weight": "Number of similar movies rated",
    "neighbour_residual": "Ratings of similar movies compared with expectation",
    "user_error": "Typical error for this user",
    "movie_error": "Typical error for this movie",
}
FEATURE_FAMILIES = {  # by the prefix of a star, an axis or a word
    "user_share_": "How often the user gives {}",
    "movie_share_": "How often the movie gets {}",
    "movie_residual_": "Movie gets {} more often than expected",
    "gp_over_": "Probability of at least {} by taste",
    "calibration_": "How often {} at such a taste estimate",
    "neighbour_share_": "How often the user gives similar movies {}",
    "svd_": "Movies rated together, component {}",
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
