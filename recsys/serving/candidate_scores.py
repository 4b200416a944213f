"""Scores of candidate movies: rankers, popularity adjustment, top-k, maximal marginal relevance and hidden gems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.schema import EXPECTED, GENRES, LIKED_SHARE, MOVIE, RANK, TITLE, YEAR, probability_columns
from recsys.serving.scorer import Scorer

POPULARITY_WEIGHT = 1.5  # weight of the standardised log count at the ends of the popularity slider
ENOUGH_RATINGS = 5  # with fewer, a movie comes after all others by expected rating
GEM_DAMPING = 10.0  # ratings at which a little-known movie counts half
POOL = 300  # best candidates that diversity chooses from


def ranked_rows(catalogue: Catalogue, positions: np.ndarray) -> pd.DataFrame:
    """The movies at these catalogue positions, best first, as rows: rank, movie_id, title, year, genres."""
    return pd.DataFrame(
        {
            RANK: np.arange(1, len(positions) + 1),
            MOVIE: catalogue.movie_ids[positions],
            TITLE: [catalogue.titles[position] for position in positions],
            YEAR: catalogue.years[positions],
            GENRES: [catalogue.genres[position] for position in positions],
        }
    )


def like_probability(columns: dict[str, np.ndarray], stars: tuple[float, ...]) -> np.ndarray:
    """The probability of a liked rating, at least `LIKED_SHARE` of the scale's maximum.

    Parameters
    ----------
    columns : dict of str to ndarray
        Predictions that have the columns p_* of `Scorer.score`, of any equal shape.
    stars : tuple of float
        Star values, ascending.

    Returns
    -------
    ndarray of float64
        Of the columns' shape.
    """
    liked = [star for star in stars if star >= LIKED_SHARE * stars[-1]]
    return np.sum([columns[name] for name in probability_columns(liked)], axis=0)


def ranker_scores(scorer: Scorer, interactions: Interactions, rankers: Sequence[str]) -> dict[str, np.ndarray]:
    """Scores of every movie for every user by some rankers.

    Parameters
    ----------
    scorer : Scorer
        The model.
    interactions : Interactions
        One row of ratings per user.
    rankers : sequence of str
        Names of `list_option_table.RANKERS`; "expected" and "gems" are computed together if either is requested.

    Returns
    -------
    dict of str to ndarray of float64, shape (users, movies)
        Scores by ranker; a higher one is better.
    """
    shape = (len(interactions), len(scorer.catalogue))
    scores: dict[str, np.ndarray] = {}
    if "personal" in rankers:
        scores["personal"] = scorer.ranker.scores(scorer.features, interactions)
    if "popular" in rankers:
        scores["popular"] = np.broadcast_to(scorer.counts.astype(np.float64), shape)
    if not set(rankers) <= set(scores):
        columns = scorer.score(interactions, *(index.ravel() for index in np.indices(shape)))
        too_few = scorer.counts < ENOUGH_RATINGS  # one or two enthusiastic ratings must not top a list
        scores["expected"] = columns[EXPECTED].reshape(shape) - too_few * np.ptp(scorer.stars)
        scores["gems"] = hidden_gems(like_probability(columns, scorer.stars).reshape(shape), scorer.counts)
    return scores


def popularity_adjusted(scores: np.ndarray, counts: np.ndarray, unseen: np.ndarray, popularity: float) -> np.ndarray:
    """Scores moved towards well-known or little-known movies.

    Parameters
    ----------
    scores : ndarray of float64, shape (movies,)
        Scores by a ranker.
    counts : ndarray of int64, shape (movies,)
        Ratings of each movie.
    unseen : ndarray of bool, shape (movies,)
        The movies over which scores and log counts are standardised: the same whatever the filters, so that a filter
        changes no order.
    popularity : float
        From -1 (little known first) to 1 (well known first); 0 leaves the scores as they are.

    Returns
    -------
    ndarray of float64, shape (movies,)
    """
    if not popularity:
        return scores
    return _standardised(scores, unseen) + popularity * POPULARITY_WEIGHT * _standardised(np.log1p(counts), unseen)


def match_scores(scores: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    """Scores on a common scale: 1 is the user's best unseen movie, 0 the median one, or one below it.

    Parameters
    ----------
    scores : ndarray of float64, shape (movies,)
        One user's scores by a ranker.
    unseen : ndarray of bool, shape (movies,)
        The movies that the user has not seen, whatever the filters, so that a filter changes no match.

    Returns
    -------
    ndarray of float64, shape (movies,)
    """
    return np.clip(relative_scores(scores, unseen), 0.0, 1.0)


def relative_scores(scores: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    """`match_scores` that go on below the median and above the best unseen movie, so that they keep the order."""
    reference = scores[unseen] if unseen.any() else scores
    median, best = np.median(reference), reference.max()
    return (scores - median) / max(best - median, 1e-12)


def top_k(scores: np.ndarray, movies: np.ndarray, n: int) -> np.ndarray:
    """The n best of some catalogue positions (ascending), best first; ties by position, which is by movie id."""
    negative = -scores[movies]
    if 0 < n < len(movies):  # what comes after the n-th needs no sorting
        candidates = np.flatnonzero(negative <= np.partition(negative, n - 1)[n - 1])
        movies, negative = movies[candidates], negative[candidates]
    return movies[np.argsort(negative, kind="stable")[:n]]


def mmr(
    scores: np.ndarray, movies: np.ndarray, flags: np.ndarray, n: int, diversity: float
) -> tuple[np.ndarray, np.ndarray]:
    """Re-rank by maximal marginal relevance.

    The next movie is the best by (1 - diversity) x score, scaled to 0 to 1 over the pool, - diversity x the largest
    cosine of its genres to those of a movie selected before.

    Parameters
    ----------
    scores : ndarray of float64, shape (movies,)
        Scores of all movies.
    movies : ndarray of int64
        Catalogue positions of the candidates, ascending.
    flags : ndarray, shape (movies, genres)
        Genres of all movies, 0 or 1.
    n : int
        Length of the list.
    diversity : float
        From 0 (by score alone) to 1 (by difference in genres alone).

    Returns
    -------
    positions : ndarray of int64
        At most n catalogue positions in the order of selection.
    marginal : ndarray of float64
        Their marginal scores, which never rise; without diversity, their scores.

    References
    ----------
    Carbonell and Goldstein 1998, doi 10.1145/290941.291025.
    """
    pool = top_k(scores, movies, max(POOL, n))
    if not diversity or not len(pool):
        return pool[:n], scores[pool[:n]]
    low, high = scores[pool].min(), scores[pool].max()
    relevance = (1 - diversity) * (scores[pool] - low) / max(high - low, 1e-12)
    units = flags[pool] / np.maximum(np.sqrt(flags[pool].sum(1, keepdims=True)), 1)
    largest_cosine, selected, marginal = np.zeros(len(pool)), [], []
    for _ in range(min(n, len(pool))):
        value = relevance - diversity * largest_cosine
        value[selected] = -np.inf
        best = int(value.argmax())
        selected.append(best)
        marginal.append(value[best])
        largest_cosine = np.maximum(largest_cosine, units @ units[best])
    return pool[selected], np.array(marginal)


def hidden_gems(like: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Scores of movies that are probably liked and little known.

    The squared probability of liking, times the share of the catalogue that has more ratings, drawn to 0 for movies
    with hardly any ratings.

    Parameters
    ----------
    like : ndarray of float64, shape (..., movies)
        Probability of liking.
    counts : ndarray of int64, shape (movies,)
        Ratings of each movie.

    Returns
    -------
    ndarray of float64, shape (..., movies)
    """
    ascending = np.sort(counts)
    popularity = np.searchsorted(ascending, counts, side="right") / len(counts)
    return like**2 * (1 - popularity) * counts / (counts + GEM_DAMPING)


def _standardised(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Values shifted and scaled to mean 0 and standard deviation 1 over the movies of a mask (all, if it is empty)."""
    reference = values[mask] if mask.any() else values
    return (values - reference.mean()) / max(reference.std(), 1e-12)
