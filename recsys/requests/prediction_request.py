"""One question (who, which movie), checked, and its answer: shared by the route and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from recsys.errors import InputError, Problem, UnknownIdError
from recsys.requests.identity import AS_NEWCOMER, RATINGS, Rated, asker_problems, rated, unknown_asker, unknown_movies
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.schema import (
    BASE,
    EXPECTED,
    KNOWN,
    MOVIE,
    RATED,
    RATING,
    TITLE,
    USER,
    WITHOUT,
    probability_columns,
    star_name,
)
from recsys.validation import ID_RANGE, missing_problem, movie_problem, object_problem, unknown_fields

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

FIELDS = (USER, MOVIE, RATINGS)


@dataclass(frozen=True)
class Question:
    """What would this user, or a newcomer with this history, give this movie."""

    movie_id: int
    user_id: int | None = None  # None for a newcomer
    history: Rated = ()  # a newcomer's (movie_id, stars); may be empty

    @classmethod
    def checked(cls, given: object, stars: Sequence[float] | None) -> Question:
        """A question from a JSON-like object; `InputError` lists everything that is wrong with it.

        Fields: `movie_id`, and either `user_id` or `ratings`, a list of {movie_id, rating}. An empty list is
        a newcomer of whom nothing is known. `stars` is the model's scale, None when there is no model yet.
        """
        if not isinstance(given, Mapping):
            raise InputError.of([object_problem(given, "body", (MOVIE, f"{USER} or {RATINGS}"))])
        problems = [*asker_problems(given, stars), *_movie_problems(given), *unknown_fields(given, FIELDS)]
        if problems:
            raise InputError.of(problems)
        return cls(given[MOVIE], given.get(USER), rated(given))


def answer(recommender: Recommender, question: Question, newcomer: str = AS_NEWCOMER) -> dict[str, Any]:
    """The prediction as a JSON-able object.

    Keys: user_id (None for a newcomer), movie_id, rating, expected, probabilities {star: p}, rated, known_user,
    version. `rated` is the user's own rating of the movie, else None: it is left out of the history before the movie
    is predicted. Ids that the data does not have raise `UnknownIdError`, which lists them all; `newcomer` says in
    the caller's own words how to ask without a user id.
    """
    _require_known(recommender, question, newcomer)
    asked = _left_out(recommender, question)
    row = {name: column[0] for name, column in asked.columns(recommender).items()}
    columns = probability_columns(recommender.stars)
    names = [star_name(star) for star in recommender.stars]
    return {
        **_asked(question),
        RATING: _plain(row[RATING]),
        EXPECTED: float(row[EXPECTED]),
        "probabilities": {name: float(row[column]) for name, column in zip(names, columns, strict=True)},
        RATED: _rated(asked),
        KNOWN: bool(row[KNOWN]) or (question.user_id is not None and asked.rated is not None),
        "version": recommender.version,
    }


def explained(recommender: Recommender, question: Question, newcomer: str = AS_NEWCOMER) -> dict[str, Any]:
    """The reasons for the answer as a JSON-able object; refuses as `answer`.

    Keys: user_id, movie_id, expected, base, contributions {group: stars}, which add up; moved, a list of
    {movie_id, title, rating, without}, furthest first; likely {low, high, coverage, n}, coverage None where it was
    not measured; rated, as in `answer`; version.
    """
    _require_known(recommender, question, newcomer)
    asked = _left_out(recommender, question)
    found = recommender.explain(**asked.user, movie_id=question.movie_id)
    titles = recommender.movies_by_id["display"]
    moved = [
        {MOVIE: int(row[MOVIE]), TITLE: titles[row[MOVIE]], RATING: _plain(row[RATING]), WITHOUT: row[WITHOUT]}
        for row in found.moved.to_dict("records")
    ]
    likely = asdict(found.likely) | {"low": _plain(found.likely.low), "high": _plain(found.likely.high)}
    return {
        **_asked(question),
        EXPECTED: found.expected,
        BASE: found.base,
        "contributions": found.contributions,
        "moved": moved,
        "likely": likely,
        RATED: _rated(asked),
        "version": recommender.version,
    }


def _require_known(recommender: Recommender, question: Question, newcomer: str) -> None:
    problems = unknown_asker(recommender, question.user_id, question.history, newcomer)
    if problems := problems + unknown_movies(recommender, [(MOVIE, question.movie_id)]):
        raise UnknownIdError.of(problems)


def _asked(question: Question) -> dict[str, int | None]:
    return {USER: None if question.user_id is None else int(question.user_id), MOVIE: int(question.movie_id)}


def _movie_problems(given: Mapping[str, Any]) -> list[Problem]:
    if MOVIE not in given:
        return [missing_problem(MOVIE, ID_RANGE)]
    problem = movie_problem(given[MOVIE])
    return [problem] if problem else []


def _left_out(recommender: Recommender, question: Question) -> LeaveOneOut:
    if question.user_id is None:
        return LeaveOneOut.of_newcomer(dict(question.history), question.movie_id)
    return LeaveOneOut.of_user(recommender, question.user_id, question.movie_id)


def _rated(asked: LeaveOneOut) -> int | float | None:
    return None if asked.rated is None else _plain(asked.rated)


def _plain(star: float) -> int | float:
    return int(star) if float(star).is_integer() else float(star)
