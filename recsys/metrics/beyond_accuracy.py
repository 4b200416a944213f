"""Metrics of recommendation lists beyond accuracy: which movies are recommended, how popular, how diverse they are.

`lists` are positions in the catalogue, int64 (users, n), -1 where a list is shorter than n.
"""

from __future__ import annotations

import numpy as np

HEAD_SHARE = 0.2  # of the catalogue: the most rated movies, all others are the long tail
SMOOTHING = 0.01  # share of the history's genres mixed into the list's, so that no genre has a share of zero


def coverage(lists: np.ndarray, movies: int) -> float:
    """Share of the catalogue that is on at least one list.

    Parameters
    ----------
    lists : int array, (users, n)
    movies : int
        Size of the catalogue.

    Returns
    -------
    float
        0 to 1; NaN for an empty catalogue.

    Examples
    --------
    >>> coverage(np.array([[0, 1], [0, -1]]), movies=4)
    0.5
    """
    return len(np.unique(lists[lists >= 0])) / movies if movies else np.nan


def gini(lists: np.ndarray, movies: int) -> float:
    """Gini index of recommendation counts: how unequally often movies are recommended.

    Sum over movies in ascending order of counts of (2 rank - movies - 1) x count, over movies x sum of counts.

    Parameters
    ----------
    lists, movies : as `coverage`

    Returns
    -------
    float
        0 if all are recommended equally often, 1 - 1 / movies if only one is; NaN without lists.

    Examples
    --------
    >>> gini(np.array([[0, 1], [2, 3]]), movies=4), gini(np.array([[0], [0]]), movies=4)
    (0.0, 0.75)
    """
    counts = np.sort(np.bincount(lists[lists >= 0], minlength=movies))
    rank = np.arange(1, movies + 1)
    return float(ratio_or_nan((2 * rank - movies - 1) @ counts, movies * counts.sum()))


def novelty(lists: np.ndarray, counts: np.ndarray, users: int) -> np.ndarray:
    """Self-information of popularity: mean of -log2(share of the users who rated the movie).

    Parameters
    ----------
    lists : int array, (users, n)
    counts : int array, (movies,)
        Ratings of each movie; 0 counts as 1.
    users : int
        Number of users that the counts are of.

    Returns
    -------
    float64 array, (users,)
        In bits; NaN for an empty list.

    References
    ----------
    Vargas and Castells (2011), Rank and relevance in novelty and diversity metrics, doi 10.1145/2043932.2043955.

    Examples
    --------
    >>> novelty(np.array([[0, 1]]), np.array([8, 2]), users=8)
    array([1.])
    """
    return _mean_over_lists(-np.log2(np.maximum(counts, 1) / users), lists)


def popularity_rank(lists: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean popularity rank of the movies: 1 is the most rated one, ties by position.

    Parameters
    ----------
    lists, counts : as `novelty`

    Returns
    -------
    float64 array, (users,)
        NaN for an empty list.

    Examples
    --------
    >>> popularity_rank(np.array([[0, 2]]), np.array([5, 1, 9]))
    array([1.5])
    """
    return _mean_over_lists(_ranks(counts), lists)


def long_tail(lists: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Share of movies outside the most rated fifth of the catalogue.

    Parameters
    ----------
    lists, counts : as `novelty`

    Returns
    -------
    float64 array, (users,)
        0 to 1; NaN for an empty list.

    Examples
    --------
    >>> long_tail(np.array([[0, 4]]), np.array([9, 4, 3, 2, 1]))
    array([0.5])
    """
    return _mean_over_lists(little_known(counts).astype(np.float64), lists)


def little_known(counts: np.ndarray) -> np.ndarray:
    """Which movies are outside the most rated fifth of the catalogue, bool (movies,); ties by position.

    Examples
    --------
    >>> little_known(np.array([1, 9, 3, 2, 4]))
    array([ True, False,  True,  True,  True])
    """
    return _ranks(counts) > HEAD_SHARE * len(counts)


def diversity(lists: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Intra-list diversity: mean over pairs of movies of 1 - cosine similarity of their genres.

    Parameters
    ----------
    lists : int array, (users, n)
    flags : bool or 0/1 array, (movies, genres)
        Genres of each movie; a movie without genres has similarity 0 to every other.

    Returns
    -------
    float64 array, (users,)
        0 to 1; NaN for a list of fewer than two movies.

    Examples
    --------
    >>> diversity(np.array([[0, 1], [0, 2]]), np.array([[1, 0], [1, 0], [0, 1]]))
    array([0., 1.])
    """
    unit_vectors = flags / np.maximum(np.sqrt(flags.sum(1, keepdims=True)), 1)
    listed = lists >= 0
    vectors = unit_vectors[lists] * listed[:, :, None]
    similarity = ((vectors.sum(1) ** 2).sum(1) - (vectors**2).sum((1, 2))) / 2
    pairs = listed.sum(1) * (listed.sum(1) - 1) / 2
    return 1 - ratio_or_nan(similarity, pairs)


def calibration(lists: np.ndarray, history_genres: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Kullback-Leibler divergence from the history's genre shares to the list's, smoothed by `SMOOTHING`.

    Parameters
    ----------
    lists : int array, (users, n)
    history_genres : float array, (users, genres)
        Sum over each history of the movies' genre shares.
    flags : bool or 0/1 array, (movies, genres)
        Genres of each movie.

    Returns
    -------
    float64 array, (users,)
        In nats: 0 when the shares are equal; NaN without genres in the history or on the list.

    References
    ----------
    Steck (2018), Calibrated recommendations, doi 10.1145/3240323.3240372.

    Examples
    --------
    >>> calibration(np.array([[0, 1], [0, 0]]), np.array([[3.0, 3.0], [3.0, 3.0]]), np.eye(2)).round(3) + 0
    array([0.   , 1.959])
    """
    genre_shares = flags / np.maximum(flags.sum(1, keepdims=True), 1)
    list_genres = (genre_shares[lists] * (lists >= 0)[:, :, None]).sum(1)
    target, actual = (ratio_or_nan(sums, sums.sum(1, keepdims=True)) for sums in (history_genres, list_genres))
    smoothed = (1 - SMOOTHING) * actual + SMOOTHING * target
    log_ratio = np.log(np.divide(target, smoothed, out=np.ones_like(smoothed), where=target != 0))
    return np.where(np.isfinite(actual[:, 0]), (target * log_ratio).sum(1), np.nan)


def ratio_or_nan(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Numerator / denominator, float64, NaN where the denominator is 0."""
    numerator, denominator = np.broadcast_arrays(numerator, np.asarray(denominator, np.float64))
    return np.divide(numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator != 0)


def _ranks(counts: np.ndarray) -> np.ndarray:
    """Each movie's rank from 1 by descending count."""
    ranks = np.empty(len(counts))
    ranks[np.argsort(-counts, kind="stable")] = np.arange(1, len(counts) + 1)
    return ranks


def _mean_over_lists(values: np.ndarray, lists: np.ndarray) -> np.ndarray:
    """The mean over each list of a value per movie."""
    listed = lists >= 0
    return ratio_or_nan((values[lists] * listed).sum(1), listed.sum(1))
