"""The user of a request: a known user's id, or a newcomer's ratings. Shared by every kind of request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recsys.errors import Problem, shown
from recsys.schema import MOVIE, RATING, USER
from recsys.validation import ID_RANGE, MAX_RATINGS, history_problems, missing_problem, unknown_id_problem, user_problem

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

RATINGS = "ratings"
AS_NEWCOMER = f"send `{RATINGS}` instead of `{USER}` to ask as a newcomer"
RatingPairs = tuple[tuple[int, float], ...]  # a newcomer's (movie_id, stars)


@dataclass(frozen=True)
class Requester:
    """The user of a request: a user of the data, or a newcomer with ratings."""

    user_id: int | None = None  # None for a newcomer
    history: RatingPairs = ()  # a newcomer's (movie_id, stars); may be empty

    @property
    def who(self) -> dict[str, Any]:
        """The user, as arguments of `Recommender.user_history`."""
        return {"history": dict(self.history)} if self.user_id is None else {USER: self.user_id}


def identity_problems(body: Mapping[str, Any], stars: Sequence[float] | None) -> list[Problem]:
    """Everything wrong with the user of a request: `user_id`, or `ratings`, a list of {movie_id, rating}.

    The list may be empty. `stars` is the model's scale, None when there is no model yet.
    """
    if USER in body and RATINGS in body:
        remedy = f"Keep `{USER}` for a known user, or `{RATINGS}` for a newcomer."
        return [Problem(USER, f"{USER} together with {RATINGS}", "one of the two", remedy)]
    if RATINGS in body:
        return _ratings_problems(body[RATINGS], stars)
    if USER not in body:
        return [missing_problem(USER, ID_RANGE, f"Add `{USER}`, or {AS_NEWCOMER}.")]
    problem = user_problem(body[USER])
    return [problem] if problem else []


def rating_pairs(body: Mapping[str, Any]) -> RatingPairs:
    """The ratings of a checked request, none for a known user."""
    return tuple((row[MOVIE], float(row[RATING])) for row in body.get(RATINGS, ()))


def unknown_user(recommender: Recommender, user_id: int | None, history: RatingPairs, newcomer: str) -> list[Problem]:
    """One problem for each id of a request's user or history that the data lacks.

    `newcomer` tells the caller how to ask without a user id.
    """
    problems = []
    if user_id is not None and not recommender.has_user(user_id):
        remedy = f"Choose a known user, or {newcomer}."
        problems.append(unknown_id_problem(USER, user_id, recommender.known_range[USER], remedy, users=True))
    movies = ((f"{RATINGS}[{n}].{MOVIE}", movie) for n, (movie, _) in enumerate(history))
    return problems + unknown_movies(recommender, movies)


def unknown_movies(recommender: Recommender, movies: Iterable[tuple[str, int]]) -> list[Problem]:
    """One problem for each (field, movie id) that the catalogue lacks."""
    known = recommender.known_range[MOVIE]
    return [
        unknown_id_problem(field, movie, known, "Choose a movie of the catalogue.", users=False)
        for field, movie in movies
        if not recommender.has_movie(movie)
    ]


def history_rows(text: str) -> list[dict[str, object]]:
    """The command line's `50=5,172=4` as rows for `identity_problems`, which refuses what is not a number."""
    rows: list[dict[str, object]] = []
    for pair in filter(None, (pair.strip() for pair in text.split(","))):
        movie, _, star = pair.partition("=")
        rows.append({MOVIE: number_of(movie), RATING: number_of(star)})
    return rows


def number_of(text: str) -> object:
    """A command-line word as a number, or the word itself if it is none: the checks refuse it."""
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
