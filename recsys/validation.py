"""The ranges of everything somebody may ask for: form, route and command line all call this module.

Our own, not pydantic: nothing is converted in silence, and a refusal names the field, what was received, what is
allowed and what to do, in the same words everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from numbers import Integral, Real

from recsys.errors import Problem, shown
from recsys.schema import MAX_ID, MIN_ID, MOVIE, RATING, USER, star_name

MAX_RATINGS = 500  # what fits into one request, and more than a newcomer rates in an evening
MAX_LISTED = 100  # rows of one list
MAX_ONLY = 1000  # movies of a list of one's own
HIDDEN_GEMS = "gems"
RANKERS = ("personal", "expected", "popular", HIDDEN_GEMS)
YEARS = (1800, 2200)
ID_RANGE = f"a whole number from {MIN_ID} to {MAX_ID}"
NOTHING = "nothing"


def user_problem(value: object, field: str = USER) -> Problem | None:
    """What is wrong with the form of a user id, or None; whether the data has it is another question."""
    return None if is_id(value) else Problem(field, shown(value), ID_RANGE, _remedy("user"))


def movie_problem(value: object, field: str = MOVIE) -> Problem | None:
    """What is wrong with the form of a movie id, or None; whether the data has it is another question."""
    return None if is_id(value) else Problem(field, shown(value), ID_RANGE, _remedy("movie"))


def unknown_id_problem(field: str, received: object, known: tuple[int, int], remedy: str, users: bool) -> Problem:
    """The problem of an id of the right form that the data lacks; `known` is the range of the ids that it has."""
    allowed = f"one of the {'users' if users else 'movies'} in the data, with ids from {known[0]} to {known[1]}"
    return Problem(field, shown(received), allowed, remedy)


def is_id(value: object) -> bool:
    """Whether this can be the id of a user or a movie: a whole number in the range, and no truth value."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    return whole and MIN_ID <= value <= MAX_ID  # type: ignore[operator]


def star_problem(value: object, stars: Sequence[float] | None, field: str = RATING) -> Problem | None:
    """What is wrong with a given rating, or None.

    `stars` is the model's rating scale; None (no model yet) checks only that it is a finite number.
    """
    if _is_number(value) and (stars is None or float(value) in stars):  # type: ignore[arg-type]
        return None
    return Problem(field, shown(value), stars_allowed(stars), "Give one of the allowed values as a number.")


def history_problems(rows: Sequence[object], stars: Sequence[float] | None, field: str = "ratings") -> list[Problem]:
    """Everything wrong with a newcomer's ratings, row by row.

    Each row is a mapping with exactly `movie_id` and `rating`; a movie may appear once and there are at most
    `MAX_RATINGS` rows. No rows at all is right: a newcomer of whom nothing is known.
    """
    if len(rows) > MAX_RATINGS:
        remedy = "Send the ratings that matter most to you."
        return [Problem(field, f"{len(rows)} ratings", f"at most {MAX_RATINGS}", remedy)]
    problems: list[Problem] = []
    seen: set[object] = set()
    for number, row in enumerate(rows):
        problems += _row_problems(row, stars, f"{field}[{number}]", seen)
    return problems


def list_problems(
    n: object,
    genres: object,
    years: object,
    min_ratings: object,
    only: object,
    ranker: object,
    popularity: object,
    diversity: object,
    min_like: object,
) -> list[Problem]:
    """Everything wrong with the form of a wish for a list; whether the catalogue has a genre is another question."""
    checks = (
        number_problem("n", n, 1, MAX_LISTED, whole=True),
        number_problem("min_ratings", min_ratings, 0, MAX_ID, whole=True),
        number_problem("popularity", popularity, -1, 1),
        number_problem("diversity", diversity, 0, 1),
        None if min_like is None else number_problem("min_like", min_like, 0, 1),
        None if ranker in RANKERS else Problem("ranker", shown(ranker), ", ".join(RANKERS), "Choose one of these."),
        _texts_problem("genres", genres),
        _years_problem(years),
        _ids_problem("only", only),
    )
    return [problem for problem in checks if problem]


def number_problem(field: str, value: object, low: float, high: float, whole: bool = False) -> Problem | None:
    """What is wrong with a number that must lie between two others, or None."""
    right = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
    if right and low <= value <= high:  # type: ignore[operator]
        return None
    kind = "a whole number" if whole else "a number"
    return Problem(field, shown(value), f"{kind} from {low} to {high}", "Give a value in this range.")


def unknown_fields(given: Iterable[str], known: Collection[str], prefix: str = "") -> list[Problem]:
    """One problem for each name that is not among the known ones, so that a typo is never ignored."""
    remedy = "Remove it, or correct its spelling."
    return [
        Problem(prefix + _inner(name), "an unknown field", ", ".join(known), remedy)
        for name in given
        if name not in known
    ]


def missing_problem(field: str, allowed: str, remedy: str = "") -> Problem:
    """The problem of a field that was left out."""
    return Problem(field, NOTHING, allowed, remedy or f"Add `{field}`.")


def object_problem(value: object, field: str, names: Collection[str]) -> Problem:
    """The problem of a value that should have been an object with named fields."""
    return Problem(field, shown(value), f"an object with {' and '.join(names)}", "Put the fields between { and }.")


def stars_allowed(stars: Sequence[float] | None) -> str:
    """The rating scale in words."""
    if stars is None:
        return "a number on the model's rating scale"
    return "one of " + ", ".join(star_name(star) for star in stars)


def _remedy(what: str) -> str:
    return f"Give the {what}'s number, without quotes or a decimal point."


def _inner(name: str) -> str:
    """A field's name escaped and short, without quotes, but never empty."""
    return shown(name)[1:-1] or '""'


def _is_number(value: object) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    # A long integer would overflow in math.isfinite; no rating scale goes that far.
    return abs(value) < MAX_ID and math.isfinite(value)


def _row_problems(row: object, stars: Sequence[float] | None, field: str, seen: set[object]) -> list[Problem]:
    if not isinstance(row, Mapping):
        return [object_problem(row, field, (MOVIE, RATING))]
    problems = unknown_fields(row, (MOVIE, RATING), f"{field}.")
    problems += _movie_once(row, f"{field}.{MOVIE}", seen)
    if RATING not in row:
        return [*problems, missing_problem(f"{field}.{RATING}", stars_allowed(stars))]
    star = star_problem(row[RATING], stars, f"{field}.{RATING}")
    return [*problems, star] if star else problems


def _movie_once(row: Mapping[str, object], field: str, seen: set[object]) -> list[Problem]:
    if MOVIE not in row:
        return [missing_problem(field, ID_RANGE)]
    movie = row[MOVIE]
    if problem := movie_problem(movie, field):
        return [problem]
    if movie in seen:
        return [Problem(field, f"{shown(movie)} again", "each movie once", "Keep one rating for this movie.")]
    seen.add(movie)
    return []


def _texts_problem(field: str, value: object) -> Problem | None:
    if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(each, str) for each in value):
        return None
    return Problem(field, shown(value), "a list of names", "Put the names between [ and ].")


def _ids_problem(field: str, value: object) -> Problem | None:
    if value is None:
        return None
    if not isinstance(value, Sequence) or isinstance(value, str):
        return Problem(field, shown(value), f"a list of movie ids, each {ID_RANGE}", "Put the ids between [ and ].")
    if len(value) > MAX_ONLY:
        return Problem(field, f"{len(value)} movies", f"at most {MAX_ONLY}", "Send the movies that matter most.")
    return next((problem for each in value if (problem := movie_problem(each, field))), None)


def _years_problem(value: object) -> Problem | None:
    allowed = f"the first and the last year, each a whole number from {YEARS[0]} to {YEARS[1]} or empty"
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        given = [year for year in value if year is not None]
        if not any(number_problem("years", year, *YEARS, whole=True) for year in given):
            reversed_years = Problem("years", shown(value), "the earlier year first", "They are reversed: swap them.")
            return None if given == sorted(given) else reversed_years
    return Problem("years", shown(value), allowed, "Give two years, the earlier one first.")
