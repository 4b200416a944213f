"""Softmax regression on standardised features: the smooth part of the answer, from which the trees depart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.optimize import minimize

from recsys.core.array_spec import array
from recsys.core.blas import limit_blas_threads

FURTHEST = 4.0  # standard deviations; what lies beyond counts as there
ROUNDS = 20
PART_ROWS = 4096


@dataclass(frozen=True)
class SoftmaxRegression:
    """Multinomial logistic regression (Hastie, Tibshirani and Friedman, Elements of Statistical Learning, 4.4).

    The basis is 1, every standardised feature (missing: its mean), and every one of them times each pivot.
    """

    mean: np.ndarray = array("float64", "names")
    scale: np.ndarray = array("float64", "names")
    pivots: np.ndarray = array("int64", "pivots", index_of="names")  # the columns that the others are multiplied with
    weights: np.ndarray = array("float64", "basis", "classes")

    @classmethod
    def learn(cls, matrix: np.ndarray, classes: np.ndarray, stars: int, pivots: list[int], ridge: float) -> Self:
        """Minimise the ridged log-loss by L-BFGS in coordinates that whiten the basis."""
        matrix = _without_empty_columns(matrix)
        mean, scale = np.nanmean(matrix, axis=0, dtype=np.float64), np.nanstd(matrix, axis=0, dtype=np.float64)
        softmax_regression = cls(
            np.nan_to_num(mean), np.maximum(np.nan_to_num(scale), 1e-6), np.array(pivots, np.int64), np.zeros(0)
        )
        limit_blas_threads()
        standard = np.empty(matrix.shape, np.float32)
        for here in _parts(len(matrix)):
            standard[here] = softmax_regression.standard(matrix[here])
        return replace(softmax_regression, weights=softmax_regression._solve(standard, classes, stars, ridge))

    @property
    def width(self) -> int:
        """How many columns the basis has."""
        return 1 + len(self.mean) * (1 + len(self.pivots))

    def standard(self, matrix: np.ndarray) -> np.ndarray:
        """Every feature in standard deviations from its mean, float64 (rows, names), from float32."""
        standard = (matrix - self.mean) / self.scale
        return np.clip(np.nan_to_num(standard, copy=False), -FURTHEST, FURTHEST)

    def basis(self, standard: np.ndarray) -> np.ndarray:
        """What the weights multiply, (rows, basis), from standardised features (rows, names) in their precision."""
        popularity_adjusted = [standard * standard[:, [pivot]] for pivot in self.pivots]
        return np.hstack([np.ones((len(standard), 1), standard.dtype), standard, *popularity_adjusted])

    def logits(self, matrix: np.ndarray) -> np.ndarray:
        """The log-odds of each star up to a constant per row, float32 (rows, stars)."""
        limit_blas_threads()
        parts = [self.basis(self.standard(matrix[here])) @ self.weights for here in _parts(len(matrix))]
        found = np.concatenate(parts)
        return (found - found.mean(axis=1, keepdims=True)).astype(np.float32)

    def _solve(self, standard: np.ndarray, classes: np.ndarray, stars: int, ridge: float) -> np.ndarray:
        """Weights of the basis, float64 (basis, stars). The basis is made again and again, a part at a time."""
        rows, width = len(standard), self.width
        gram = np.zeros((width, width))
        for here in _parts(rows):
            basis = self.basis(standard[here])
            gram += basis.T @ basis
        whiten = np.linalg.inv(np.linalg.cholesky(gram / rows + ridge / rows * np.eye(width))).T
        truth = np.eye(stars, dtype=np.float32)[classes]

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
            weights = whiten @ flat.reshape(width, stars)
            narrow, value, slope = weights.astype(np.float32), 0.0, np.zeros((width, stars))
            for here in _parts(rows):
                basis = self.basis(standard[here])
                lost, missed = _lost(basis @ narrow, truth[here])
                value += lost / rows
                slope += basis.T @ missed / rows
            slope += ridge / rows * weights
            return value + ridge / rows / 2 * (weights**2).sum(), (whiten.T @ slope).ravel()

        found = minimize(loss, np.zeros(width * stars), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS})
        return whiten @ found.x.reshape(width, stars)


def _without_empty_columns(matrix: np.ndarray) -> np.ndarray:
    """The matrix with 0 in every column that is missing in all rows, for such a column has no mean."""
    empty = np.isnan(matrix).all(axis=0)
    return np.where(empty, np.float32(0), matrix) if empty.any() else matrix


def _parts(rows: int) -> list[slice]:
    """Slices of so many rows, at least one: the basis in double precision is several times as large as the matrix."""
    return [slice(low, low + PART_ROWS) for low in range(0, max(rows, 1), PART_ROWS)]


def _lost(logits: np.ndarray, truth: np.ndarray) -> tuple[float, np.ndarray]:
    """The summed log-loss of some rows, and its slope by the logits, float32 (rows, stars)."""
    logits = logits - logits.max(axis=1, keepdims=True)
    odds = np.exp(logits)
    total = odds.sum(axis=1, keepdims=True)
    return float((np.log(total[:, 0]) - (logits * truth).sum(1)).sum(dtype=np.float64)), odds / total - truth
