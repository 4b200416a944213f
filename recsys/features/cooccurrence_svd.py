"""Singular vectors of who rated what, whatever the stars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.array_spec import array
from recsys.core.keyed_random import Stream, draw
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.extractor import Context


@dataclass(frozen=True)
class CooccurrenceSvd:
    """Singular vectors of the binary user-movie matrix with rows of unit length (SVD++'s implicit side, Koren 2008,
    doi 10.1145/1401890.1401944, as a fixed basis)."""

    config: TrainingConfig
    movie_axes: np.ndarray = array("float32", "movies", "axes")
    singular_values: np.ndarray = array("float32", "axes")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Block power iteration (Halko, Martinsson and Tropp 2011, doi 10.1137/090771806) from a fixed start.

        The first axes are exact to single precision; nothing of the size movies x movies is ever made.
        """
        config, size = context.config.cooccurrence_svd, len(catalogue)
        columns = np.arange(min(config.axes + config.oversampling, size))
        basis = _orthonormal(draw(Stream.SVD_START, np.arange(size)[:, None], columns) - 0.5)
        for _ in range(config.iterations):
            basis = _orthonormal(_gram_times(interactions, basis))
        values, rotation = np.linalg.eigh(basis.T @ _gram_times(interactions, basis))
        vectors = basis @ rotation[:, ::-1][:, : config.axes]
        values = np.maximum(values[::-1][: config.axes], 1e-6)
        signs = np.sign(vectors[np.abs(vectors).argmax(0), np.arange(vectors.shape[1])])
        return cls(context.config, (vectors * signs).astype(np.float32), np.sqrt(values).astype(np.float32))

    def names(self) -> list[str]:
        return [
            f"svd_{number}"
            for number in range(1, min(self.config.cooccurrence_svd.feature_axes, len(self.singular_values)) + 1)
        ]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        config = self.config.cooccurrence_svd
        return user_coordinates(interactions, self.movie_axes[:, : config.feature_axes], config.damping)[rows]


def user_coordinates(interactions: Interactions, movie_axes: np.ndarray, damping: float) -> np.ndarray:
    """Each user's coordinates on some axes, float64 (users, axes): the sum over their movies by the damped root of
    their number, so that one or two ratings stay near zero."""
    return interactions.sum_rows(movie_axes) / np.sqrt(interactions.counts + damping)[:, None]


def unit_rows(interactions: Interactions, movies: int) -> np.ndarray:
    """The binary matrix with rows of unit length, float32 (users, movies)."""
    values = 1 / np.sqrt(np.maximum(interactions.counts, 1))[interactions.user_index]
    return interactions.dense(values, movies)


def _gram_times(interactions: Interactions, basis: np.ndarray) -> np.ndarray:
    """The gram matrix of the unit rows times a basis, float64 (movies, columns), by way of the users."""

    def product(block: Interactions) -> dict[str, np.ndarray]:
        rows = unit_rows(block, len(basis))
        return {"product": rows.T @ (rows @ basis.astype(np.float32))}

    return sum_over_blocks(product, interactions)["product"].astype(np.float64)


def _orthonormal(matrix: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the matrix's columns."""
    return np.linalg.qr(matrix)[0]
