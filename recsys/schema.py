"""The project's dictionary: column names, the rating scale, and how a title is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

USER, MOVIE, RATING, TIME = "user_id", "movie_id", "rating", "timestamp"
TITLE, YEAR, RELEASED, GENRES = "title", "year", "release_date", "genres"
GENDER, AGE, OCCUPATION = "gender", "age", "occupation"
EXPECTED, KNOWN, RATED = "expected", "known_user", "rated"
RANK, LIKE, SCORE, SIMILARITY = "rank", "like", "score", "similarity"
BASE, WITHOUT, REASON = "base", "without", "reason"
USER_COUNT, MOVIE_COUNT = "user_count", "movie_count"  # ratings that the train part has of them

RATINGS_COLUMNS = (USER, MOVIE, RATING, TIME)
MOVIES_COLUMNS = (MOVIE, TITLE, YEAR, RELEASED, GENRES)
USERS_COLUMNS = (USER, GENDER, AGE, OCCUPATION)
PROFILE_COLUMNS = (GENDER, AGE, OCCUPATION)

MIN_ID, MAX_ID = 1, 2**31 - 1
LIKED_SHARE = 0.8  # liked means at least this share of the scale's maximum: 4 of 5

ARTICLES = ("The", "A", "An", "Le", "La", "Les", "L'", "Il", "El", "Los", "Las", "Das", "Der", "Die", "Un", "Une")
_ARTICLE = re.compile(rf"^(?P<name>.+), (?P<article>{'|'.join(ARTICLES)})(?P<rest>\s*\(.*)?$")
_YEAR = re.compile(r"\s*\((?P<year>\d{4})\)(?:\s*\((?:V|TV)\))?\s*$")


def star_name(star: float) -> str:
    """A star value as people write it: `4`, `3.5`."""
    return f"{star:g}"


def probability_columns(stars: Sequence[float]) -> list[str]:
    """The names of the probability columns, one per star of the scale: `p_1` ... `p_5`."""
    return [f"p_{star_name(star)}" for star in stars]


def display_title(title: str) -> str:
    """The title as it is said: `Godfather, The (1972)` becomes `The Godfather`."""
    name = _YEAR.sub("", title)
    found = _ARTICLE.match(name)
    if not found:
        return name or title
    space = "" if found["article"].endswith("'") else " "
    return f"{found['article']}{space}{found['name']}{found['rest'] or ''}"


def title_year(title: str) -> int | None:
    """The year in the title's last parenthesis, or None."""
    found = _YEAR.search(title)
    return int(found["year"]) if found else None
