"""Checked requests for a top-N list and for similar movies, and their responses: for page, route and command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from recsys.errors import InputError, Problem, UnknownIdError
from recsys.list_option_table import DEFAULTS, LIST_OPTIONS
from recsys.requests.identity import (
    AS_NEWCOMER,
    RATINGS,
    Requester,
    identity_problems,
    rating_pairs,
    unknown_movies,
    unknown_user,
)
from recsys.schema import GENRES, KNOWN, MOVIE, USER, YEAR
from recsys.serving.list_options import ListOptions
from recsys.serving.top_n import top
from recsys.validation import (
    ID_RANGE,
    missing_problem,
    movie_problem,
    object_problem,
    unknown_fields,
)

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

FIELDS = (USER, RATINGS, *LIST_OPTIONS)
SIMILAR_FIELDS = (MOVIE, "n")


@dataclass(frozen=True)
class RecommendRequest(Requester):
    """A top-N list for one user."""

    options: ListOptions = field(default_factory=ListOptions)

    @classmethod
    def checked(
        cls,
        body: object,
        stars: Sequence[float] | None,
        genres: Sequence[str] | None = None,
        other_fields: Sequence[str] = (),
    ) -> RecommendRequest:
        """A request from a JSON-like object.

        Parameters
        ----------
        body
            An object with `user_id` or `ratings` (a list of {movie_id, rating}), and any of `LIST_OPTIONS`.
        stars, genres
            The model's rating scale and the genres of its catalogue, None when there is no model yet.
        other_fields
            Fields that the caller checks.

        Raises
        ------
        InputError
            It lists everything that is wrong with the request.
        """
        if not isinstance(body, Mapping):
            raise InputError.of([object_problem(body, "body", (f"{USER} or {RATINGS}",))])
        options, option_problems = checked_list_options(body, genres)
        unknown = unknown_fields(body, (*other_fields, *FIELDS))
        if problems := [*identity_problems(body, stars), *option_problems, *unknown]:
            raise InputError.of(problems)
        return cls(body.get(USER), rating_pairs(body), options)

    def unknown_ids(self, recommender: Recommender, newcomer: str) -> list[Problem]:
        """One problem for each id that the data lacks; `newcomer` tells the caller how to ask without a user id."""
        unknown = unknown_user(recommender, self.user_id, self.history, newcomer)
        return unknown + unknown_list_movies(recommender, self.options)


def checked_list_options(
    body: Mapping[str, Any], genres: Sequence[str] | None
) -> tuple[ListOptions, Sequence[Problem]]:
    """The list options of a request, those of an empty one if there are problems."""
    options = {name: body[name] for name in LIST_OPTIONS if name in body}
    try:
        return ListOptions.checked(genres, **options), ()
    except InputError as error:
        return ListOptions(), error.problems


def unknown_list_movies(recommender: Recommender, options: ListOptions) -> list[Problem]:
    """One problem for each movie id of the list options that the catalogue lacks."""
    fields = {"only": options.filters.only or (), "exclude": options.filters.exclude}
    movies = [(f"{name}[{index}]", movie) for name, ids in fields.items() for index, movie in enumerate(ids)]
    return unknown_movies(recommender, movies)


def recommend_response(
    recommender: Recommender, request: RecommendRequest, newcomer: str = AS_NEWCOMER
) -> dict[str, Any]:
    """The list as a JSON-able object.

    Parameters
    ----------
    recommender, request
        The model, and a checked request.
    newcomer
        How to ask without a user id, in the terms of the caller; for the error message.

    Returns
    -------
    Keys user_id (None for a newcomer), known_user, movies (rows of `Recommender.recommend`, genres as a list, an
    unknown year None), funnel (`filters.Funnel`), steps (the funnel as a sentence), short (why there are fewer than n
    movies, else empty), version.

    Raises
    ------
    UnknownIdError
        It lists all ids that the data lacks.
    """
    if problems := request.unknown_ids(recommender, newcomer):
        raise UnknownIdError.of(problems)
    top_n = top(recommender, recommender.user_history(**request.who), request.options)
    return {
        USER: None if request.user_id is None else int(request.user_id),
        KNOWN: request.user_id is not None,
        "movies": rows(top_n.table),
        "funnel": asdict(top_n.funnel),
        "steps": top_n.steps(),
        "short": top_n.why_short(),
        "version": recommender.version,
    }


def similar_response(recommender: Recommender, body: object) -> dict[str, Any]:
    """The movies most similar to one as a JSON-able object: movie_id, movies (rows of `Recommender.similar`), version.

    `body` is a JSON-like object with `movie_id` and optionally `n`. Raises InputError for wrong values, UnknownIdError
    for a movie that the catalogue lacks.
    """
    similar = check_similar(body)
    if problems := unknown_movies(recommender, [(MOVIE, similar[MOVIE])]):
        raise UnknownIdError.of(problems)
    table = recommender.similar(similar[MOVIE], similar["n"])
    return {MOVIE: int(similar[MOVIE]), "movies": rows(table), "version": recommender.version}


def check_similar(body: object) -> dict[str, Any]:
    """`movie_id` and `n` of a request for similar movies; InputError lists everything that is wrong with it."""
    if not isinstance(body, Mapping):
        raise InputError.of([object_problem(body, "body", SIMILAR_FIELDS)])
    values = {"n": DEFAULTS["n"], **body}
    movie = movie_problem(values[MOVIE]) if MOVIE in values else missing_problem(MOVIE, ID_RANGE)
    n = LIST_OPTIONS["n"].problem(values["n"])
    problems = [problem for problem in (movie, n, *unknown_fields(values, SIMILAR_FIELDS)) if problem]
    if problems:
        raise InputError.of(problems)
    return values


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a list as plain values: genres as a list, an unknown year as None."""
    return [
        {
            **{str(name): value for name, value in row.items()},
            YEAR: None if row[YEAR] != row[YEAR] else int(row[YEAR]),
            GENRES: [genre for genre in row[GENRES].split("|") if genre],
        }
        for row in table.to_dict("records")
    ]
