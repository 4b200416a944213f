"""One question (who, which movie), checked, and its answer: shared by the route and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from recsys.errors import InputError, Problem, UnknownIdError
from recsys.requests.identity import AS_NEWCOMER, RATINGS, Rated, identity_problems, rated, unknown_movies, unknown_user
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.schema import (
    BASE,
    EXPECTED,
    EXPECTED_WITHOUT,
    KNOWN,
    MOVIE,
    RATED,
    RATING,
    TITLE,
    USER,
    probability_columns,
    star_name,
)
from recsys.validation import ID_RANGE, missing_problem, movie_problem, object_problem, unknown_fields

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

FIELDS = (USER, MOVIE, RATINGS)


@dataclass(frozen=True)
class PredictionRequest:
    """What would this user, or a newcomer with this history, give this movie."""

    movie_id: int
    user_id: int | None = None  # None for a newcomer
    history: Rated = ()  # a newcomer's (movie_id, stars); may be empty

    @classmethod
    def checked(cls, given: object, stars: Sequence[float] | None) -> PredictionRequest:
        """A question from a JSON-like object; `InputError` lists everything that is wrong with it.

        Fields: `movie_id`, and either `user_id` or `ratings`, a list of {movie_id, rating}. An empty list is
        a newcomer of whom nothing is known. `stars` is the model's scale, None when there is no model yet.
        """
        if not isinstance(given, Mapping):
            raise InputError.of([object_problem(given, "body", (MOVIE, f"{USER} or {RATINGS}"))])
        problems = [*identity_problems(given, stars), *_movie_problems(given), *unknown_fields(given, FIELDS)]
        if problems:
            raise InputError.of(problems)
        return cls(given[MOVIE], given.get(USER), rated(given))


def predict_response(
    recommender: Recommender, request: PredictionRequest, newcomer: str = AS_NEWCOMER
) -> dict[str, Any]:
    """The prediction as a JSON-able object.

    Keys: user_id (None for a newcomer), movie_id, rating, expected, probabilities {star: p}, rated, known_user,
    version. `rated` is the user's own rating of the movie, else None: it is left out of the history before the movie
    is predicted. Ids that the data does not have raise `UnknownIdError`, which lists them all; `newcomer` says in
    the caller's own words how to ask without a user id.
    """
    _require_known(recommender, request, newcomer)
    asked = _left_out(recommender, request)
    row = {name: column[0] for name, column in asked.columns(recommender).items()}
    columns = probability_columns(recommender.stars)
    names = [star_name(star) for star in recommender.stars]
    return {
        **_asked(request),
        RATING: _plain(row[RATING]),
        EXPECTED: float(row[EXPECTED]),
        "probabilities": {name: float(row[column]) for name, column in zip(names, columns, strict=True)},
        RATED: _rated(asked),
        KNOWN: bool(row[KNOWN]) or (request.user_id is not None and asked.rated is not None),
        "version": recommender.version,
    }


def explain_response(
    recommender: Recommender, request: PredictionRequest, newcomer: str = AS_NEWCOMER
) -> dict[str, Any]:
    """The reasons for the answer as a JSON-able object; refuses as `predict_response`.

    Keys: user_id, movie_id, expected, base, contributions {group: stars}, which add up; moved, a list of
    {movie_id, title, rating, without}, furthest first; likely {low, high, coverage, n}, coverage None where it was
    not measured; rated, as in `predict_response`; version.
    """
    _require_known(recommender, request, newcomer)
    asked = _left_out(recommender, request)
    found = recommender.explain(**asked.user, movie_id=request.movie_id)
    titles = recommender.movies_by_id["display"]
    loo_influence = [
        {
            MOVIE: int(row[MOVIE]),
            TITLE: titles[row[MOVIE]],
            RATING: _plain(row[RATING]),
            EXPECTED_WITHOUT: row[EXPECTED_WITHOUT],
        }
        for row in found.loo_influence.to_dict("records")
    ]
    prediction_set = asdict(found.prediction_set) | {
        "low": _plain(found.prediction_set.low),
        "high": _plain(found.prediction_set.high),
    }
    return {
        **_asked(request),
        EXPECTED: found.expected,
        BASE: found.base,
        "contributions": found.contributions,
        "loo_influence": loo_influence,
        "prediction_set": prediction_set,
        RATED: _rated(asked),
        "version": recommender.version,
    }


def _require_known(recommender: Recommender, request: PredictionRequest, newcomer: str) -> None:
    problems = unknown_user(recommender, request.user_id, request.history, newcomer)
    if problems := problems + unknown_movies(recommender, [(MOVIE, request.movie_id)]):
        raise UnknownIdError.of(problems)


def _asked(request: PredictionRequest) -> dict[str, int | None]:
    return {USER: None if request.user_id is None else int(request.user_id), MOVIE: int(request.movie_id)}


def _movie_problems(given: Mapping[str, Any]) -> list[Problem]:
    if MOVIE not in given:
        return [missing_problem(MOVIE, ID_RANGE)]
    problem = movie_problem(given[MOVIE])
    return [problem] if problem else []


def _left_out(recommender: Recommender, request: PredictionRequest) -> LeaveOneOut:
    if request.user_id is None:
        return LeaveOneOut.of_newcomer(dict(request.history), request.movie_id)
    return LeaveOneOut.of_user(recommender, request.user_id, request.movie_id)


def _rated(asked: LeaveOneOut) -> int | float | None:
    return None if asked.rated is None else _plain(asked.rated)


def _plain(star: float) -> int | float:
    return int(star) if float(star).is_integer() else float(star)
