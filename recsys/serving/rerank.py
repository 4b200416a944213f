"""Re-ranking: from one user's scores to a list, by popularity, diversity and a lowest probability of liking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np

from recsys.data.interactions import Interactions
from recsys.schema import EXPECTED
from recsys.serving.candidate_scores import like_probability, mmr, popularity_adjusted, top_k
from recsys.serving.filters import Candidates
from recsys.serving.scorer import Scorer

AHEAD = 20  # movies predicted beyond the length of a list, because some turn out unlikely to be liked
Columns = dict[str, np.ndarray]  # of `Scorer.score`


class LikeScores(Protocol):
    """Probabilities of liking, of a user or a group, made when a list needs them."""

    @property
    def like(self) -> np.ndarray:
        """Probabilities of liking, float64 (movies,); NaN where not predicted yet."""
        ...

    def predict(self, movies: np.ndarray) -> None:
        """Predict those of some distinct catalogue positions that are not predicted yet."""
        ...


class StarScores:
    """Predictions for one user, made when a list needs them and only once.

    Parameters
    ----------
    score : callable
        Returns the columns of `Scorer.score` for an array of catalogue positions.
    stars : tuple of float
        Star values, ascending.
    movies : int
        Size of the catalogue.

    Attributes
    ----------
    expected : ndarray of float64, shape (movies,)
        Expected ratings in stars; NaN where not predicted yet.
    like : ndarray of float64, shape (movies,)
        Probabilities of liking; NaN where not predicted yet.
    """

    def __init__(self, score: Callable[[np.ndarray], Columns], stars: tuple[float, ...], movies: int) -> None:
        self._score, self._stars = score, stars
        self.expected, self.like = np.full(movies, np.nan), np.full(movies, np.nan)

    @classmethod
    def of(cls, scorer: Scorer, user_history: Interactions) -> Self:
        """Predictions for the user of a single row of ratings."""

        def score(movies: np.ndarray) -> Columns:
            return scorer.score(user_history, np.zeros(len(movies), np.int64), movies)

        return cls(score, scorer.stars, len(scorer.catalogue))

    def predict(self, movies: np.ndarray) -> None:
        """Predict those of some distinct catalogue positions that are not predicted yet."""
        missing = movies[np.isnan(self.like[movies])]
        if len(missing):
            self.put(missing, self._score(missing))

    def put(self, movies: np.ndarray, columns: Columns) -> None:
        """Store predictions of some catalogue positions that were computed for many users at once."""
        self.expected[movies], self.like[movies] = columns[EXPECTED], like_probability(columns, self._stars)


@dataclass(frozen=True)
class RerankOptions:
    """Length of a list, and how it is re-ranked."""

    n: int
    popularity: float = 0.0  # -1 little known first ... 1 well known first
    diversity: float = 0.0  # 0 by score alone ... 1 by difference in genres alone
    least_like: float = 0.0  # lowest probability of liking


@dataclass(frozen=True)
class Reranker:
    """One user's candidates and scores, ready to become a list.

    Attributes
    ----------
    scores : ndarray of float64, shape (movies,)
        Scores of all movies, adjusted for popularity.
    movies : ndarray of int64
        Catalogue positions of the candidates, ascending.
    flags : ndarray, shape (movies, genres)
        Genres of all movies, 0 or 1.
    options : RerankOptions
        Length and options of the list.
    """

    scores: np.ndarray
    movies: np.ndarray
    flags: np.ndarray
    options: RerankOptions

    @classmethod
    def of(cls, scorer: Scorer, scores: np.ndarray, candidates: Candidates, options: RerankOptions) -> Self:
        """From one user's scores by a ranker, (movies,)."""
        scores = popularity_adjusted(scores, scorer.counts, candidates.unseen, options.popularity)
        return cls(scores, np.flatnonzero(candidates.passing), scorer.catalogue.genre_flags, options)

    @cached_property
    def ahead(self) -> np.ndarray:
        """Catalogue positions to predict first: usually all whose probability of liking the list needs."""
        if self.options.least_like <= 0:
            return np.zeros(0, np.int64)
        if self.options.diversity:
            return self._unrestricted[0]
        return top_k(self.scores, self.movies, self.options.n + AHEAD)

    def chosen(self, stars: LikeScores) -> tuple[np.ndarray, np.ndarray, int]:
        """The list of movies that are likely enough to be liked.

        Movies are selected, predicted, and selected again without those that are too unlikely; after two rounds all
        candidates are predicted. The list does not depend on what `stars` has already predicted.

        Parameters
        ----------
        stars : LikeScores
            Predictions for the user or the group; more are made as needed.

        Returns
        -------
        positions : ndarray of int64
            At most n catalogue positions, best first.
        scores : ndarray of float64
            Their scores, which never rise.
        passed_over : int
            Candidates that are too unlikely: those before the last row, or all of them if the list is short.
        """
        least_like, examined = self.options.least_like, np.zeros(len(self.scores), bool)
        examined[self.ahead] = True
        for examine_all in (False, False, True):
            examined[self.movies] |= examine_all
            stars.predict(np.flatnonzero(examined))
            unlikely = examined & (stars.like < least_like)
            likely_enough = self.movies[~unlikely[self.movies]]
            positions, scores = self._select(likely_enough) if unlikely.any() else self._unrestricted
            if least_like <= 0 or examined[positions].all():
                break
            examined[positions] = True
        short = len(positions) < self.options.n
        passed_over = unlikely if short else unlikely & (self.scores >= self.scores[positions].min())
        return positions, scores, int(passed_over.sum())

    @cached_property
    def _unrestricted(self) -> tuple[np.ndarray, np.ndarray]:
        """The list without a lowest probability of liking."""
        return self._select(self.movies)

    def _select(self, movies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return mmr(self.scores, movies, self.flags, self.options.n, self.options.diversity)
