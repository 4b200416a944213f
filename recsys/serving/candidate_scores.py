"""From scores to a top-N list: the order, the sliders that bend it, and the rows that are shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.schema import EXPECTED, GENRES, LIKED_SHARE, MOVIE, RANK, TITLE, YEAR, probability_columns
from recsys.serving.scorer import Scorer

POPULARITY_WEIGHT = 1.5  # standard deviations of score that the popularity slider moves, per one of log count
ENOUGH_RATINGS = 5  # with fewer, a movie comes after all others by highest expected rating
GEM_DAMPING = 10.0  # ratings at which a little-known movie counts half
POOL = 300  # best candidates that the diversity slider chooses from


def listed(catalogue: Catalogue, chosen: np.ndarray) -> pd.DataFrame:
    """Catalogue positions as ranked rows: rank, movie_id, title, year, genres."""
    return pd.DataFrame(
        {
            RANK: np.arange(1, len(chosen) + 1),
            MOVIE: catalogue.movie_ids[chosen],
            TITLE: [catalogue.titles[position] for position in chosen],
            YEAR: catalogue.years[chosen],
            GENRES: [catalogue.genres[position] for position in chosen],
        }
    )


def like_probability(said: dict[str, np.ndarray], stars: tuple[float, ...]) -> np.ndarray:
    """The probability of a liked rating (at least `LIKED_SHARE` of the scale's maximum) in some predictions."""
    liked = [star for star in stars if star >= LIKED_SHARE * stars[-1]]
    return np.sum([said[name] for name in probability_columns(liked)], axis=0)


def scores_of(scorer: Scorer, people: Interactions, rankers: Sequence[str]) -> dict[str, np.ndarray]:
    """What some rankers say of every movie to everybody, float64 (people, movies) each."""
    shape, found = (len(people), len(scorer.catalogue)), {}
    if "personal" in rankers:
        found["personal"] = scorer.ranker.scores(scorer.features, people)
    if "popular" in rankers:
        found["popular"] = np.broadcast_to(scorer.counts.astype(np.float64), shape)
    if not set(rankers) <= set(found):
        said = scorer.score(people, *(place.ravel() for place in np.indices(shape)))
        thin = scorer.counts < ENOUGH_RATINGS  # what one or two people said tops no list
        found["expected"] = said[EXPECTED].reshape(shape) - thin * np.ptp(scorer.stars)
        found["gems"] = hidden_gems(like_probability(said, scorer.stars).reshape(shape), scorer.counts)
    return found


def popularity_adjusted(scores: np.ndarray, counts: np.ndarray, unseen: np.ndarray, popularity: float) -> np.ndarray:
    """Scores moved towards well known (positive) or little known (negative) movies, float64 (movies,).

    Both sides are standardised over all unseen movies, whatever the filters, so that these change no order.
    """
    if not popularity:
        return scores
    return _standard(scores, unseen) + popularity * POPULARITY_WEIGHT * _standard(np.log1p(counts), unseen)


def top_k(scores: np.ndarray, movies: np.ndarray, n: int) -> np.ndarray:
    """The n best of some catalogue positions (ascending), best first; ties by position, which is by movie id."""
    worst = -scores[movies]
    if 0 < n < len(movies):  # no need to sort what is behind the n-th
        near = np.flatnonzero(worst <= np.partition(worst, n - 1)[n - 1])
        movies, worst = movies[near], worst[near]
    return movies[np.argsort(worst, kind="stable")[:n]]


def mmr(
    scores: np.ndarray, movies: np.ndarray, flags: np.ndarray, n: int, diversity: float
) -> tuple[np.ndarray, np.ndarray]:
    """The n chosen positions in the order of choice, and the marginal score of each, which never rises.

    Maximal marginal relevance (Carbonell and Goldstein 1998, doi 10.1145/290941.291025): the next movie is the best
    by (1 - diversity) x score, 0 to 1 over the pool, - diversity x cosine of genres to the nearest one chosen before.
    """
    pool = top_k(scores, movies, max(POOL, n))
    if not diversity or not len(pool):
        return pool[:n], scores[pool[:n]]
    low, high = scores[pool].min(), scores[pool].max()
    relevance = (1 - diversity) * (scores[pool] - low) / max(high - low, 1e-12)
    units = flags[pool] / np.maximum(np.sqrt(flags[pool].sum(1, keepdims=True)), 1)
    near, chosen, marginal = np.zeros(len(pool)), [], []
    for _ in range(min(n, len(pool))):
        value = relevance - diversity * near
        value[chosen] = -np.inf
        best = int(value.argmax())
        chosen.append(best)
        marginal.append(value[best])
        near = np.maximum(near, units @ units[best])
    return pool[chosen], np.array(marginal)


def hidden_gems(like: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Liked for certain and little known: the probability of liking, squared, times the share of the catalogue that
    is rated more often, drawn to 0 while hardly anybody has rated a movie; float64 (movies,)."""
    ascending = np.sort(counts)
    known = np.searchsorted(ascending, counts, side="right") / len(counts)
    return like**2 * (1 - known) * counts / (counts + GEM_DAMPING)


def _standard(values: np.ndarray, over: np.ndarray) -> np.ndarray:
    """The same with mean 0 and standard deviation 1 over the chosen movies (bool per movie)."""
    chosen = values[over] if over.any() else values
    return (values - chosen.mean()) / max(chosen.std(), 1e-12)
