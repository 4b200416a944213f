"""Star histograms of the user and of the movie, each damped to everybody's, and how wide they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.extractor import Context
from recsys.schema import star_name

DAMPING = 8.0  # ratings' worth of everybody's histogram mixed into each


@dataclass(frozen=True)
class Histograms:
    """Shares of each star, summing to 1."""

    stars: np.ndarray = array("float64", "stars")
    everybody: np.ndarray = array("float64", "stars")
    movie_shares: np.ndarray = array("float64", "movies", "stars")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        shape = len(catalogue), len(context.stars)
        stars = np.asarray(context.stars)
        counted = sum_over_blocks(lambda block: {"n": _count(block.movies, block, stars, shape)}, interactions)["n"]
        everybody = counted.sum(0) / max(counted.sum(), 1)
        return cls(stars, everybody, _damped(counted, everybody))

    def names(self) -> list[str]:
        named = [star_name(star) for star in self.stars]
        shares = [f"{whose}_share_{star}" for whose in ("user", "movie") for star in named]
        return [*shares, "user_spread", "movie_spread"]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        counted = _count(interactions.user_index, interactions, self.stars, (len(interactions), len(self.stars)))
        user, movie = _damped(counted, self.everybody)[rows], self.movie_shares[movies]
        return np.column_stack([user, movie, _spread(user, self.stars), _spread(movie, self.stars)])


def _count(key: np.ndarray, interactions: Interactions, stars: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How often each star was given, by user row or by movie, float64 of that shape."""
    cells = key.astype(np.int64) * shape[1] + np.searchsorted(stars, interactions.stars)
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _damped(counted: np.ndarray, everybody: np.ndarray) -> np.ndarray:
    return (counted + DAMPING * everybody) / (counted.sum(1, keepdims=True) + DAMPING)


def _spread(shares: np.ndarray, stars: np.ndarray) -> np.ndarray:
    """Standard deviation of each row's stars."""
    return np.sqrt(np.maximum(shares @ stars**2 - (shares @ stars) ** 2, 0))
