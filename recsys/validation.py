"""Validation of requests: forms, JSON routes and the command line all use these ranges.

Our own, not pydantic: no value is converted in silence, and each problem names the field, what was received, what is
allowed and what to do, in the same words everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import TypeGuard

from recsys.errors import Problem, shown
from recsys.schema import MAX_ID, MIN_ID, MOVIE, RATING, USER, star_name

MAX_RATINGS = 500  # of a newcomer in one request
YEARS = (1800, 2200)  # of a movie, in any request or file
ID_RANGE = f"a whole number from {MIN_ID} to {MAX_ID}"
NOTHING = "nothing"


def user_problem(value: object, field: str = USER) -> Problem | None:
    """The problem of a malformed user id, or None; the data may still lack a valid id."""
    return None if is_id(value) else Problem(field, shown(value), ID_RANGE, _remedy("user"))


def movie_problem(value: object, field: str = MOVIE) -> Problem | None:
    """The problem of a malformed movie id, or None; the catalogue may still lack a valid id."""
    return None if is_id(value) else Problem(field, shown(value), ID_RANGE, _remedy("movie"))


def unknown_id_problem(field: str, received: object, known: tuple[int, int], remedy: str, users: bool) -> Problem:
    """The problem of an id of the right form that the data lacks; `known` is the range of the ids that it has."""
    allowed = f"one of the {'users' if users else 'movies'} in the data, with ids from {known[0]} to {known[1]}"
    return Problem(field, shown(received), allowed, remedy)


def is_id(value: object) -> bool:
    """Whether a value can be the id of a user or movie: an integer in the range, and no bool."""
    return isinstance(value, Integral) and not isinstance(value, bool) and MIN_ID <= int(value) <= MAX_ID


def star_problem(value: object, stars: Sequence[float] | None, field: str = RATING) -> Problem | None:
    """The problem of an invalid rating, or None.

    `stars` is the model's rating scale; with None (no model yet) any finite number is valid.
    """
    if _is_number(value) and (stars is None or float(value) in stars):
        return None
    return Problem(field, shown(value), stars_allowed(stars), "Give one of the allowed values as a number.")


def history_problems(rows: Sequence[object], stars: Sequence[float] | None, field: str = "ratings") -> list[Problem]:
    """All problems of a newcomer's history.

    Parameters
    ----------
    rows : sequence
        Ratings, each a mapping with exactly `movie_id` and `rating`; each movie once, `MAX_RATINGS` rows at most. No
        rows at all is valid: a newcomer without ratings.
    stars : sequence of float or None
        The rating scale, as in `star_problem`.
    field : str
        Name of the field that holds the rows.

    Returns
    -------
    list of Problem
        In the order of the rows.
    """
    if len(rows) > MAX_RATINGS:
        remedy = "Send the ratings that matter most to you."
        return [Problem(field, f"{len(rows)} ratings", f"at most {MAX_RATINGS}", remedy)]
    problems: list[Problem] = []
    seen: set[object] = set()
    for number, row in enumerate(rows):
        problems += _row_problems(row, stars, f"{field}[{number}]", seen)
    return problems


def number_problem(field: str, value: object, low: float, high: float, whole: bool = False) -> Problem | None:
    """The problem of a value that is no number from `low` to `high` (no integer, with `whole`), or None."""
    number = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
    if number and low <= value <= high:  # pyright: ignore[reportOperatorIssue] - Real has no order in the stubs
        return None
    kind = "a whole number" if whole else "a number"
    return Problem(field, shown(value), f"{kind} from {low} to {high}", "Give a value in this range.")


def unknown_fields(names: Iterable[str], allowed: Collection[str], prefix: str = "") -> list[Problem]:
    """One problem for each unknown field name, so that a typo is never ignored."""
    remedy = "Remove it, or correct its spelling."
    return [
        Problem(prefix + _escaped_name(name), "an unknown field", ", ".join(allowed), remedy)
        for name in names
        if name not in allowed
    ]


def missing_problem(field: str, allowed: str, remedy: str = "") -> Problem:
    """The problem of a missing field."""
    return Problem(field, NOTHING, allowed, remedy or f"Add `{field}`.")


def object_problem(value: object, field: str, names: Collection[str]) -> Problem:
    """The problem of a value that should be an object with these fields."""
    return Problem(field, shown(value), f"an object with {' and '.join(names)}", "Put the fields between { and }.")


def stars_allowed(stars: Sequence[float] | None) -> str:
    """The rating scale as the `allowed` text of a problem."""
    if stars is None:
        return "a number on the model's rating scale"
    return "one of " + ", ".join(star_name(star) for star in stars)


def _remedy(owner: str) -> str:
    return f"Give the {owner}'s number, without quotes or a decimal point."


def _escaped_name(name: str) -> str:
    """A field's name, escaped and shortened, without quotes; `""` for an empty one."""
    return shown(name)[1:-1] or '""'


def _is_number(value: object) -> TypeGuard[Real]:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    # A long integer would overflow in math.isfinite; no rating scale is that wide.
    return abs(value) < MAX_ID and math.isfinite(value)  # pyright: ignore[reportOperatorIssue] - no order in the stubs


def _row_problems(row: object, stars: Sequence[float] | None, field: str, seen: set[object]) -> list[Problem]:
    if not isinstance(row, Mapping):
        return [object_problem(row, field, (MOVIE, RATING))]
    problems = unknown_fields(row, (MOVIE, RATING), f"{field}.")
    problems += _movie_problems(row, f"{field}.{MOVIE}", seen)
    if RATING not in row:
        return [*problems, missing_problem(f"{field}.{RATING}", stars_allowed(stars))]
    star = star_problem(row[RATING], stars, f"{field}.{RATING}")
    return [*problems, star] if star else problems


def _movie_problems(row: Mapping[str, object], field: str, seen: set[object]) -> list[Problem]:
    if MOVIE not in row:
        return [missing_problem(field, ID_RANGE)]
    movie = row[MOVIE]
    if problem := movie_problem(movie, field):
        return [problem]
    if movie in seen:
        return [Problem(field, f"{shown(movie)} again", "each movie once", "Keep one rating for this movie.")]
    seen.add(movie)
    return []
