"""EASE: how expected it is that this user rates this movie at all, likes it, or dislikes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.array_spec import array
from recsys.core.cholesky import inverse
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, by_user, sum_over_blocks
from recsys.features.extractor import Context
from recsys.schema import LIKED_SHARE

KINDS = 3  # all ratings, liked ones, disliked ones


@dataclass(frozen=True)
class Ease:
    """Item-item weights of EASE (Steck 2019, doi 10.1145/3308558.3313710) on all, liked and disliked ratings."""

    config: TrainingConfig
    movie_weights: np.ndarray = array("float32", "movies", KINDS, "movies")  # from the rated to the scored movie
    cuts: np.ndarray = array("float64", 2)  # liked from, disliked up to

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        config, size, top = context.config.ease, len(catalogue), context.stars[-1]
        cuts = np.array([LIKED_SHARE * top, config.disliked_share * top])
        grams = sum_over_blocks(lambda block: _grams(block, cuts, size), interactions)
        ridges = (config.ridge, config.liked_ridge, config.disliked_ridge)
        weights = [ease_weights(grams[str(kind)], ridge) for kind, ridge in enumerate(ridges)]
        return cls(context.config, np.stack(weights, axis=1), cuts)

    def names(self) -> list[str]:
        return ["ease", "ease_liked", "ease_disliked", "ease_relative"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        columns = np.empty((len(rows), len(self.names())), np.float32)
        for user, pairs in by_user(rows):
            row = interactions.row_slice(user)
            columns[pairs] = self._scores(interactions.movies[row], interactions.stars[row], movies[pairs])
        return columns

    def transform_without_each(
        self,
        user_history: Interactions,
        omitted: np.ndarray,
        shortened: Interactions,
        rows: np.ndarray,
        movies: np.ndarray,
    ) -> np.ndarray:
        """`transform` of the shortened histories: the sum over all ratings, less those left out."""
        rated = user_history.movies
        scores = self.movie_weights[rated, 0].sum(0) - self.movie_weights[rated[omitted], 0].sum(1)
        columns = [scores[rows, movies]]
        for kind, is_kind in enumerate(rating_kinds(user_history.stars, self.cuts)[1:], start=1):
            terms = is_kind[:, None] * self.movie_weights[rated[:, None], kind, movies].astype(np.float64)
            columns.append(terms.sum(0) - terms[omitted[rows].T, np.arange(len(rows))].sum(0))
        relative = scores[rows, movies] / self._reference(scores)[rows]
        return np.column_stack([*columns, relative]).astype(np.float32)

    def _scores(self, rated: np.ndarray, stars: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """One user's scores of some movies, float64 (movies, names): sums over what they rated."""
        everything, *liked_disliked = [rated[kind > 0] for kind in rating_kinds(stars, self.cuts)]
        scores = self.movie_weights[everything, 0].sum(0)
        weights = [self.movie_weights[subset[:, None], kind, movies] for kind, subset in enumerate(liked_disliked, 1)]
        columns = [scores[movies], *(terms.sum(0, dtype=np.float64) for terms in weights)]
        return np.stack([*columns, scores[movies] / self._reference(scores)], axis=-1)

    def _reference(self, scores: np.ndarray) -> np.ndarray:
        """Each user's score at the reference rank of (..., movies), which scores are divided by."""
        rank = self.config.ease.reference_rank
        best = np.partition(scores, -rank)[..., -rank] if scores.shape[-1] > rank else scores.min(-1)
        return np.maximum(best, self.config.ease.least_reference)


def ease_weights(gram: np.ndarray, ridge: float) -> np.ndarray:
    """Weights that best reconstruct each movie from the others, float32 (movies, movies): Steck's equation 8."""
    ridged = gram + np.asarray(ridge, gram.dtype) * np.eye(len(gram), dtype=gram.dtype)
    weights = inverse(ridged)
    weights /= -np.diag(weights)
    np.fill_diagonal(weights, 0)
    return weights.astype(np.float32)


def rating_kinds(stars: np.ndarray, cuts: np.ndarray) -> tuple[np.ndarray, ...]:
    """Per rating, 1 or 0: rated at all, liked, disliked; float32 (ratings,) each."""
    return np.ones(len(stars), np.float32), (stars >= cuts[0]).astype(np.float32), (stars <= cuts[1]).astype(np.float32)


def _grams(block: Interactions, cuts: np.ndarray, size: int) -> dict[str, np.ndarray]:
    """How many users rated both of two movies, of each kind."""
    matrices = [block.dense(is_kind, size) for is_kind in rating_kinds(block.stars, cuts)]
    return {str(kind): matrix.T @ matrix for kind, matrix in enumerate(matrices)}
