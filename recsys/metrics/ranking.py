"""Metrics of recommendation lists: are relevant movies on top? The others are those of `beyond_accuracy`.

Of each user, NaN where a metric is undefined; its mean is over the users for whom it is defined.

Our own, on whole arrays: `sklearn.metrics.ndcg_score` takes a score of every movie instead of lists. Tests hold them
equal to scikit-learn's and implicit's.
"""

from __future__ import annotations

import numpy as np

from recsys.metrics.beyond_accuracy import (
    calibration,
    coverage,
    diversity,
    gini,
    little_known,
    long_tail,
    novelty,
    popularity_rank,
    ratio_or_nan,
)

__all__ = [
    "average_precision",
    "calibration",
    "coverage",
    "diversity",
    "gini",
    "hit_rate",
    "little_known",
    "long_tail",
    "ndcg",
    "novelty",
    "popularity_rank",
    "precision",
    "recall",
]


def ndcg(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Normalised discounted cumulative gain with binary gain.

    Sum over hits of 1 / log2(rank + 1), divided by that of min(relevant, n) hits on top.

    Parameters
    ----------
    hits : bool array, (users, n)
        Whether the movie at each rank of each list is relevant.
    relevant : int array, (users,)
        Number of relevant movies of each user, on the list or not.

    Returns
    -------
    float64 array, (users,)
        0 to 1, higher is better; NaN for a user without relevant movies.

    References
    ----------
    Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, doi 10.1145/582415.582418.

    Examples
    --------
    >>> ndcg(np.array([[True, False], [False, True], [False, False]]), np.array([1, 1, 0])).round(3)
    array([1.   , 0.631,   nan])
    """
    discount = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(relevant, hits.shape[1])]
    return ratio_or_nan(hits @ discount, ideal)


def recall(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Hits / all relevant movies, so at most n / relevant.

    Parameters
    ----------
    hits, relevant : as `ndcg`

    Returns
    -------
    float64 array, (users,)
        0 to 1, higher is better; NaN for a user without relevant movies.

    Examples
    --------
    >>> recall(np.array([[True, False]]), np.array([4]))
    array([0.25])
    """
    return ratio_or_nan(hits.sum(1), relevant)


def precision(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Hits / n, also where the list is shorter than n or fewer movies are relevant.

    Parameters
    ----------
    hits, relevant : as `ndcg`

    Returns
    -------
    float64 array, (users,)
        0 to 1, higher is better; NaN for a user without relevant movies.

    Examples
    --------
    >>> precision(np.array([[True, False]]), np.array([4]))
    array([0.5])
    """
    return ratio_or_nan(hits.sum(1), np.where(relevant > 0, hits.shape[1], 0))


def average_precision(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Sum over hits of (hits so far / rank), over min(relevant, n); its mean is known as MAP.

    Parameters
    ----------
    hits, relevant : as `ndcg`

    Returns
    -------
    float64 array, (users,)
        0 to 1, higher is better; NaN for a user without relevant movies.

    Examples
    --------
    >>> average_precision(np.array([[True, False, False], [False, True, False]]), np.array([1, 1]))
    array([1. , 0.5])
    """
    precision_at_rank = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
    return ratio_or_nan((precision_at_rank * hits).sum(1), np.minimum(relevant, hits.shape[1]))


def hit_rate(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """1 with at least one hit, else 0.

    Parameters
    ----------
    hits, relevant : as `ndcg`

    Returns
    -------
    float64 array, (users,)
        0 or 1, higher is better; NaN for a user without relevant movies.

    Examples
    --------
    >>> hit_rate(np.array([[True, True], [False, False]]), np.array([3, 1]))
    array([1., 0.])
    """
    return np.where(relevant > 0, hits.any(1), np.nan)
