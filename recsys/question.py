"""One question (who, which movie), checked, and its answer: shared by the route and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from recsys.errors import InputError, Problem, UnknownIdError, shown
from recsys.schema import EXPECTED, KNOWN, MOVIE, RATING, USER, probability_columns, star_name
from recsys.validation import (
    ID_RANGE,
    MAX_RATINGS,
    history_problems,
    missing_problem,
    movie_problem,
    object_problem,
    unknown_fields,
    user_problem,
)

if TYPE_CHECKING:
    from recsys.recommender import Recommender

RATINGS = "ratings"
FIELDS = (USER, MOVIE, RATINGS)
AS_NEWCOMER = f"send `{RATINGS}` instead of `{USER}` to ask as a newcomer"


@dataclass(frozen=True)
class Question:
    """What would this user, or a newcomer with this history, give this movie."""

    movie_id: int
    user_id: int | None = None  # None for a newcomer
    history: tuple[tuple[int, float], ...] = ()  # a newcomer's (movie_id, stars); may be empty

    @classmethod
    def checked(cls, given: object, stars: Sequence[float] | None) -> Question:
        """A question from a JSON-like object; `InputError` lists everything that is wrong with it.

        Fields: `movie_id`, and either `user_id` or `ratings`, a list of {movie_id, rating}. An empty list is
        a newcomer of whom nothing is known. `stars` is the model's scale, None when there is no model yet.
        """
        if not isinstance(given, Mapping):
            raise InputError.of([object_problem(given, "body", (MOVIE, f"{USER} or {RATINGS}"))])
        problems = [*_who_problems(given, stars), *_movie_problems(given), *unknown_fields(given, FIELDS)]
        if problems:
            raise InputError.of(problems)
        history = tuple((row[MOVIE], float(row[RATING])) for row in given.get(RATINGS, ()))
        return cls(given[MOVIE], given.get(USER), history)


def answer(recommender: Recommender, question: Question, newcomer: str = AS_NEWCOMER) -> dict[str, Any]:
    """The prediction as a JSON-able object.

    Keys: user_id (None for a newcomer), movie_id, rating, expected, probabilities {star: p}, known_user,
    version. Ids that the data does not have raise `UnknownIdError`, which lists them all; `newcomer` says in
    the caller's own words how to ask without a user id.
    """
    if problems := unknown_problems(recommender, question, newcomer):
        raise UnknownIdError.of(problems)
    row = {name: column[0] for name, column in _predict(recommender, question).items()}
    columns = probability_columns(recommender.stars)
    names = [star_name(star) for star in recommender.stars]
    return {
        USER: None if question.user_id is None else int(question.user_id),
        MOVIE: int(question.movie_id),
        RATING: _plain(row[RATING]),
        EXPECTED: float(row[EXPECTED]),
        "probabilities": {name: float(row[column]) for name, column in zip(names, columns, strict=True)},
        KNOWN: bool(row[KNOWN]),
        "version": recommender.version,
    }


def unknown_problems(recommender: Recommender, question: Question, newcomer: str = AS_NEWCOMER) -> list[Problem]:
    """One problem for each id of the question that the data does not have."""
    problems = []
    user, ranges = question.user_id, recommender.known_range
    if user is not None and not recommender.has_user(user):
        problems.append(_unknown(USER, user, "users", ranges[USER], f"Choose a known user, or {newcomer}."))
    movies = [(MOVIE, question.movie_id)]
    movies += [(f"{RATINGS}[{n}].{MOVIE}", movie) for n, (movie, _) in enumerate(question.history)]
    for field, movie in movies:
        if not recommender.has_movie(movie):
            problems.append(_unknown(field, movie, "movies", ranges[MOVIE], "Choose a movie of the catalogue."))
    return problems


def history_rows(text: str) -> list[dict[str, object]]:
    """The command line's `50=5,172=4` as rows for `Question.checked`, which refuses what is not a number."""
    rows: list[dict[str, object]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        movie, _, star = part.partition("=")
        rows.append({MOVIE: _number(movie), RATING: _number(star)})
    return rows


def _who_problems(given: Mapping[str, Any], stars: Sequence[float] | None) -> list[Problem]:
    if USER in given and RATINGS in given:
        remedy = f"Keep `{USER}` for a known user, or `{RATINGS}` for a newcomer."
        return [Problem(USER, f"{USER} together with {RATINGS}", "one of the two", remedy)]
    if RATINGS in given:
        return _ratings_problems(given[RATINGS], stars)
    if USER not in given:
        return [missing_problem(USER, ID_RANGE, f"Add `{USER}`, or {AS_NEWCOMER}.")]
    problem = user_problem(given[USER])
    return [problem] if problem else []


def _ratings_problems(rows: object, stars: Sequence[float] | None) -> list[Problem]:
    if isinstance(rows, list | tuple):
        return history_problems(rows, stars, RATINGS)
    allowed = f"a list of at most {MAX_RATINGS} objects with {MOVIE} and {RATING}"
    return [Problem(RATINGS, shown(rows), allowed, "Put the rated movies between [ and ].")]


def _movie_problems(given: Mapping[str, Any]) -> list[Problem]:
    if MOVIE not in given:
        return [missing_problem(MOVIE, ID_RANGE)]
    problem = movie_problem(given[MOVIE])
    return [problem] if problem else []


def _predict(recommender: Recommender, question: Question) -> dict[str, np.ndarray]:
    if question.user_id is None:
        return recommender.columns_for_newcomer([question.movie_id], dict(question.history))
    return recommender.columns_for_users([question.user_id], [question.movie_id])


def _unknown(field: str, value: int, what: str, known: tuple[int, int], remedy: str) -> Problem:
    allowed = f"one of the {what} in the data, with ids from {int(known[0])} to {int(known[1])}"
    return Problem(field, shown(value), allowed, remedy)


def _plain(star: float) -> int | float:
    return int(star) if float(star).is_integer() else float(star)


def _number(text: str) -> object:
    text = text.strip()
    if len(text) > 20 or not text.isascii() or "_" in text:
        return text
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
