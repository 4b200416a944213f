"""Which movies are rated by the same people: the main axes of the choice to rate, whatever the stars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core.array_spec import array
from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.extractor import Context

AXES, SHOWN = 40, 8
SPARE, ROUNDS = 20, 6  # columns beyond the axes, and rounds, of the power iteration
START = 12  # salt of the draws that it starts from
DAMPING = 5.0  # so that one or two ratings do not yet place anybody far out


@dataclass(frozen=True)
class CooccurrenceSvd:
    """Singular vectors of the binary user-movie matrix with rows of unit length (SVD++'s implicit side, Koren 2008,
    doi 10.1145/1401890.1401944, as a fixed basis)."""

    movie_axes: np.ndarray = array("float32", "movies", "axes")
    spread: np.ndarray = array("float32", "axes")  # singular values

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Block power iteration (Halko, Martinsson and Tropp 2011, doi 10.1137/090771806) from a fixed start.

        The first axes are exact to single precision; nothing of the size movies x movies is ever made.
        """
        size = len(catalogue)
        start = uniform(np.arange(size)[:, None], np.arange(min(AXES + SPARE, size)), START) - 0.5
        basis = _orthonormal(start)
        for _ in range(ROUNDS):
            basis = _orthonormal(_lifted(interactions, basis))
        values, turn = np.linalg.eigh(basis.T @ _lifted(interactions, basis))
        vectors, values = basis @ turn[:, ::-1][:, :AXES], np.maximum(values[::-1][:AXES], 1e-6)
        signs = np.sign(vectors[np.abs(vectors).argmax(0), np.arange(vectors.shape[1])])
        return cls((vectors * signs).astype(np.float32), np.sqrt(values).astype(np.float32))

    def names(self) -> list[str]:
        return [f"svd_{number}" for number in range(1, min(SHOWN, len(self.spread)) + 1)]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        return place(interactions, self.movie_axes[:, :SHOWN])[rows]


def place(interactions: Interactions, movie_axes: np.ndarray) -> np.ndarray:
    """Each user's place on some axes: their movies' summed, by the damped root of how many, float64 (users, axes)."""
    return interactions.sum_rows(movie_axes) / np.sqrt(interactions.counts + DAMPING)[:, None]


def unit_rows(interactions: Interactions, movies: int) -> np.ndarray:
    """The binary matrix with rows of unit length, float32 (users, movies)."""
    values = 1 / np.sqrt(np.maximum(interactions.counts, 1))[interactions.user_index]
    return interactions.dense(values, movies)


def _lifted(interactions: Interactions, basis: np.ndarray) -> np.ndarray:
    """The gram matrix of the unit rows times a basis, float64 (movies, columns), by way of the users."""

    def lift(block: Interactions) -> dict[str, np.ndarray]:
        rows = unit_rows(block, len(basis))
        return {"lift": rows.T @ (rows @ basis.astype(np.float32))}

    return sum_over_blocks(lift, interactions)["lift"].astype(np.float64)


def _orthonormal(matrix: np.ndarray) -> np.ndarray:
    """Columns of length 1 at right angles that span what the matrix's columns do."""
    return np.linalg.qr(matrix)[0]
