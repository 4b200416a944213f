"""From one person's scores to a list: both sliders, and a floor on the probability of liking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from recsys.data.interactions import Interactions
from recsys.schema import EXPECTED
from recsys.serving.candidate_scores import like_probability, mmr, popularity_adjusted, top_k
from recsys.serving.filters import Candidates
from recsys.serving.scorer import Scorer

AHEAD = 20  # movies predicted beyond those that a list needs, since some are passed over
Columns = dict[str, np.ndarray]  # of `Recommender.score`


class StarScores:
    """What one person is expected to give, and the probability that they like it, float64 (movies,) each.

    Only movies that a list asks for are predicted, each once; NaN until then.
    """

    def __init__(self, score: Callable[[np.ndarray], Columns], stars: tuple[float, ...], movies: int) -> None:
        self._score, self._stars = score, stars
        self.expected, self.like = np.full(movies, np.nan), np.full(movies, np.nan)

    @classmethod
    def of(cls, scorer: Scorer, user_history: Interactions) -> Self:
        """Of a single row of ratings."""

        def score(movies: np.ndarray) -> Columns:
            return scorer.score(user_history, np.zeros(len(movies), np.int64), movies)

        return cls(score, scorer.stars, len(scorer.catalogue))

    def predict(self, movies: np.ndarray) -> None:
        """See to it that some catalogue positions are predicted."""
        unknown = self.unknown(movies)
        if len(unknown):
            self.put(unknown, self._score(unknown))

    def unknown(self, movies: np.ndarray) -> np.ndarray:
        """Those of some distinct positions that are not predicted yet."""
        return movies[np.isnan(self.like[movies])]

    def put(self, movies: np.ndarray, columns: Columns) -> None:
        """Predictions of some positions, made elsewhere for many people at once."""
        self.expected[movies], self.like[movies] = columns[EXPECTED], like_probability(columns, self._stars)


@dataclass(frozen=True)
class RerankOptions:
    """What kind of list: its length, both sliders, and the least probability of liking."""

    n: int
    popularity: float = 0.0  # -1 little known first ... 1 well known first
    diversity: float = 0.0  # 0 by score alone ... 1 by difference in genres alone
    least_like: float = 0.0


@dataclass(frozen=True)
class Reranker:
    """A list in the making: scores as the popularity slider bends them, and the movies that it may show."""

    scores: np.ndarray  # float64 (movies,)
    movies: np.ndarray  # int64, catalogue positions, ascending
    flags: np.ndarray  # bool (movies, genres)
    order: RerankOptions

    @classmethod
    def of(cls, scorer: Scorer, scores: np.ndarray, left: Candidates, order: RerankOptions) -> Self:
        """From a ranker's scores of one person."""
        scores = popularity_adjusted(scores, scorer.counts, left.unseen, order.popularity)
        return cls(scores, np.flatnonzero(left.passing), scorer.catalogue.genre_flags, order)

    @cached_property
    def ahead(self) -> np.ndarray:
        """The positions that are predicted first; mostly these are all that the floor asks for."""
        if self.order.least_like <= 0:
            return np.zeros(0, np.int64)
        if self.order.diversity:
            return self._freely[0]
        return top_k(self.scores, self.movies, self.order.n + AHEAD)

    def chosen(self, stars: StarScores) -> tuple[np.ndarray, np.ndarray, int]:
        """The list: positions, best first, their scores, and how many movies the floor passed over on the way.

        What is chosen is predicted, and what proves unlikely is left out of the next choice; after two choices all
        is predicted. Which other movies `stars` knows already makes no difference.
        """
        least, asked = self.order.least_like, np.zeros(len(self.scores), bool)
        asked[self.ahead] = True
        for everything in (False, False, True):
            asked[self.movies] |= everything
            stars.predict(np.flatnonzero(asked))
            unlikely = asked & (stars.like < least)
            best, score = self._listed(self.movies[~unlikely[self.movies]]) if unlikely.any() else self._freely
            if least <= 0 or asked[best].all():
                break
            asked[best] = True
        short = len(best) < self.order.n
        passed_over = unlikely if short else unlikely & (self.scores >= self.scores[best].min())
        return best, score, int(passed_over.sum())

    @cached_property
    def _freely(self) -> tuple[np.ndarray, np.ndarray]:
        """The list without a floor."""
        return self._listed(self.movies)

    def _listed(self, movies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return mmr(self.scores, movies, self.flags, self.order.n, self.order.diversity)
