"""A checked request for why a movie is not in a list, and its response: shared by the route and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from recsys.data.title_years import with_year
from recsys.errors import InputError, UnknownIdError
from recsys.requests.identity import AS_NEWCOMER, RATINGS, unknown_movies
from recsys.requests.recommend_request import RecommendRequest
from recsys.schema import MOVIE, TITLE, USER, YEAR
from recsys.serving.explain.sentences import THEY, YOU
from recsys.serving.why_not import why_not
from recsys.serving.why_not_sentences import why_not_sentences
from recsys.validation import ID_RANGE, missing_problem, movie_problem, object_problem

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender


@dataclass(frozen=True)
class WhyNotRequest:
    """Why is this movie not in this list?"""

    movie_id: int
    list_request: RecommendRequest

    @classmethod
    def checked(cls, body: object, stars: Sequence[float] | None, genres: Sequence[str] | None = None) -> WhyNotRequest:
        """A request from a JSON-like object.

        Parameters
        ----------
        body
            An object with `movie_id`, and the fields of a `RecommendRequest`.
        stars, genres
            The model's rating scale and the genres of its catalogue, None when there is no model yet.

        Raises
        ------
        InputError
            It lists everything that is wrong with the request.
        """
        if not isinstance(body, Mapping):
            raise InputError.of([object_problem(body, "body", (MOVIE, f"{USER} or {RATINGS}"))])
        movie = movie_problem(body[MOVIE]) if MOVIE in body else missing_problem(MOVIE, ID_RANGE)
        try:
            list_request = RecommendRequest.checked(body, stars, genres, other_fields=(MOVIE,))
        except InputError as error:
            raise InputError.of([*([movie] if movie else []), *error.problems]) from error
        if movie:
            raise InputError.of([movie])
        return cls(body[MOVIE], list_request)


def why_not_response(recommender: Recommender, request: WhyNotRequest, newcomer: str = AS_NEWCOMER) -> dict[str, Any]:
    """The answer as a JSON-able object.

    Parameters
    ----------
    recommender, request
        The model, and a checked request.
    newcomer
        How to ask without a user id, in the terms of the caller; for the error message.

    Returns
    -------
    Keys user_id (None for a newcomer), those of `WhyNot`, title, sentences (the answer in words) and version.

    Raises
    ------
    UnknownIdError
        It lists all ids that the data lacks.
    """
    list_request = request.list_request
    problems = list_request.unknown_ids(recommender, newcomer)
    if problems := problems + unknown_movies(recommender, [(MOVIE, request.movie_id)]):
        raise UnknownIdError.of(problems)
    answer = why_not(recommender, recommender.user_history(**list_request.who), list_request.options, request.movie_id)
    movie: Any = recommender.movies_by_id.loc[request.movie_id]
    title = with_year(movie["display"], movie[YEAR])
    wording = YOU if list_request.user_id is None else THEY
    return {
        USER: None if list_request.user_id is None else int(list_request.user_id),
        TITLE: title,
        **{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(answer).items()},
        "sentences": why_not_sentences(answer, list_request.options, title, wording),
        "version": recommender.version,
    }
