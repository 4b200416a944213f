"""A checked request for one user and one movie, and its response: shared by the route and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from recsys.errors import InputError, Problem, UnknownIdError
from recsys.requests.identity import (
    AS_NEWCOMER,
    RATINGS,
    RatingPairs,
    identity_problems,
    rating_pairs,
    unknown_movies,
    unknown_user,
)
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
    """Predict the rating of one movie by a known user, or by a newcomer with this history."""

    movie_id: int
    user_id: int | None = None  # None for a newcomer
    history: RatingPairs = ()  # a newcomer's (movie_id, stars); may be empty

    @classmethod
    def checked(cls, body: object, stars: Sequence[float] | None) -> PredictionRequest:
        """A request from a JSON-like object.

        Parameters
        ----------
        body
            An object with `movie_id`, and either `user_id` or `ratings`, a list of {movie_id, rating}; an empty list
            is a newcomer without ratings.
        stars
            The model's rating scale, None when there is no model yet.

        Raises
        ------
        InputError
            It lists everything that is wrong with the request.
        """
        if not isinstance(body, Mapping):
            raise InputError.of([object_problem(body, "body", (MOVIE, f"{USER} or {RATINGS}"))])
        problems = [*identity_problems(body, stars), *_movie_problems(body), *unknown_fields(body, FIELDS)]
        if problems:
            raise InputError.of(problems)
        return cls(body[MOVIE], body.get(USER), rating_pairs(body))


def predict_response(
    recommender: Recommender, request: PredictionRequest, newcomer: str = AS_NEWCOMER
) -> dict[str, Any]:
    """The prediction as a JSON-able object.

    Parameters
    ----------
    recommender, request
        The model, and a checked request.
    newcomer
        How to ask without a user id, in the terms of the caller; for the error message.

    Returns
    -------
    Keys user_id (None for a newcomer), movie_id, rating, expected, probabilities {star: p}, rated, known_user, version.
    `rated` is the user's own rating of the movie, else None: it is left out of the history (leave-one-out).

    Raises
    ------
    UnknownIdError
        It lists all ids that the data lacks.
    """
    _require_known(recommender, request, newcomer)
    leave_one_out = _leave_one_out(recommender, request)
    row = {name: column[0] for name, column in leave_one_out.columns(recommender).items()}
    columns = probability_columns(recommender.stars)
    names = [star_name(star) for star in recommender.stars]
    return {
        **_request_ids(request),
        RATING: _plain(row[RATING]),
        EXPECTED: float(row[EXPECTED]),
        "probabilities": {name: float(row[column]) for name, column in zip(names, columns, strict=True)},
        RATED: _own_rating(leave_one_out),
        KNOWN: bool(row[KNOWN]) or (request.user_id is not None and leave_one_out.rated is not None),
        "version": recommender.version,
    }


def explain_response(
    recommender: Recommender, request: PredictionRequest, newcomer: str = AS_NEWCOMER
) -> dict[str, Any]:
    """The explanation of a prediction as a JSON-able object; parameters and errors as of `predict_response`.

    Keys: user_id, movie_id, expected, base, contributions {group: stars}, which add up to expected - base;
    loo_influence, a list of {movie_id, title, rating, expected_without}, largest influence first; prediction_set
    {low, high, coverage, n}, None for a rated movie, coverage None where it was not measured; rated, as of
    `predict_response`; version.
    """
    _require_known(recommender, request, newcomer)
    leave_one_out = _leave_one_out(recommender, request)
    explanation = leave_one_out.explained(recommender.explain(**leave_one_out.user, movie_id=request.movie_id))
    titles = recommender.movies_by_id["display"]
    loo_influence = [
        {
            MOVIE: int(row[MOVIE]),
            TITLE: titles[row[MOVIE]],
            RATING: _plain(row[RATING]),
            EXPECTED_WITHOUT: row[EXPECTED_WITHOUT],
        }
        for row in explanation.loo_influence.to_dict("records")
    ]
    likely = explanation.prediction_set
    return {
        **_request_ids(request),
        EXPECTED: explanation.expected,
        BASE: explanation.base,
        "contributions": explanation.contributions,
        "loo_influence": loo_influence,
        "prediction_set": likely and {**asdict(likely), "low": _plain(likely.low), "high": _plain(likely.high)},
        RATED: _own_rating(leave_one_out),
        "version": recommender.version,
    }


def _require_known(recommender: Recommender, request: PredictionRequest, newcomer: str) -> None:
    problems = unknown_user(recommender, request.user_id, request.history, newcomer)
    if problems := problems + unknown_movies(recommender, [(MOVIE, request.movie_id)]):
        raise UnknownIdError.of(problems)


def _request_ids(request: PredictionRequest) -> dict[str, int | None]:
    return {USER: None if request.user_id is None else int(request.user_id), MOVIE: int(request.movie_id)}


def _movie_problems(body: Mapping[str, Any]) -> list[Problem]:
    if MOVIE not in body:
        return [missing_problem(MOVIE, ID_RANGE)]
    problem = movie_problem(body[MOVIE])
    return [problem] if problem else []


def _leave_one_out(recommender: Recommender, request: PredictionRequest) -> LeaveOneOut:
    if request.user_id is None:
        return LeaveOneOut.of_newcomer(dict(request.history), request.movie_id)
    return LeaveOneOut.of_user(recommender, request.user_id, request.movie_id)


def _own_rating(leave_one_out: LeaveOneOut) -> int | float | None:
    return None if leave_one_out.rated is None else _plain(leave_one_out.rated)


def _plain(star: float) -> int | float:
    return int(star) if float(star).is_integer() else float(star)
