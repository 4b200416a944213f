"""Pure functions from lists to numbers: is what people liked on top, and what else is shown to them.

`hits` says of each place of each list whether its movie is relevant, bool (users, n); `relevant` how many relevant
movies the user has, on the list or not, (users,). `lists` are catalogue positions, int64 (users, n), -1 where a list
is shorter. Per user, NaN where a metric is undefined; its mean is over the users for whom it is defined.

Our own, on whole arrays: `sklearn.metrics.ndcg_score` takes a score of every movie instead of lists. Tests hold them
equal to scikit-learn's and implicit's.
"""

from __future__ import annotations

import numpy as np

HEAD_SHARE = 0.2  # of the catalogue: the most rated movies, the rest being the long tail
SMOOTHING = 0.01  # of the history's genres mixed into the list's, so that no genre has a share of zero


def ndcg(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Sum over hits of 1 / log2(place + 1), over that of min(relevant, n) hits on top; NaN without relevant movies.

    Järvelin and Kekäläinen 2002 (doi 10.1145/582415.582418) with binary gain.
    """
    discount = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(relevant, hits.shape[1])]
    return _ratio(hits @ discount, ideal)


def recall(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Hits / all relevant movies, so at most n / relevant; NaN without relevant movies."""
    return _ratio(hits.sum(1), relevant)


def precision(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Hits / n, also where the list or the relevant movies are fewer; NaN without relevant movies."""
    return _ratio(hits.sum(1), np.where(relevant > 0, hits.shape[1], 0))


def average_precision(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Sum over hits of (hits so far / place), over min(relevant, n); NaN without relevant movies."""
    so_far = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
    return _ratio((so_far * hits).sum(1), np.minimum(relevant, hits.shape[1]))


def hit_rate(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """1 with at least one hit, else 0; NaN without relevant movies."""
    return np.where(relevant > 0, hits.any(1), np.nan)


def coverage(lists: np.ndarray, movies: int) -> float:
    """Share of the catalogue's movies that stand on at least one list. NaN for an empty catalogue."""
    return len(np.unique(lists[lists >= 0])) / movies if movies else np.nan


def gini(lists: np.ndarray, movies: int) -> float:
    """How unevenly the places are shared among all movies: 0 evenly, 1 - 1 / movies when one movie has all of them.

    Sum over movies in ascending order of (2 rank - movies - 1) x places, over movies x all places; NaN without lists.
    """
    places = np.sort(np.bincount(lists[lists >= 0], minlength=movies))
    rank = np.arange(1, movies + 1)
    return float(_ratio((2 * rank - movies - 1) @ places, movies * places.sum()))


def novelty(lists: np.ndarray, counts: np.ndarray, users: int) -> np.ndarray:
    """Mean of -log2(share of the users who rated the movie), a movie of none counting as of one; NaN for no list.

    Vargas and Castells 2011 (doi 10.1145/2043932.2043955), self-information of popularity.
    """
    return _mean(-np.log2(np.maximum(counts, 1) / users), lists)


def popularity_rank(lists: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean place of the movies when all are ordered by ratings, 1 the most rated, ties by position; NaN for no list."""
    return _mean(_places(counts), lists)


def long_tail(lists: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Share of movies outside the most rated fifth of the catalogue; NaN for no list."""
    return _mean(little_known(counts).astype(np.float64), lists)


def little_known(counts: np.ndarray) -> np.ndarray:
    """Which movies are outside the most rated fifth of the catalogue, bool (movies,); ties by position."""
    return _places(counts) > HEAD_SHARE * len(counts)


def diversity(lists: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Mean over pairs on the list of 1 - cosine of their genres (bool (movies, genres)); NaN under two movies.

    A movie without genres is unlike every other.
    """
    units = flags / np.maximum(np.sqrt(flags.sum(1, keepdims=True)), 1)
    shown = lists >= 0
    alike = units[lists] * shown[:, :, None]
    total = ((alike.sum(1) ** 2).sum(1) - (alike**2).sum((1, 2))) / 2
    pairs = shown.sum(1) * (shown.sum(1) - 1) / 2
    return 1 - _ratio(total, pairs)


def calibration(lists: np.ndarray, taste: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Divergence of the list's genres from the history's in nats: 0 when the shares are equal.

    `taste` are sums over the history of each movie's genre shares, (users, genres). Kullback-Leibler from the
    history's shares to the list's, smoothed by `SMOOTHING` (Steck 2018, doi 10.1145/3240323.3240372). NaN without
    genres on either side.
    """
    shares = flags / np.maximum(flags.sum(1, keepdims=True), 1)
    shown = (shares[lists] * (lists >= 0)[:, :, None]).sum(1)
    wanted, given = (_ratio(side, side.sum(1, keepdims=True)) for side in (taste, shown))
    mixed = (1 - SMOOTHING) * given + SMOOTHING * wanted
    logarithm = np.log(np.divide(wanted, mixed, out=np.ones_like(mixed), where=wanted != 0))
    return np.where(np.isfinite(given[:, 0]), (wanted * logarithm).sum(1), np.nan)


def _places(counts: np.ndarray) -> np.ndarray:
    """Each movie's place from 1 by descending count."""
    places = np.empty(len(counts))
    places[np.argsort(-counts, kind="stable")] = np.arange(1, len(counts) + 1)
    return places


def _mean(values: np.ndarray, lists: np.ndarray) -> np.ndarray:
    """The mean over each list of a value per movie."""
    shown = lists >= 0
    return _ratio((values[lists] * shown).sum(1), shown.sum(1))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    above, below = np.broadcast_arrays(above, np.asarray(below, np.float64))
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0)
