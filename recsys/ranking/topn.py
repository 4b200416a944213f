"""From scores to a top-N list: the order, the sliders that bend it, and the rows that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from recsys.catalogue import Catalogue
from recsys.errors import InputError
from recsys.histories import Histories
from recsys.ranking.candidates import Candidates, Filters, Funnel, candidates, lifted
from recsys.schema import EXPECTED, GENRES, LIKE, LIKED_SHARE, MOVIE, RANK, SCORE, TITLE, YEAR, probability_columns
from recsys.validation import RANKERS, wanted_problems

if TYPE_CHECKING:
    from recsys.recommender import Recommender

POPULARITY_WEIGHT = 1.5  # standard deviations of score that the popularity slider moves, per one of log count
ENOUGH_RATINGS = 5  # with fewer, a movie comes after all others by highest expected rating
GEM_DAMPING = 10.0  # ratings at which a little-known movie counts half
FILTER_NAMES = {
    "genres": "the genres",
    "years": "the years",
    "min_ratings": "the minimum of ratings",
    "only": "the list of your own",
}
POOL = 300  # best candidates that the diversity slider chooses from


@dataclass(frozen=True)
class Wanted:
    """What kind of list somebody wants."""

    n: int = 10
    filters: Filters = field(default_factory=Filters)
    ranker: str = "personal"
    popularity: float = 0.0  # -1 little known first ... 1 well known first
    diversity: float = 0.0  # 0 by score alone ... 1 by difference in genres alone

    @classmethod
    def checked(
        cls,
        n: int = 10,
        genres: Sequence[str] = (),
        years: Sequence[float | None] = (None, None),
        min_ratings: int = 0,
        only: Sequence[int] | None = None,
        ranker: str = RANKERS[0],
        popularity: float = 0.0,
        diversity: float = 0.0,
    ) -> Self:
        """The same from plain values; InputError lists everything that is out of its range."""
        problems = wanted_problems(n, genres, years, min_ratings, only, ranker, popularity, diversity)
        if problems:
            raise InputError.of(problems)
        filters = Filters(tuple(genres), *years, min_ratings, None if only is None else tuple(only))
        return cls(n, filters, ranker, float(popularity), float(diversity))


@dataclass(frozen=True)
class TopN:
    """A list (columns of `Recommender.recommend`) and how many movies were left at each step towards it."""

    table: pd.DataFrame
    funnel: Funnel
    asked: int  # rows wanted
    lifted: dict[str, int]  # for a list that is too short: movies left without each filter in use

    def why_short(self) -> str:
        """Why the list has fewer rows than were asked for, and what to loosen; empty when it has them all."""
        if self.funnel.shown >= self.asked:
            return ""
        if not self.lifted:
            return f"Fewer than the {self.asked} asked for, because no other movie is unseen."
        better = {name: left for name, left in self.lifted.items() if left > self.funnel.filtered}
        ways = (
            f"{better[name]:,} without {FILTER_NAMES[name]}" for name in sorted(better, key=lambda name: -better[name])
        )
        there = f"; there would be {', '.join(ways)}" if better else "; no single one of them is the reason"
        if not self.funnel.shown:
            return f"The filters leave nothing{there}."
        return f"Fewer than the {self.asked} asked for, because the filters leave no more{there}."


def top(recommender: Recommender, person: Histories, wanted: Wanted) -> TopN:
    """The list of one person (a single row of ratings)."""
    catalogue, counts = recommender.catalogue, recommender.counts
    left = candidates(catalogue, counts, recommender.titles, person.movies, wanted.filters)
    scores = scores_of(recommender, person, (wanted.ranker,))[wanted.ranker][0]
    chosen, score = arranged(recommender, scores, left, wanted.n, wanted.popularity, wanted.diversity)
    said = recommender.score(person, np.zeros(len(chosen), np.int64), chosen)
    more = {EXPECTED: said[EXPECTED], LIKE: liking(said, recommender.stars), SCORE: score}
    table = listed(catalogue, chosen).assign(**more)
    short = len(table) < wanted.n
    loosened = lifted(catalogue, counts, recommender.titles, person.movies, wanted.filters) if short else {}
    return TopN(table, left.funnel.showing(len(table)), wanted.n, loosened)


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


def liking(said: dict[str, np.ndarray], stars: tuple[float, ...]) -> np.ndarray:
    """The probability of a liked rating (at least `LIKED_SHARE` of the scale's maximum) in some predictions."""
    liked = [star for star in stars if star >= LIKED_SHARE * stars[-1]]
    return np.sum([said[name] for name in probability_columns(liked)], axis=0)


def scores_of(recommender: Recommender, people: Histories, rankers: Sequence[str]) -> dict[str, np.ndarray]:
    """What some rankers say of every movie to everybody, float64 (people, movies) each."""
    shape, found = (len(people), len(recommender.catalogue)), {}
    if "personal" in rankers:
        found["personal"] = recommender.ranker.scores(recommender.features, people)
    if "popular" in rankers:
        found["popular"] = np.broadcast_to(recommender.counts.astype(np.float64), shape)
    if not set(rankers) <= set(found):
        said = recommender.score(people, *(place.ravel() for place in np.indices(shape)))
        thin = recommender.counts < ENOUGH_RATINGS  # what one or two people said tops no list
        found["expected"] = said[EXPECTED].reshape(shape) - thin * np.ptp(recommender.stars)
        found["gems"] = gems(liking(said, recommender.stars).reshape(shape), recommender.counts)
    return found


def arranged(
    recommender: Recommender, scores: np.ndarray, left: Candidates, n: int, popularity: float, diversity: float
) -> tuple[np.ndarray, np.ndarray]:
    """Both sliders on a ranker's scores: the n chosen positions, best first, and the score of each."""
    catalogue = recommender.catalogue
    scores = bent(scores, recommender.counts, left.unseen, popularity)
    return diversified(scores, np.flatnonzero(left.passing), catalogue.genre_flags, n, diversity)


def bent(scores: np.ndarray, counts: np.ndarray, unseen: np.ndarray, popularity: float) -> np.ndarray:
    """Scores moved towards well known (positive) or little known (negative) movies, float64 (movies,).

    Both sides are standardised over all unseen movies, whatever the filters, so that these change no order.
    """
    if not popularity:
        return scores
    return _standard(scores, unseen) + popularity * POPULARITY_WEIGHT * _standard(np.log1p(counts), unseen)


def ordered(scores: np.ndarray, movies: np.ndarray, n: int) -> np.ndarray:
    """The n best of some catalogue positions (ascending), best first; ties by position, which is by movie id."""
    worst = -scores[movies]
    if 0 < n < len(movies):  # no need to sort what is behind the n-th
        near = np.flatnonzero(worst <= np.partition(worst, n - 1)[n - 1])
        movies, worst = movies[near], worst[near]
    return movies[np.argsort(worst, kind="stable")[:n]]


def diversified(
    scores: np.ndarray, movies: np.ndarray, flags: np.ndarray, n: int, diversity: float
) -> tuple[np.ndarray, np.ndarray]:
    """The n chosen positions in the order of choice, and the marginal score of each, which never rises.

    Maximal marginal relevance (Carbonell and Goldstein 1998, doi 10.1145/290941.291025): the next movie is the best
    by (1 - diversity) x score, 0 to 1 over the pool, - diversity x cosine of genres to the nearest one chosen before.
    """
    pool = ordered(scores, movies, max(POOL, n))
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


def gems(like: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Liked for certain and little known: the probability of liking, squared, times the share of the catalogue that
    is rated more often, drawn to 0 while hardly anybody has rated a movie; float64 (movies,)."""
    ascending = np.sort(counts)
    known = np.searchsorted(ascending, counts, side="right") / len(counts)
    return like**2 * (1 - known) * counts / (counts + GEM_DAMPING)


def _standard(values: np.ndarray, over: np.ndarray) -> np.ndarray:
    """The same with mean 0 and standard deviation 1 over the chosen movies (bool per movie)."""
    chosen = values[over] if over.any() else values
    return (values - chosen.mean()) / max(chosen.std(), 1e-12)
