"""Who asks, in plain values: a known user's id, or a newcomer's ratings. Shared by every kind of question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recsys.errors import Problem, shown
from recsys.schema import MOVIE, RATING, USER
from recsys.validation import ID_RANGE, MAX_RATINGS, history_problems, missing_problem, user_problem

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

RATINGS = "ratings"
AS_NEWCOMER = f"send `{RATINGS}` instead of `{USER}` to ask as a newcomer"
Rated = tuple[tuple[int, float], ...]  # a newcomer's (movie_id, stars)


def identity_problems(given: Mapping[str, Any], stars: Sequence[float] | None) -> list[Problem]:
    """Everything wrong with who asks: `user_id`, or `ratings`, a list of {movie_id, rating} that may be empty.

    `stars` is the model's scale, None when there is no model yet.
    """
    if USER in given and RATINGS in given:
        remedy = f"Keep `{USER}` for a known user, or `{RATINGS}` for a newcomer."
        return [Problem(USER, f"{USER} together with {RATINGS}", "one of the two", remedy)]
    if RATINGS in given:
        return _ratings_problems(given[RATINGS], stars)
    if USER not in given:
        return [missing_problem(USER, ID_RANGE, f"Add `{USER}`, or {AS_NEWCOMER}.")]
    problem = user_problem(given[USER])
    return [problem] if problem else []


def rated(given: Mapping[str, Any]) -> Rated:
    """The ratings of a checked question, none for a known user."""
    return tuple((row[MOVIE], float(row[RATING])) for row in given.get(RATINGS, ()))


def unknown_user(recommender: Recommender, user_id: int | None, history: Rated, newcomer: str) -> list[Problem]:
    """One problem for each id of who asks that the data lacks; `newcomer` says how to ask without a user id."""
    problems = []
    if user_id is not None and not recommender.has_user(user_id):
        remedy = f"Choose a known user, or {newcomer}."
        problems.append(_unknown(USER, user_id, "users", recommender.known_range[USER], remedy))
    movies = ((f"{RATINGS}[{n}].{MOVIE}", movie) for n, (movie, _) in enumerate(history))
    return problems + unknown_movies(recommender, movies)


def unknown_movies(recommender: Recommender, named: Iterable[tuple[str, int]]) -> list[Problem]:
    """One problem for each (field, movie id) that the catalogue lacks."""
    known = recommender.known_range[MOVIE]
    return [
        _unknown(field, movie, "movies", known, "Choose a movie of the catalogue.")
        for field, movie in named
        if not recommender.has_movie(movie)
    ]


def history_rows(text: str) -> list[dict[str, object]]:
    """The command line's `50=5,172=4` as rows for `identity_problems`, which refuses what is not a number."""
    rows: list[dict[str, object]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        movie, _, star = part.partition("=")
        rows.append({MOVIE: number_of(movie), RATING: number_of(star)})
    return rows


def number_of(text: str) -> object:
    """The number that a word of the command line says, or the word itself for a check to refuse."""
    text = text.strip()
    if len(text) > 20 or not text.isascii() or "_" in text:
        return text
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _ratings_problems(rows: object, stars: Sequence[float] | None) -> list[Problem]:
    if isinstance(rows, list | tuple):
        return history_problems(rows, stars, RATINGS)
    allowed = f"a list of at most {MAX_RATINGS} objects with {MOVIE} and {RATING}"
    return [Problem(RATINGS, shown(rows), allowed, "Put the rated movies between [ and ].")]


def _unknown(field: str, value: int, what: str, known: tuple[int, int], remedy: str) -> Problem:
    allowed = f"one of the {what} in the data, with ids from {int(known[0])} to {int(known[1])}"
    return Problem(field, shown(value), allowed, remedy)
