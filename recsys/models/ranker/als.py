"""Implicit matrix factorisation by alternating least squares: which movies the same users rate and like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config.models import AlsConfig
from recsys.core import cholesky
from recsys.core.array_spec import array
from recsys.core.blas import limit_blas_threads
from recsys.core.keyed_random import Stream, draw
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks


def rating_targets(stars: np.ndarray, scale: np.ndarray, config: AlsConfig) -> np.ndarray:
    """The target of each rating by its star, float32 (ratings,); of an unrated movie it is 0."""
    share = (stars - scale[0]) / (scale[-1] - scale[0])
    return np.interp(share, [0, 0.5, 1], [config.lowest, config.middle, config.highest]).astype(np.float32)


@dataclass(frozen=True)
class AlsFactors:
    """Weighted alternating least squares.

    Users are solved from their own ratings, so nothing is stored of them.

    References
    ----------
    Hu, Koren and Volinsky 2008, doi 10.1109/ICDM.2008.22.
    """

    config: AlsConfig
    movie_factors: np.ndarray = array("float32", "movies", "factors")
    gram: np.ndarray = array("float32", "factors", "factors")  # of all movies, ridged

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, scale: np.ndarray, config: AlsConfig) -> Self:
        """Alternate between users and movies, from factors drawn by movie id; users without ratings are skipped."""
        raters = interactions.take(np.flatnonzero(interactions.counts))
        start = draw(Stream.ALS_START, catalogue.movie_ids[:, None], np.arange(config.factors)) - 0.5
        factors = cls._of((config.start_scale * start).astype(np.float32), config)
        limit_blas_threads()
        for _ in range(config.iterations):
            sums = sum_over_blocks(
                lambda block, now=factors: now._normal_equations(block, rating_targets(block.stars, scale, config)),
                raters,
            )
            factors = cls._of(_solve_movies(sums, config), config)
        return factors

    @classmethod
    def _of(cls, movie_factors: np.ndarray, config: AlsConfig) -> Self:
        ridge = np.float32(config.ridge) * np.eye(config.factors, dtype=np.float32)
        return cls(config, movie_factors, movie_factors.T @ movie_factors + ridge)

    def scores(self, movies: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """One user's score of every movie, float64 (movies,), from the movies they rated and the targets of these."""
        return (self.movie_factors @ self.user_factors(movies, targets)).astype(np.float64)

    def user_factors(self, movies: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """One user's factors, float32 (factors,)."""
        rated, weight = self.movie_factors[movies], np.array(self.config.weight, np.float32)
        return cholesky.solve(self.gram + weight * rated.T @ rated, (1 + weight) * (targets @ rated))

    def _normal_equations(self, block: Interactions, targets: np.ndarray) -> dict[str, np.ndarray]:
        """A block's sums in the movies' normal equations, of each matrix the lower half."""
        rows = zip(block.start[:-1], block.start[1:], strict=True)
        movies, factors = self.movie_factors.shape
        solved = [self.user_factors(block.movies[low:high], targets[low:high]) for low, high in rows]
        users = np.array(solved, np.float32).reshape(len(block), factors)
        half = _lower_half(factors)
        outer, right = np.zeros((movies, len(half)), np.float32), np.zeros((movies, factors), np.float32)
        order = np.argsort(block.movies, kind="stable")
        rated, first = np.unique(block.movies[order], return_index=True)
        for movie, ratings in zip(rated, np.split(order, first[1:]), strict=True):
            raters = users[block.user_index[ratings]]
            outer[movie], right[movie] = (raters.T @ raters).take(half), targets[ratings] @ raters
        return {"outer": outer, "right": right, "gram": users.T @ users}


def _solve_movies(sums: dict[str, np.ndarray], config: AlsConfig) -> np.ndarray:
    """The movies' factors from the normal equations, float32 (movies, factors)."""
    base = sums["gram"] + np.float32(config.ridge) * np.eye(config.factors, dtype=np.float32)
    weight, right = np.float32(config.weight), np.float32(1 + config.weight) * sums["right"]
    normal, half, factors = np.zeros_like(base), _lower_half(config.factors), np.empty_like(right)
    flat, base = normal.ravel(), base.take(half)
    for movie, outer in enumerate(sums["outer"]):
        flat[half] = base + weight * outer
        factors[movie] = cholesky.solve(normal, right[movie])  # which reads the lower half alone
    return factors


def _lower_half(size: int) -> np.ndarray:
    """Flat positions of the lower half and the diagonal of a square matrix."""
    rows, columns = np.tril_indices(size)
    return rows * size + columns
