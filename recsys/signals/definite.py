"""Symmetric positive definite matrices by Cholesky: half the work of a general inverse."""

from __future__ import annotations

import numpy as np
from scipy.linalg import get_lapack_funcs


def factor(matrix: np.ndarray) -> np.ndarray:
    """The lower Cholesky factor, (rows, rows), in the matrix's own precision.

    Raises numpy.linalg.LinAlgError for a matrix that is not positive definite.
    """
    found, failed = get_lapack_funcs("potrf", (matrix,))(matrix, lower=True, clean=True)
    if failed:
        raise np.linalg.LinAlgError(f"not positive definite at row {failed}")
    return found


def inverse_of_factor(lower: np.ndarray) -> np.ndarray:
    """The inverse of the matrix that has this lower Cholesky factor, (rows, rows)."""
    half = np.tril(get_lapack_funcs("potri", (lower,))(lower, lower=True)[0])
    return half + np.tril(half, -1).T


def inverse(matrix: np.ndarray) -> np.ndarray:
    """The inverse, (rows, rows)."""
    return inverse_of_factor(factor(matrix))
