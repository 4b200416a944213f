"""How expected it is that this user rates this movie at all, likes it, or dislikes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core.array_spec import array
from recsys.core.cholesky import inverse
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, by_user, sum_over_blocks
from recsys.features.extractor import Context
from recsys.schema import LIKED_SHARE

RIDGES = (300.0, 200.0, 100.0)
DISLIKED_SHARE = 0.4
BEST, LEAST_BEST = 20, 0.05  # scores are also told relative to the user's twentieth best


@dataclass(frozen=True)
class Ease:
    """Item-item weights of EASE (Steck 2019, doi 10.1145/3308558.3313710) on every, liked and disliked ratings."""

    movie_weights: np.ndarray = array("float32", "movies", len(RIDGES), "movies")  # from the rated to the scored movie
    cuts: np.ndarray = array("float64", 2)  # liked from, disliked up to

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        size, top = len(catalogue), context.stars[-1]
        cuts = np.array([LIKED_SHARE * top, DISLIKED_SHARE * top])
        grams = sum_over_blocks(lambda block: _grams(block, cuts, size), interactions)
        weights = [ease(grams[str(kind)], ridge) for kind, ridge in enumerate(RIDGES)]
        return cls(np.stack(weights, axis=1), cuts)

    def names(self) -> list[str]:
        return ["ease", "ease_liked", "ease_disliked", "ease_relative"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        found = np.empty((len(rows), len(self.names())), np.float32)
        for user, here in by_user(rows):
            mine = interactions.span(user)
            found[here] = self._scores(interactions.movies[mine], interactions.stars[mine], movies[here])
        return found

    def transform_without_each(
        self, user_history: Interactions, places: np.ndarray, shortened: Interactions, movie: int
    ) -> np.ndarray:
        """`transform` of one movie for each of the shortened histories: the whole sums, less the rating left out."""
        of_all = self.movie_weights[user_history.movies, 0].sum(0) - self.movie_weights[user_history.movies[places], 0]
        sum_over_blocks = [of_all[:, movie]]
        for kind, counted in enumerate(kinds(user_history.stars, self.cuts)[1:], start=1):
            parts = counted * self.movie_weights[user_history.movies, kind, movie].astype(np.float64)
            sum_over_blocks.append(parts.sum() - parts[places])
        return np.column_stack([*sum_over_blocks, of_all[:, movie] / self._best(of_all)]).astype(np.float32)

    def _scores(self, rated: np.ndarray, stars: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """One user's scores of some movies, float64 (movies, names): sums over what they rated."""
        everything, *chosen = [rated[kind > 0] for kind in kinds(stars, self.cuts)]
        of_all = self.movie_weights[everything, 0].sum(0)
        scores = [self.movie_weights[some[:, None], kind, movies] for kind, some in enumerate(chosen, start=1)]
        sum_over_blocks = [of_all[movies], *(part.sum(0, dtype=np.float64) for part in scores)]
        return np.stack([*sum_over_blocks, of_all[movies] / self._best(of_all)], axis=-1)

    @staticmethod
    def _best(scores: np.ndarray) -> np.ndarray:
        """Each user's twentieth best score of (..., movies), at least `LEAST_BEST`."""
        size = scores.shape[-1]
        best = np.partition(scores, -BEST)[..., -BEST] if size > BEST else scores.min(-1)
        return np.maximum(best, LEAST_BEST)


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


def _grams(block: Interactions, cuts: np.ndarray, size: int) -> dict[str, np.ndarray]:
    """How many users rated both of two movies, of each kind."""
    matrices = [block.dense(part, size) for part in kinds(block.stars, cuts)]
    return {str(kind): matrix.T @ matrix for kind, matrix in enumerate(matrices)}
