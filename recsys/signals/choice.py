"""How expected it is that this user rates this movie at all, likes it, or dislikes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.catalogue import Catalogue
from recsys.histories import Histories, by_user, sums
from recsys.schema import LIKED_SHARE
from recsys.signals import Context
from recsys.signals.definite import inverse

RIDGES = (300.0, 200.0, 100.0)
DISLIKED_SHARE = 0.4
BEST, LEAST_BEST = 20, 0.05  # scores are also told relative to the user's twentieth best


@dataclass(frozen=True)
class Choice:
    """Item-item weights of EASE (Steck 2019, doi 10.1145/3308558.3313710) on every, liked and disliked ratings."""

    movie_weights: np.ndarray  # float32 (movies, kinds, movies), from the rated to the scored movie
    cuts: np.ndarray  # float64 (2,), liked from, disliked up to

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        size, top = len(catalogue), context.stars[-1]
        cuts = np.array([LIKED_SHARE * top, DISLIKED_SHARE * top])
        grams = sums(lambda block: _grams(block, cuts, size), histories)
        weights = [ease(grams[str(kind)], ridge) for kind, ridge in enumerate(RIDGES)]
        return cls(np.stack(weights, axis=1), cuts)

    def names(self) -> list[str]:
        return ["chosen", "chosen_liked", "chosen_disliked", "chosen_relative"]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        found = np.empty((len(rows), len(self.names())), np.float32)
        for user, here in by_user(rows):
            found[here] = self._scores(histories, user)[movies[here]]
        return found

    def _scores(self, histories: Histories, user: int) -> np.ndarray:
        """One user's scores of every movie, float64 (movies, names): sums over what they rated."""
        mine = slice(histories.start[user], histories.start[user + 1])
        rated = histories.movies[mine]
        chosen = [rated[kind > 0] for kind in kinds(histories.stars[mine], self.cuts)]
        scores = [self.movie_weights[movies, kind].sum(0, dtype=np.float64) for kind, movies in enumerate(chosen)]
        best = np.sort(scores[0])[-BEST:][0]
        return np.stack([*scores, scores[0] / max(best, LEAST_BEST)], axis=-1)


def ease(gram: np.ndarray, ridge: float) -> np.ndarray:
    """Weights that best reconstruct each movie from the others, float32 (movies, movies): Steck's equation 8."""
    ridged = gram + np.asarray(ridge, gram.dtype) * np.eye(len(gram), dtype=gram.dtype)
    weights = inverse(ridged)
    weights /= -np.diag(weights)
    np.fill_diagonal(weights, 0)
    return weights.astype(np.float32)


def kinds(stars: np.ndarray, cuts: np.ndarray) -> tuple[np.ndarray, ...]:
    """Per rating, 1 or 0: rated at all, liked, disliked; float32 (ratings,) each."""
    return np.ones(len(stars), np.float32), (stars >= cuts[0]).astype(np.float32), (stars <= cuts[1]).astype(np.float32)


def _grams(block: Histories, cuts: np.ndarray, size: int) -> dict[str, np.ndarray]:
    """How many users rated both of two movies, of each kind."""
    matrices = [block.dense(part, size) for part in kinds(block.stars, cuts)]
    return {str(kind): matrix.T @ matrix for kind, matrix in enumerate(matrices)}
