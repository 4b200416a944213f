"""Damped bias: global mean + user offset + movie offset, each shrunk while evidence is thin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.extractor import Context

SWEEPS = 10


@dataclass(frozen=True)
class DampedBias:
    """Learned offsets in stars (Koren, Bell and Volinsky 2009, doi 10.1109/MC.2009.263)."""

    mean: np.ndarray = array("float64")  # of all ratings
    damping: np.ndarray = array("float64")  # ratings' worth of zero mixed into each offset
    movie_offset: np.ndarray = array("float64", "movies")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Alternate between solving the users' offsets and the movies', each damped towards zero."""
        size = len(catalogue)
        base = sum_over_blocks(lambda block: _totals(block, block.stars, size), interactions)
        mean = base["sum"].sum() / max(base["count"].sum(), 1)
        bias = cls(np.float64(mean), np.float64(context.config.damping), np.zeros(size))
        for _ in range(SWEEPS):
            found = sum_over_blocks(
                lambda block, bias=bias: _totals(block, bias.left_to_movies(block), size), interactions
            )
            offset = found["sum"] / np.maximum(found["count"] + bias.damping, 1e-9)
            bias = cls(bias.mean, bias.damping, offset)
        return bias

    def user_offset(self, interactions: Interactions) -> np.ndarray:
        """How far each user's ratings lie above their movies', in stars, float64 (users,)."""
        left = interactions.stars - self.mean - self.movie_offset[interactions.movies]
        return interactions.sum_by_user(left) / np.maximum(interactions.counts + self.damping, 1e-9)

    def left_to_movies(self, interactions: Interactions) -> np.ndarray:
        """Each rating less the global mean and its user's offset, float64 (ratings,)."""
        return interactions.stars - self.mean - self.user_offset(interactions)[interactions.user_index]

    def names(self) -> list[str]:
        return ["bias_expected", "bias_user", "bias_user_new", "bias_movie"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        user, movie = self.user_offset(interactions)[rows], self.movie_offset[movies]
        new = user / (
            1 + interactions.counts[rows]
        )  # what is said of somebody by one or two ratings weighs differently
        return np.column_stack([self.mean + user + movie, user, new, movie])


def _totals(block: Interactions, values: np.ndarray, size: int) -> dict[str, np.ndarray]:
    return {
        "sum": np.bincount(block.movies, weights=values, minlength=size),
        "count": np.bincount(block.movies, minlength=size),
    }
