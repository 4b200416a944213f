"""Reasons that name movies: the user's own liked ratings without which the expected rating would be lower."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from recsys.data.interactions import Interactions
from recsys.schema import EXPECTED, LIKED_SHARE
from recsys.serving.explain.loo_influence import correlations, expected_without
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions

TRIED = 12  # liked ratings that are left out in turn for one movie
NAMED = 2  # of them in one reason, at most
MIN_INFLUENCE = 0.02  # stars


@dataclass(frozen=True)
class NamedReason:
    """The ratings that speak for one movie, and what its raters think of it.

    Attributes
    ----------
    movie_id : int
        The movie.
    expected : float
        Expected rating in stars, as predicted.
    because : tuple of (int, float)
        At most two of the user's liked ratings, movie id and stars, the largest influence first. Without each of them,
        and without both, the expected rating is lower by at least `MIN_INFLUENCE`.
    expected_without : float
        Expected rating without the named ratings; `expected` if none is named.
    expected_of_newcomer : float
        Expected rating of a user with the same profile and no ratings.
    own_ratings : int
        Number of the user's ratings.
    raters, liked_share, mean : int, float, float
        Number of ratings of the movie by all users, the share of liked ones, and their mean in stars; NaN without any.
    """

    movie_id: int
    expected: float
    because: tuple[tuple[int, float], ...]
    expected_without: float
    expected_of_newcomer: float
    own_ratings: int
    raters: int
    liked_share: float
    mean: float


def named_reasons(scorer: Scorer, user_history: Interactions, movie_ids: Iterable[int]) -> list[NamedReason]:
    """The user's liked ratings that raise the expected ratings of some movies most, by exact leave-one-out.

    Only liked ratings are named, at least `LIKED_SHARE` of the highest star: of a user who likes nothing so far, a
    rating above their own mean may raise an expected rating, but "because you gave 2 ★" reads as a reason against. Of
    the liked ratings the `TRIED` most correlated with the movie are left out in turn. Where the second one adds
    nothing, so that without both the expected rating is not lower, only the first is named. Repeated entries of a
    title, and other movies of the same name, are named once, and never for each other.

    Parameters
    ----------
    scorer : Scorer
        The model.
    user_history : Interactions
        A single row: the user's ratings.
    movie_ids : iterable of int
        Movies of the catalogue.

    Returns
    -------
    list of NamedReason
        One per movie in the same order.

    Raises
    ------
    UnknownIdError
        A movie is not in the catalogue.
    """
    positions = known_positions(scorer.catalogue, movie_ids)
    expected = _expected(scorer, user_history, positions)
    no_ratings = user_history.keep(np.zeros(len(user_history.movies), bool))
    of_newcomer = _expected(scorer, no_ratings, positions)
    named, without = _named_places(scorer, user_history, positions, expected)
    return [
        NamedReason(
            movie_id=int(scorer.catalogue.movie_ids[position]),
            expected=float(expected[row]),
            because=_ratings(scorer, user_history, named[row]),
            expected_without=float(without[row]),
            expected_of_newcomer=float(of_newcomer[row]),
            own_ratings=len(user_history.movies),
            raters=int(scorer.counts[position]),
            liked_share=float(scorer.liked_shares[position]),
            mean=float(scorer.mean_ratings[position]),
        )
        for row, position in enumerate(positions)
    ]


def _expected(scorer: Scorer, user_history: Interactions, positions: np.ndarray) -> np.ndarray:
    return scorer.score(user_history, np.zeros(len(positions), np.int64), positions)[EXPECTED]


def _ratings(scorer: Scorer, user_history: Interactions, places: np.ndarray) -> tuple[tuple[int, float], ...]:
    movie_ids = scorer.catalogue.movie_ids[user_history.movies[places]].tolist()
    return tuple(zip(movie_ids, user_history.stars[places].tolist(), strict=True))


def _named_places(
    scorer: Scorer, user_history: Interactions, positions: np.ndarray, expected: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray]:
    """For each movie the indices in the history of the named ratings, and the expected rating without them."""
    tried = [_tried_places(scorer, user_history, position) for position in positions]
    rows, places = np.repeat(np.arange(len(tried)), [len(each) for each in tried]), _joined(tried)
    influence = expected[rows] - expected_without(scorer, user_history, places[:, None], positions[rows])
    named, without = [], expected.copy()
    for row, each in enumerate(tried):
        strongest = _strongest(scorer, user_history.movies[each], influence[rows == row])
        without[row] -= influence[rows == row][strongest[:1]].sum()
        named.append(each[strongest])
    rows = np.array([row for row, each in enumerate(named) if len(each) == NAMED], np.int64)
    pairs = np.sort(_joined([named[row] for row in rows]).reshape(-1, NAMED), axis=1)
    for row, without_both in zip(rows, expected_without(scorer, user_history, pairs, positions[rows]), strict=True):
        if expected[row] - without_both >= MIN_INFLUENCE:
            without[row] = without_both
        else:
            named[row] = named[row][:1]
    return named, without


def _tried_places(scorer: Scorer, user_history: Interactions, position: int) -> np.ndarray:
    """Indices in the history of the liked ratings most correlated with a movie."""
    liked = np.flatnonzero(user_history.stars >= LIKED_SHARE * scorer.stars[-1])
    liked = liked[~_same_title(scorer, user_history.movies[liked], position)]
    correlation = correlations(scorer, position, user_history.movies[liked])
    return liked[np.argsort(-correlation, kind="stable")[:TRIED]]


def _strongest(scorer: Scorer, movies: np.ndarray, influence: np.ndarray) -> np.ndarray:
    """Indices of at most `NAMED` movies with the largest influence, of different titles, the largest first."""
    order = np.argsort(-influence, kind="stable")
    order = order[influence[order] >= MIN_INFLUENCE]
    others = order[1:]
    if len(others):
        others = others[~_same_title(scorer, movies[others], int(movies[order[0]]))]
    return np.concatenate([order[:1], others[: NAMED - 1]])


def _same_title(scorer: Scorer, movies: np.ndarray, position: int) -> np.ndarray:
    """Whether each movie is a repeated entry of the one at a position, or has the same name."""
    principal, names = scorer.titles.principal, scorer.display_titles
    return (principal[movies] == principal[position]) | (names[movies] == names[position])


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0, np.int64), *parts])
