"""Which movies go together in everybody's choices, as a few factors: implicit matrix factorisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core import cholesky
from recsys.core.array_spec import array
from recsys.core.blas import limit_blas_threads
from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks

SWEEPS = 4
START, START_SIZE = 11, 0.3  # salt and spread of the draws that the factors begin with


@dataclass(frozen=True)
class AlsConfig:
    """What a rating counts by its stars, straight between the lowest, the middle and the highest; and smoothing."""

    lowest: float
    middle: float
    highest: float
    factors: int = 64
    weight: float = 2.0  # of a rated movie, on top of the 1 that every movie has
    ridge: float = 25.0

    def of(self, given: np.ndarray, stars: np.ndarray) -> np.ndarray:
        """What each rating counts, float32."""
        share = (given - stars[0]) / (stars[-1] - stars[0])
        return np.interp(share, [0, 0.5, 1], [self.lowest, self.middle, self.highest]).astype(np.float32)


@dataclass(frozen=True)
class AlsFactors:
    """Weighted alternating least squares (Hu, Koren and Volinsky 2008, doi 10.1109/ICDM.2008.22).

    The target of a rated movie is what its rating counts, of any other 0. Users are solved from their own ratings,
    so nothing is kept of them.
    """

    movie_factors: np.ndarray = array("float32", "movies", "factors")
    gram: np.ndarray = array("float32", "factors", "factors")  # of all movies, ridged
    weight: np.ndarray = array("float32")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, stars: np.ndarray, worth: AlsConfig) -> Self:
        """Sweep between users and movies, from factors drawn by movie id; people without ratings tell nothing."""
        told = interactions.take(np.flatnonzero(interactions.counts))
        drawn = uniform(catalogue.movie_ids[:, None], np.arange(worth.factors), START) - 0.5
        factors = cls._of((START_SIZE * drawn).astype(np.float32), worth)
        limit_blas_threads()
        for _ in range(SWEEPS):
            found = sum_over_blocks(lambda block, now=factors: now._pulls(block, worth.of(block.stars, stars)), told)
            factors = cls._of(_solved(found, worth), worth)
        return factors

    @classmethod
    def _of(cls, movie_factors: np.ndarray, worth: AlsConfig) -> Self:
        ridge = np.float32(worth.ridge) * np.eye(worth.factors, dtype=np.float32)
        return cls(movie_factors, movie_factors.T @ movie_factors + ridge, np.array(worth.weight, np.float32))

    def scores(self, movies: np.ndarray, worth: np.ndarray) -> np.ndarray:
        """Somebody's score of every movie, float64 (movies,), from the movies rated and what each rating counts."""
        return (self.movie_factors @ self.user(movies, worth)).astype(np.float64)

    def user(self, movies: np.ndarray, worth: np.ndarray) -> np.ndarray:
        """Somebody's factors, float32 (factors,)."""
        rated = self.movie_factors[movies]
        return cholesky.solve(self.gram + self.weight * rated.T @ rated, (1 + self.weight) * (worth @ rated))

    def _pulls(self, block: Interactions, worth: np.ndarray) -> dict[str, np.ndarray]:
        """What a block of users asks of the movies: sums for the movies' normal equations, the lower half of each."""
        rows = zip(block.start[:-1], block.start[1:], strict=True)
        size, parts = self.movie_factors.shape
        found = [self.user(block.movies[low:high], worth[low:high]) for low, high in rows]
        users = np.array(found, np.float32).reshape(len(block), parts)
        half = _half(parts)
        outer, pull = np.zeros((size, len(half)), np.float32), np.zeros((size, parts), np.float32)
        order = np.argsort(block.movies, kind="stable")
        rated, first = np.unique(block.movies[order], return_index=True)
        for movie, here in zip(rated, np.split(order, first[1:]), strict=True):
            raters = users[block.user_index[here]]
            outer[movie], pull[movie] = (raters.T @ raters).take(half), worth[here] @ raters
        return {"outer": outer, "pull": pull, "gram": users.T @ users}


def _solved(found: dict[str, np.ndarray], worth: AlsConfig) -> np.ndarray:
    """The movies' factors of the normal equations, float32 (movies, factors)."""
    shared = found["gram"] + np.float32(worth.ridge) * np.eye(worth.factors, dtype=np.float32)
    weight, pull = np.float32(worth.weight), np.float32(1 + worth.weight) * found["pull"]
    normal, half, solved = np.zeros_like(shared), _half(worth.factors), np.empty_like(pull)
    flat, shared = normal.ravel(), shared.take(half)
    for movie, outer in enumerate(found["outer"]):
        flat[half] = shared + weight * outer
        solved[movie] = cholesky.solve(normal, pull[movie])  # which looks at the lower half alone
    return solved


def _half(size: int) -> np.ndarray:
    """Where the lower half and the diagonal of a square matrix stand in its flat form."""
    rows, columns = np.tril_indices(size)
    return rows * size + columns
