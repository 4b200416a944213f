"""Standard errors and intervals of metrics whose rows are correlated within users and within movies.

Ratings of one user are correlated, and so are ratings of one movie, so both count as random samples. A metric is
linearized: a row's influence is the change of the metric per unit of weight of that row, and the variance comes from
the sums of influences within users, within movies and within pairs of both.

References
----------
A. C. Cameron, J. B. Gelbach and D. L. Miller (2011), Robust inference with multiway clustering, Journal of Business &
Economic Statistics 29, doi 10.1198/jbes.2010.07136.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import stdtrit

UPPER_TAIL = 0.975  # of a two-sided interval of 95%


@dataclass(frozen=True)
class Clusters:
    """Which rows may be correlated with each other.

    Attributes
    ----------
    ways : tuple of int arrays, (rows,)
        The cluster of each row, one array per way of clustering, such as by user and by movie.
    pairs : int array, (rows,), or None
        Number of each row's combination of clusters; None where no two rows have the same.
    """

    ways: tuple[np.ndarray, ...]
    pairs: np.ndarray | None = None

    @classmethod
    def of(cls, *ids: np.ndarray) -> Self:
        """From one or two arrays of ids, (rows,): rows with equal ids are in one cluster."""
        ways = tuple(np.unique(each, return_inverse=True)[1] for each in ids)
        if len(ways) == 1:
            return cls(ways)
        first, second = ways
        distinct, pairs = np.unique(first * (second.max(initial=0) + 1) + second, return_inverse=True)
        return cls(ways, None if len(distinct) == len(pairs) else pairs)

    def of_rows(self, rows: np.ndarray) -> Self:
        """The clusters of some rows, in this order; a row may come again, in another group."""
        return type(self)(tuple(way[rows] for way in self.ways), None if self.pairs is None else self.pairs[rows])

    def standard_errors(self, influences: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
        """Standard error of a metric in each group.

        Parameters
        ----------
        influences : float64 array, (rows,)
            Each row's influence on the metric of its group; they sum to 0 in each group.
        group : int array, (rows,)
            The group of each row. A group has each row once.
        groups : int

        Returns
        -------
        float64 array, (groups,)
            At least the error of each single way of clustering; NaN where a way has fewer than two clusters.

        Examples
        --------
        >>> deviations = np.array([0.5, 0.5, -0.5, -0.5]) / 4
        >>> Clusters.of(np.array([1, 1, 2, 2])).standard_errors(deviations, np.zeros(4, int), 1).round(3)
        array([0.354])
        """
        squares = np.stack([_squares(way, influences, group, groups) for way in self.ways])
        if self.pairs is None:
            within_pairs = np.bincount(group, np.square(influences), groups)
        else:
            within_pairs = _squares(self.pairs, influences, group, groups)
        variance = np.maximum(squares.sum(0) - (len(squares) - 1) * within_pairs, squares.max(0))
        return np.sqrt(np.where(self.smallest_count(group, groups) > 1, variance, np.nan))

    def smallest_count(self, group: np.ndarray, groups: int) -> np.ndarray:
        """How many clusters each group has, by the way of clustering that has the fewest, int64 (groups,)."""
        ones = np.ones(len(group))
        counts = [np.count_nonzero(_sums(way, ones, group, groups), axis=0) for way in self.ways]
        return np.min(counts, axis=0)

    def half_widths(self, influences: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
        """Half-width of each group's 95% interval, by the t distribution with as many degrees of freedom as clusters.

        Parameters and Returns as `standard_errors`.
        """
        freedom = np.maximum(self.smallest_count(group, groups) - 1.0, 1.0)
        return stdtrit(freedom, UPPER_TAIL) * self.standard_errors(influences, group, groups)

    def means(self, values: np.ndarray, group: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
        """Each group's mean of values, (rows,), and the half-width of its 95% interval, float64 (groups,) both."""
        n = np.bincount(group, minlength=groups)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(group, values, groups) / n
        return mean, self.half_widths((values - mean[group]) / n[group], group, groups)

    def half_width(self, influences: np.ndarray) -> float:
        """The half-width of the 95% interval with all rows as one group."""
        return float(self.half_widths(influences, np.zeros(len(influences), np.int64), 1)[0])


def root_with_half_width(mean: np.ndarray, half_width: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The root of a mean, with its half-width by linearization; that of 0 has the half-width 0."""
    root = np.sqrt(mean)
    return root, np.divide(half_width, 2 * root, out=np.zeros_like(root), where=root != 0)


def mean_and_standard_error(values: np.ndarray, *cluster_ids: np.ndarray) -> tuple[float, float]:
    """The mean of values and its standard error, clustered in one or two ways.

    Rows of one user are correlated, and so are rows of one movie: two models that learned from different parts of the
    data differ movie by movie.

    Parameters
    ----------
    values
        float64 (rows,).
    *cluster_ids
        One array (rows,) per way of clustering: rows with equal ids may be correlated.

    Returns
    -------
    tuple of float
        Mean and standard error; the error is NaN if a way has a single cluster.
    """
    if not len(values):
        return math.nan, math.nan
    influences = (values - values.mean()) / len(values)
    error = Clusters.of(*cluster_ids).standard_errors(influences, np.zeros(len(values), np.int64), 1)
    return float(values.mean()), float(error[0])


def _sums(way: np.ndarray, values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Sums of values by cluster and group, float64 (clusters, groups)."""
    clusters = int(way.max(initial=-1)) + 1
    return np.bincount(way * groups + group, values, clusters * groups).reshape(clusters, groups)


def _squares(way: np.ndarray, influences: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Squared sums of influences within clusters, summed in each group, float64 (groups,)."""
    return np.square(_sums(way, influences, group, groups)).sum(0)
