"""A wish for a list, checked, and the list: shared by form, route and command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from inspect import signature
from typing import TYPE_CHECKING, Any

import pandas as pd

from recsys.errors import InputError, Problem, UnknownIdError
from recsys.requests.identity import AS_NEWCOMER, RATINGS, Rated, identity_problems, rated, unknown_movies, unknown_user
from recsys.schema import GENRES, KNOWN, MOVIE, USER, YEAR
from recsys.serving.filters import genre_problem
from recsys.serving.list_options import ListOptions
from recsys.validation import (
    ID_RANGE,
    MAX_LISTED,
    list_problems,
    missing_problem,
    movie_problem,
    number_problem,
    object_problem,
    unknown_fields,
)

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

DEFAULTS: dict[str, Any] = {name: given.default for name, given in signature(ListOptions.checked).parameters.items()}
FIELDS = (USER, RATINGS, *DEFAULTS)
LIKE_FIELDS = (MOVIE, "n")


@dataclass(frozen=True)
class RecommendRequest:
    """Who wants a list, and of what kind: `wanted` has fields of `DEFAULTS`, as `Recommender.top` takes them."""

    user_id: int | None = None  # None for a newcomer
    history: Rated = ()  # a newcomer's (movie_id, stars); may be empty
    wanted: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def checked(
        cls, given: object, stars: Sequence[float] | None, genres: Sequence[str] | None = None
    ) -> RecommendRequest:
        """A wish from a JSON-like object; `InputError` lists everything that is wrong with it.

        Fields: `user_id`, or `ratings` (a list of {movie_id, rating}), and any of `DEFAULTS`. `stars` is the
        model's scale and `genres` its catalogue's, None when there is no model yet.
        """
        if not isinstance(given, Mapping):
            raise InputError.of([object_problem(given, "body", (f"{USER} or {RATINGS}",))])
        wanted = {name: given[name] for name in DEFAULTS if name in given}
        problems = [
            *identity_problems(given, stars),
            *recommend_problems(wanted, genres),
            *unknown_fields(given, FIELDS),
        ]
        if problems:
            raise InputError.of(problems)
        return cls(given.get(USER), rated(given), wanted)

    @property
    def who(self) -> dict[str, Any]:
        """Who asks, as `Recommender.top` takes it."""
        return {"history": dict(self.history)} if self.user_id is None else {USER: self.user_id}


def recommend_problems(wanted: Mapping[str, Any], genres: Sequence[str] | None = None) -> list[Problem]:
    """Everything wrong with some fields of `DEFAULTS`; movies that the catalogue lacks aside."""
    problems = list_problems(**{**DEFAULTS, **wanted})
    asked = wanted.get("genres", ())
    if genres is not None and not any(problem.field == "genres" for problem in problems):
        problems += filter(None, [genre_problem(asked, genres)])
    return problems


def recommend_response(
    recommender: Recommender, request: RecommendRequest, newcomer: str = AS_NEWCOMER
) -> dict[str, Any]:
    """The list as a JSON-able object.

    Keys: user_id (None for a newcomer), known_user, movies (rows of `Recommender.recommend`, genres as a list,
    an unknown year None), funnel (`filters.Funnel`), steps (the funnel as a sentence), short (why there
    are fewer rows than asked for, else empty), version. Ids that the data lacks raise `UnknownIdError`, which
    lists them all; `newcomer` says in the caller's own words how to ask without a user id.
    """
    problems = unknown_user(recommender, request.user_id, request.history, newcomer)
    named = ((f"only[{n}]", movie) for n, movie in enumerate(request.wanted.get("only") or ()))
    if problems := problems + unknown_movies(recommender, named):
        raise UnknownIdError.of(problems)
    top = recommender.top(**request.who, **request.wanted)
    return {
        USER: None if request.user_id is None else int(request.user_id),
        KNOWN: request.user_id is not None,
        "movies": rows(top.table),
        "funnel": asdict(top.funnel),
        "steps": top.steps(),
        "short": top.why_short(),
        "version": recommender.version,
    }


def similar_response(recommender: Recommender, given: object) -> dict[str, Any]:
    """The movies most like one as a JSON-able object: movie_id, movies (rows of `Recommender.similar`), version.

    `given` is a JSON-like object with `movie_id` and perhaps `n`; wrong values raise as `RecommendRequest.checked`,
    a movie that the catalogue lacks raises UnknownIdError.
    """
    asked = check_similar(given)
    if problems := unknown_movies(recommender, [(MOVIE, asked[MOVIE])]):
        raise UnknownIdError.of(problems)
    table = recommender.similar(asked[MOVIE], asked["n"])
    return {MOVIE: int(asked[MOVIE]), "movies": rows(table), "version": recommender.version}


def check_similar(given: object) -> dict[str, Any]:
    """`movie_id` and `n` of a question for similar movies; InputError lists everything that is wrong with it."""
    if not isinstance(given, Mapping):
        raise InputError.of([object_problem(given, "body", LIKE_FIELDS)])
    asked = {"n": DEFAULTS["n"], **given}
    movie = movie_problem(asked[MOVIE]) if MOVIE in asked else missing_problem(MOVIE, ID_RANGE)
    problems = [movie, number_problem("n", asked["n"], 1, MAX_LISTED, whole=True), *unknown_fields(asked, LIKE_FIELDS)]
    if wrong := [problem for problem in problems if problem]:
        raise InputError.of(wrong)
    return asked


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a list as plain values: genres as a list, an unknown year as None."""
    return [
        {
            **row,
            YEAR: None if row[YEAR] != row[YEAR] else int(row[YEAR]),
            GENRES: [genre for genre in row[GENRES].split("|") if genre],
        }
        for row in table.to_dict("records")
    ]
