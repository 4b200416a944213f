"""Damped means and counts of the user and of the movie: the heart of the original recipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.catalogue import Catalogue
from recsys.histories import Histories, sums
from recsys.signals import Context


@dataclass(frozen=True)
class Means:
    """Mean stars, drawn towards the global mean by `damping` ratings' worth, and how many there were."""

    mean: np.ndarray  # float64 (), mean of all ratings
    damping: np.ndarray  # float64 ()
    movie_mean: np.ndarray  # float64 (movies,)
    movie_count: np.ndarray  # float64 (movies,)

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        size, damping = len(catalogue), np.float64(context.recipe.damping)
        found = sums(lambda block: _totals(block, size), histories)
        mean = found["sum"].sum() / max(found["count"].sum(), 1)
        return cls(mean, damping, _damped(found["sum"], found["count"], mean, damping), found["count"])

    def names(self) -> list[str]:
        return ["movie_mean", "movie_count", "user_mean", "user_count"]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        count = histories.counts
        user = _damped(histories.sum_by_user(histories.stars), count, self.mean, self.damping)
        return np.column_stack([self.movie_mean[movies], self.movie_count[movies], user[rows], count[rows]])


def _totals(block: Histories, size: int) -> dict[str, np.ndarray]:
    return {
        "sum": np.bincount(block.movies, weights=block.stars, minlength=size),
        "count": np.bincount(block.movies, minlength=size).astype(np.float64),
    }


def _damped(total: np.ndarray, count: np.ndarray, mean: float, damping: float) -> np.ndarray:
    return (total + damping * mean) / np.maximum(count + damping, 1e-9)
