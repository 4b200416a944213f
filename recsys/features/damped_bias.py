"""Damped bias: global mean + user offset + movie offset, each shrunk while evidence is thin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.extractor import Context


@dataclass(frozen=True)
class DampedBias:
    """Learned offsets in stars (Koren, Bell and Volinsky 2009, doi 10.1109/MC.2009.263)."""

    config: TrainingConfig
    mean: np.ndarray = array("float64")  # of all ratings
    movie_offset: np.ndarray = array("float64", "movies")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Alternate between solving the users' offsets and the movies', each damped towards zero."""
        config, size = context.config.damped_bias, len(catalogue)
        totals = sum_over_blocks(lambda block: _totals(block, block.stars, size), interactions)
        mean = np.asarray(totals["sum"].sum() / max(totals["count"].sum(), 1))
        bias = cls(context.config, mean, np.zeros(size))
        for _ in range(config.iterations):
            totals = sum_over_blocks(
                lambda block, bias=bias: _totals(block, bias.residual_of_users(block), size), interactions
            )
            bias = replace(bias, movie_offset=totals["sum"] / np.maximum(totals["count"] + config.damping, 1e-9))
        return bias

    def user_offset(self, interactions: Interactions) -> np.ndarray:
        """How far each user's ratings lie above their movies', in stars, float64 (users,)."""
        residual = interactions.stars - self.mean - self.movie_offset[interactions.movies]
        return interactions.sum_by_user(residual) / np.maximum(
            interactions.counts + self.config.damped_bias.damping, 1e-9
        )

    def residual_of_users(self, interactions: Interactions) -> np.ndarray:
        """Each rating less the global mean and its user's offset, float64 (ratings,)."""
        return interactions.stars - self.mean - self.user_offset(interactions)[interactions.user_index]

    def names(self) -> list[str]:
        return ["bias_expected", "bias_user", "bias_user_new", "bias_movie"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        user, movie = self.user_offset(interactions)[rows], self.movie_offset[movies]
        new = user / (1 + interactions.counts[rows])  # an offset from one or two ratings weighs differently
        return np.column_stack([self.mean + user + movie, user, new, movie])


def _totals(block: Interactions, values: np.ndarray, size: int) -> dict[str, np.ndarray]:
    return {
        "sum": np.bincount(block.movies, weights=values, minlength=size),
        "count": np.bincount(block.movies, minlength=size),
    }
