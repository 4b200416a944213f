"""Which movies are rated by the same people: the main axes of the choice to rate, whatever the stars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import eigh

from recsys.catalogue import Catalogue
from recsys.histories import Histories, sums
from recsys.signals import Context

AXES, SHOWN = 40, 8
DAMPING = 5.0  # so that one or two ratings do not yet place anybody far out


@dataclass(frozen=True)
class Company:
    """Singular vectors of the binary user-movie matrix with rows of unit length (SVD++'s implicit side, Koren 2008,
    doi 10.1145/1401890.1401944, as a fixed basis)."""

    movie_axes: np.ndarray  # float32 (movies, axes)
    spread: np.ndarray  # float32 (axes,), singular values

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        size = len(catalogue)
        gram = sums(lambda block: {"gram": _gram(unit_rows(block, size))}, histories)["gram"]
        wanted = [max(size - AXES, 0), size - 1]
        values, vectors = eigh(gram, subset_by_index=wanted, overwrite_a=True, check_finite=False)
        values, vectors = np.maximum(values[::-1], 1e-6), vectors[:, ::-1]
        signs = np.sign(vectors[np.abs(vectors).argmax(0), np.arange(vectors.shape[1])])
        return cls((vectors * signs).astype(np.float32), np.sqrt(values).astype(np.float32))

    def names(self) -> list[str]:
        return [f"company_{number}" for number in range(1, min(SHOWN, len(self.spread)) + 1)]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        return place(histories, self.movie_axes[:, :SHOWN])[rows]


def place(histories: Histories, movie_axes: np.ndarray) -> np.ndarray:
    """Each user's place on some axes: their movies' summed, by the damped root of how many, float64 (users, axes)."""
    return histories.sum_rows(movie_axes) / np.sqrt(histories.counts + DAMPING)[:, None]


def unit_rows(histories: Histories, movies: int) -> np.ndarray:
    """The binary matrix with rows of unit length, float32 (users, movies)."""
    values = 1 / np.sqrt(np.maximum(histories.counts, 1))[histories.owners]
    return histories.dense(values, movies)


def _gram(matrix: np.ndarray) -> np.ndarray:
    return matrix.T @ matrix
