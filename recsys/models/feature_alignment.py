"""Feature alignment: features made with fewer ratings, moved and scaled to where the served model's features lie.

Cross-fitted features come from tables that lack a fold of the ratings. So counts are lower there, shares of rated
movies smaller, and posteriors less certain than in the features that are served. A model learned on them as they are
is too confident when served.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True)
class FeatureAlignment:
    """A straight line for each feature, so that its mean and standard deviation become those of the served features."""

    slope: np.ndarray  # float64 (names,)
    intercept: np.ndarray  # float64 (names,)

    @classmethod
    def between(cls, cross_fitted: np.ndarray, served: np.ndarray) -> Self:
        """Learn the lines from the features of the same pairs, made in two ways.

        Parameters
        ----------
        cross_fitted, served : ndarray, float32 (pairs, names)
            NaN where missing. A feature that is constant or missing in either is left as it is.
        """
        means, deviations = zip(*(_moments(matrix) for matrix in (cross_fitted, served)), strict=True)
        varies = (deviations[0] > 0) & (deviations[1] > 0)
        slope = np.ones(len(varies))
        slope[varies] = deviations[1][varies] / deviations[0][varies]
        return cls(slope, np.where(varies, means[1] - slope * means[0], 0.0))

    def apply(self, matrix: np.ndarray) -> None:
        """Move the features of a matrix, float32 (rows, names), in place."""
        matrix *= self.slope.astype(np.float32)
        matrix += self.intercept.astype(np.float32)


def _moments(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column, without missing values; 0 for an empty column."""
    known = ~np.isnan(matrix)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, matrix, 0).sum(axis=0, dtype=np.float64) / count
    squares = np.where(known, matrix - mean, 0) ** 2
    return mean, np.sqrt(squares.sum(axis=0, dtype=np.float64) / count)
