"""Leave-one-out influence: how the prediction of a movie changes without one of the user's own ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.data.interactions import Interactions
from recsys.features.gaussian_process import GaussianProcess
from recsys.schema import EXPECTED, EXPECTED_WITHOUT, MOVIE, RATING
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions

NEAREST, INFLUENCES = 50, 3  # ratings that are tried, and that are returned


def loo_influence(scorer: Scorer, user_history: Interactions, movie_id: int, n: int = INFLUENCES) -> pd.DataFrame:
    """Leave-one-out influence of a user's own ratings on one prediction.

    The `NEAREST` ratings are tried: those of the movies most correlated with this one.

    Parameters
    ----------
    scorer : Scorer
        The model.
    user_history : Interactions
        A single row: the user's ratings.
    movie_id : int
        The movie whose rating is predicted.
    n : int
        Rows at most.

    Returns
    -------
    DataFrame
        The most influential ratings first: movie_id, rating, expected_without (the expected rating without that
        rating, in stars; exactly what `predict` returns for such a history).

    Raises
    ------
    UnknownIdError
        The movie is not in the catalogue.
    """
    position = known_positions(scorer.catalogue, [movie_id])
    expected = scorer.score(user_history, np.zeros(1, np.int64), position)[EXPECTED].item()
    return influence_on(scorer, user_history, int(position[0]), expected, n)


def influence_on(
    scorer: Scorer, user_history: Interactions, position: int, expected: float, n: int = INFLUENCES
) -> pd.DataFrame:
    """`loo_influence` of a movie's position in the catalogue, whose expected rating is known."""
    closeness = np.abs(correlations(scorer, position, user_history.movies))
    nearest = np.sort(np.argsort(-closeness, kind="stable")[:NEAREST])
    without = expected_without(scorer, user_history, nearest[:, None], np.full(len(nearest), position))
    order = np.argsort(-np.abs(without - expected), kind="stable")[:n]
    movie_ids = scorer.catalogue.movie_ids[user_history.movies[nearest[order]]]
    stars = user_history.stars[nearest[order]].astype(np.float64)
    return pd.DataFrame({MOVIE: movie_ids, RATING: stars, EXPECTED_WITHOUT: without[order]})


def expected_without(
    scorer: Scorer, user_history: Interactions, omitted: np.ndarray, positions: np.ndarray
) -> np.ndarray:
    """Expected ratings of movies without some of a user's ratings, in stars, float64 (pairs,).

    Parameters
    ----------
    scorer : Scorer
        The model.
    user_history : Interactions
        A single row: the user's ratings.
    omitted : ndarray of int, shape (pairs, omitted ratings)
        Indices in the history of the ratings that each pair does without.
    positions : ndarray of int, shape (pairs,)
        Catalogue positions of the movies.
    """
    features = scorer.features.transform_without_each(user_history, omitted, positions)
    return scorer.model.predict_proba(features) @ np.array(scorer.stars)


def correlations(scorer: Scorer, position: int, others: np.ndarray) -> np.ndarray:
    """Correlation of users' taste for the movie at a position with that for others, float32 (others,)."""
    covariance = scorer.features.extractor(GaussianProcess).movie_covariance
    return covariance[position, others] / np.sqrt(covariance[others, others] * covariance[position, position])
