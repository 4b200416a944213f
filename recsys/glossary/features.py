"""What the signals and the features of a model are called. They are about one person and one movie."""

from __future__ import annotations

from collections.abc import Sequence

GENDER = "gender_"  # what comes before a gender's number
SIGNALS = {
    "taste": "Taste: movies like those they rated",
    "bias": "Generous user, well-liked movie",
    "histograms": "Stars given so far, by user and movie",
    "choice": "Who chooses which movies",
    "company": "Movies rated together",
    "facts": "Facts: year, counts",
    "genres": "Genres they favour",
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
    "chosen": "How likely they are to choose it",
    "chosen_liked": "How likely, by what they liked",
    "chosen_disliked": "How likely, by what they disliked",
    "chosen_relative": "How likely, beside their other choices",
    "taste": "Stars expected by taste",
    "taste_new": "What taste adds, if new",
    "taste_doubt": "How unsure their taste is here",
    "near_weight": "How many movies like it they rated",
    "near_left": "How movies like it surprised",
    "user_error": "How hard they are to predict",
    "movie_error": "How hard the movie is to predict",
}
OF_MANY = {  # by what comes before a star, an axis or a word
    "user_share_": "How often they give {}",
    "movie_share_": "How often the movie gets {}",
    "movie_departure_": "The movie gets {} more than expected",
    "taste_over_": "At least {}, by taste",
    "taste_given_": "Share of {} at such a taste",
    "taste_near_": "Share of {} on movies like it",
    "company_": "Movies rated together, axis {}",
    GENDER: "Gender {}",
}
WITHOUT_STARS = ("company_", GENDER)


def signal_name(signal: str) -> str:
    """A signal as people call it; one that nobody described speaks for itself."""
    return SIGNALS.get(signal, signal)


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
