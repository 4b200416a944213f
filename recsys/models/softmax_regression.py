"""Softmax regression on standardised features: the linear start of the trees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.optimize import minimize

from recsys.config.models import SoftmaxRegressionConfig
from recsys.core.array_spec import array
from recsys.core.blas import limit_blas_threads

BLOCK_ROWS = 4096  # the basis in double precision is several times as large as the matrix


@dataclass(frozen=True)
class SoftmaxRegression:
    """Multinomial logistic regression.

    The basis is 1, every standardised feature (missing: its mean), and each of them times each pivot.

    References
    ----------
    Hastie, Tibshirani and Friedman 2009, The Elements of Statistical Learning, section 4.4.
    """

    config: SoftmaxRegressionConfig
    mean: np.ndarray = array("float64", "names")
    scale: np.ndarray = array("float64", "names")
    pivots: np.ndarray = array("int64", "pivots", index_of="names")  # the columns that every column is multiplied by
    weights: np.ndarray = array("float64", "basis", "classes")

    @classmethod
    def learn(
        cls,
        matrix: np.ndarray,
        classes: np.ndarray,
        stars: int,
        pivots: list[int],
        config: SoftmaxRegressionConfig,
    ) -> Self:
        """Minimise the ridged log-loss by L-BFGS in coordinates that whiten the basis.

        Parameters
        ----------
        matrix : ndarray, float32 (rows, names)
            Features, NaN where missing.
        classes : ndarray of int (rows,)
            Position of each row's star.
        stars : int
            Number of classes.
        pivots : list of int
            Columns that every column is multiplied by.
        config : SoftmaxRegressionConfig
            Ridge, clipping and iterations.
        """
        matrix = _without_empty_columns(matrix)
        mean, scale = np.nanmean(matrix, axis=0, dtype=np.float64), np.nanstd(matrix, axis=0, dtype=np.float64)
        softmax_regression = cls(
            config=config,
            mean=np.asarray(np.nan_to_num(mean)),
            scale=np.maximum(np.nan_to_num(scale), 1e-6),
            pivots=np.array(pivots, np.int64),
            weights=np.zeros(0),
        )
        limit_blas_threads()
        standard = np.empty(matrix.shape, np.float32)
        for block in _blocks(len(matrix)):
            standard[block] = softmax_regression.standard(matrix[block])
        return replace(softmax_regression, weights=softmax_regression._solve(standard, classes, stars))

    @property
    def width(self) -> int:
        """How many columns the basis has."""
        return 1 + len(self.mean) * (1 + len(self.pivots))

    def standard(self, matrix: np.ndarray) -> np.ndarray:
        """Every feature in standard deviations from its mean, clipped, float64 (rows, names)."""
        standard = (matrix - self.mean) / self.scale
        return np.clip(np.nan_to_num(standard, copy=False), -self.config.clip, self.config.clip)

    def basis(self, standard: np.ndarray) -> np.ndarray:
        """What the weights multiply, (rows, basis), from standardised features (rows, names) in their precision."""
        products = [standard * standard[:, [pivot]] for pivot in self.pivots]
        return np.hstack([np.ones((len(standard), 1), standard.dtype), standard, *products])

    def logits(self, matrix: np.ndarray) -> np.ndarray:
        """The log-odds of each star up to a constant per row, float32 (rows, stars)."""
        limit_blas_threads()
        blocks = [self.basis(self.standard(matrix[block])) @ self.weights for block in _blocks(len(matrix))]
        logits = np.concatenate(blocks)
        return (logits - logits.mean(axis=1, keepdims=True)).astype(np.float32)

    def _solve(self, standard: np.ndarray, classes: np.ndarray, stars: int) -> np.ndarray:
        """Weights of the basis, float64 (basis, stars). The basis is made anew in each step, a block at a time."""
        rows, width, ridge = len(standard), self.width, self.config.ridge
        gram = np.zeros((width, width))
        for block in _blocks(rows):
            basis = self.basis(standard[block])
            gram += basis.T @ basis
        whiten = np.linalg.inv(np.linalg.cholesky(gram / rows + ridge / rows * np.eye(width))).T
        truth = np.eye(stars, dtype=np.float32)[classes]

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
            weights = whiten @ flat.reshape(width, stars)
            narrow, value, slope = weights.astype(np.float32), 0.0, np.zeros((width, stars))
            for block in _blocks(rows):
                basis = self.basis(standard[block])
                block_loss, block_slope = _log_loss(basis @ narrow, truth[block])
                value += block_loss / rows
                slope += basis.T @ block_slope / rows
            slope += ridge / rows * weights
            return value + ridge / rows / 2 * (weights**2).sum(), (whiten.T @ slope).ravel()

        options = {"maxiter": self.config.iterations}
        result = minimize(loss, np.zeros(width * stars), jac=True, method="L-BFGS-B", options=options)
        return whiten @ result.x.reshape(width, stars)


def _without_empty_columns(matrix: np.ndarray) -> np.ndarray:
    """The matrix with 0 in every column that is missing in all rows: such a column has no mean."""
    empty = np.isnan(matrix).all(axis=0)
    return np.where(empty, np.float32(0), matrix) if empty.any() else matrix


def _blocks(rows: int) -> list[slice]:
    """Slices of `BLOCK_ROWS` rows, at least one."""
    return [slice(low, low + BLOCK_ROWS) for low in range(0, max(rows, 1), BLOCK_ROWS)]


def _log_loss(logits: np.ndarray, truth: np.ndarray) -> tuple[float, np.ndarray]:
    """The summed log-loss of some rows, and its slope by the logits, float32 (rows, stars)."""
    logits = logits - logits.max(axis=1, keepdims=True)
    odds = np.exp(logits)
    total = odds.sum(axis=1, keepdims=True)
    return float((np.log(total[:, 0]) - (logits * truth).sum(1)).sum(dtype=np.float64)), odds / total - truth
