"""Which movie to ask a newcomer about next: one they have probably seen, whose rating tells much of the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from recsys.features.gaussian_process import NOISE, GaussianProcess

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

WELL_KNOWN = 300  # most rated movies, which may be asked and whose uncertainty is to fall
RECENT = 3  # movies asked last, whose genres are avoided
SPREAD = 0.5  # share of worth that a movie of just these genres loses


@dataclass(frozen=True)
class ActiveLearner:
    """The well-known movies of a catalogue, and what people's tastes for them have in common."""

    movies: np.ndarray  # int64 (known,), catalogue positions
    known: np.ndarray  # float64 (known,), share of users who rated it: how probably a newcomer has seen it
    covariance: np.ndarray  # float64 (known, known), of tastes
    genres: np.ndarray  # float64 (known, genres), rows of length one or zero

    @classmethod
    def of(cls, recommender: Recommender) -> Self:
        """From a trained model: the most rated titles, each once."""
        counts, catalogue = recommender.counts, recommender.catalogue
        own = np.flatnonzero(recommender.titles.principal == np.arange(len(catalogue)))
        movies = own[np.argsort(-counts[own], kind="stable")[:WELL_KNOWN]]
        flags = catalogue.genre_flags[movies].astype(np.float64)
        return cls(
            movies=movies,
            known=counts[movies] / max(len(recommender.user_ids), 1),
            covariance=recommender.features.extractor(GaussianProcess)
            .movie_covariance[np.ix_(movies, movies)]
            .astype(np.float64),
            genres=flags / np.maximum(np.sqrt(flags.sum(1, keepdims=True)), 1),
        )

    def next(self, rated: Sequence[int], skipped: Sequence[int], later: Collection[int] = ()) -> int | None:
        """The catalogue position to ask about, given those rated and set aside in their order; None when all are.

        Movies at the positions `later` wait until there are no others.
        """
        left = ~np.isin(self.movies, [*rated, *skipped])
        if not left.any():
            return None
        first = left & ~np.isin(self.movies, list(later))
        return int(self.movies[np.where(first if first.any() else left, self.worth(rated, skipped), -np.inf).argmax()])

    def worth(self, rated: Sequence[int], skipped: Sequence[int]) -> np.ndarray:
        """What asking about each well-known movie is worth, float64 (known,); those already asked too."""
        recent = [*rated[-RECENT:], *skipped[-RECENT:]]
        return self.known * self.gain(rated) * self._other_genres(recent)

    def gain(self, rated: Sequence[int]) -> np.ndarray:
        """How much each rating would lower the uncertainty about all well-known movies, float64 (known,).

        Tastes are a Gaussian process (`features.gaussian_process`): after the ratings at `rated`, one more of movie m
        takes cov(m, w)^2 / (var(m) + noise) from the variance of each movie w, here summed with the weight of how well
        w is known. What the rating will be does not matter.
        """
        told = np.flatnonzero(np.isin(self.movies, list(rated)))
        cross, noisy = self.covariance[:, told], self.covariance[np.ix_(told, told)] + NOISE * np.eye(len(told))
        left = self.covariance - cross @ np.linalg.solve(noisy, cross.T)
        return (self.known @ left**2) / (np.diag(left) + NOISE)

    def _other_genres(self, recent: Collection[int]) -> np.ndarray:
        """What is left of each movie's worth after movies of its genres were asked, float64 (known,)."""
        asked = self.genres[np.isin(self.movies, list(recent))]
        alike = (self.genres @ asked.T).max(axis=1) if len(asked) else np.zeros(len(self.movies))
        return 1 - SPREAD * alike
