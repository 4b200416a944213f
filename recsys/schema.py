"""Names of columns, and the range of ids."""

from __future__ import annotations

from collections.abc import Sequence

USER, MOVIE, RATING, TIME = "user_id", "movie_id", "rating", "timestamp"
TITLE, YEAR, RELEASED, GENRES = "title", "year", "release_date", "genres"
GENDER, AGE, OCCUPATION = "gender", "age", "occupation"
EXPECTED, KNOWN, RATED = "expected", "known_user", "rated"
RANK, LIKE, SCORE, MATCH, SIMILARITY = "rank", "like", "score", "match", "similarity"
SPREAD, CLASH = "spread", "clash"  # of a list for several: difference of expected stars, and whether it is large
BASE, EXPECTED_WITHOUT, REASON = "base", "expected_without", "reason"
USER_COUNT, MOVIE_COUNT = "user_count", "movie_count"  # ratings of them in the train part

RATINGS_COLUMNS = (USER, MOVIE, RATING, TIME)
MOVIES_COLUMNS = (MOVIE, TITLE, YEAR, RELEASED, GENRES)
USERS_COLUMNS = (USER, GENDER, AGE, OCCUPATION)
PROFILE_COLUMNS = (GENDER, AGE, OCCUPATION)

MIN_ID, MAX_ID = 0, 2**31 - 1  # of users and movies everywhere: some datasets number from 0
NO_TIME = -1  # of a rating whose timestamp is missing or unusable; sorts before every other
DISLIKED_SHARE = 0.4  # disliked means at most this share of the scale's maximum: 2 of 5
LIKED_SHARE = 0.8  # liked means at least this share of the scale's maximum: 4 of 5


def star_name(star: float) -> str:
    """A star value without needless decimals: `4`, `3.5`."""
    return f"{star:g}"


def probability_columns(stars: Sequence[float]) -> list[str]:
    """The names of the probability columns, one per star of the scale: `p_1` ... `p_5`."""
    return [f"p_{star_name(star)}" for star in stars]
