"""Active learning: ask a newcomer to rate movies they have probably seen and whose ratings are informative."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from recsys.features.gaussian_process import GaussianProcess

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

CANDIDATES = 300  # most rated movies: the ones to ask about, and whose uncertainty is to fall
RECENT_QUESTIONS = 3  # movies asked last, whose genres are avoided
GENRE_PENALTY = 0.5  # share of its utility that a movie of just these genres loses


@dataclass(frozen=True)
class ActiveLearner:
    """The candidate movies of a catalogue, and the covariance of users' tastes for them."""

    movies: np.ndarray  # int64 (candidates,), catalogue positions
    familiarity: np.ndarray  # float64 (candidates,), share of users who rated it: how probably a newcomer has seen it
    covariance: np.ndarray  # float64 (candidates, candidates), of tastes
    genres: np.ndarray  # float64 (candidates, genres), rows of length one or zero
    noise: float  # variance of a rating around its user's taste

    @classmethod
    def of(cls, recommender: Recommender) -> Self:
        """The most rated titles of a trained model, each once."""
        counts, catalogue = recommender.counts, recommender.catalogue
        principal = np.flatnonzero(recommender.titles.principal == np.arange(len(catalogue)))
        movies = principal[np.argsort(-counts[principal], kind="stable")[:CANDIDATES]]
        flags = catalogue.genre_flags[movies].astype(np.float64)
        return cls(
            movies=movies,
            familiarity=counts[movies] / max(len(recommender.user_ids), 1),
            covariance=recommender.features.extractor(GaussianProcess)
            .movie_covariance[np.ix_(movies, movies)]
            .astype(np.float64),
            genres=flags / np.maximum(np.sqrt(flags.sum(1, keepdims=True)), 1),
            noise=recommender.config.gaussian_process.noise,
        )

    def next(self, rated: Sequence[int], skipped: Sequence[int], later: Collection[int] = ()) -> int | None:
        """The movie to ask about next.

        Parameters
        ----------
        rated, skipped
            Catalogue positions of the movies already rated and set aside, in that order.
        later
            Positions that are asked about only when there are no others.

        Returns
        -------
        A catalogue position; None when every candidate is rated or set aside.
        """
        open_candidates = ~np.isin(self.movies, [*rated, *skipped])
        if not open_candidates.any():
            return None
        preferred = open_candidates & ~np.isin(self.movies, list(later))
        eligible = preferred if preferred.any() else open_candidates
        return int(self.movies[np.where(eligible, self.utility(rated, skipped), -np.inf).argmax()])

    def utility(self, rated: Sequence[int], skipped: Sequence[int]) -> np.ndarray:
        """Utility of asking about each candidate, already asked ones included, float64 (candidates,)."""
        recent = [*rated[-RECENT_QUESTIONS:], *skipped[-RECENT_QUESTIONS:]]
        return self.familiarity * self.variance_reduction(rated) * self._genre_discount(recent)

    def variance_reduction(self, rated: Sequence[int]) -> np.ndarray:
        """How much a rating of each candidate would lower the variance of all of them, float64 (candidates,).

        Tastes are a Gaussian process (`features.gaussian_process`): after the ratings at `rated`, one more of movie m
        takes cov(m, w)^2 / (var(m) + noise) from the variance of each movie w, here summed with the familiarity of w
        as weight. The value of the rating does not matter.
        """
        observed = np.flatnonzero(np.isin(self.movies, list(rated)))
        cross = self.covariance[:, observed]
        noisy = self.covariance[np.ix_(observed, observed)] + self.noise * np.eye(len(observed))
        posterior = self.covariance - cross @ np.linalg.solve(noisy, cross.T)
        return (self.familiarity @ posterior**2) / (np.diag(posterior) + self.noise)

    def _genre_discount(self, recent: Collection[int]) -> np.ndarray:
        """Factor below one for movies whose genres were asked about recently, float64 (candidates,)."""
        recent_genres = self.genres[np.isin(self.movies, list(recent))]
        if not len(recent_genres):
            return np.ones(len(self.movies))
        return 1 - GENRE_PENALTY * (self.genres @ recent_genres.T).max(axis=1)
