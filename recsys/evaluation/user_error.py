"""How good the model is for one user: its errors on their held-out ratings, and those of the strongest baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import stdtr, stdtrit

from recsys.evaluation import MODEL, Report
from recsys.evaluation.strongest import strongest
from recsys.metrics import absolute_errors
from recsys.metrics.multiple_tests import significance_threshold
from recsys.schema import RATING, USER

ENOUGH = 10  # held-out ratings; a mean of fewer is not shown
FALSE_DISCOVERY_RATE = 0.05  # of the users with a significant difference
FEW, CLOSER, FARTHER, ALIKE = "few", "closer", "farther", "alike"


@dataclass(frozen=True)
class UserError:
    """Mean absolute errors over one user's held-out ratings.

    Attributes
    ----------
    n : int
        Held-out ratings of the user.
    model, baseline : float
        Mean absolute error in stars, NaN without ratings.
    low, high : float
        The t interval of the model's error less the baseline's. Its confidence is such that it excludes 0 exactly for
        the users with a significant difference: at most `FALSE_DISCOVERY_RATE` of those are expected to have none.
    against : str
        The baseline's name: the strongest one of the report by this metric, over all users.
    """

    n: int
    model: float
    baseline: float
    low: float
    high: float
    against: str = ""

    @classmethod
    def of(cls, report: Report, user_id: int) -> Self:
        """The errors for one user of a report. Raises ValueError for a report without baselines."""
        against = strongest("mae", {name: report.value("mae", name) for name in report.baselines})
        if against is None:
            raise ValueError("the report has no baseline")
        truth, users = (report.held_out[name].to_numpy() for name in (RATING, USER))
        model, baseline = (absolute_errors(truth, report.predicted(name).expected) for name in (MODEL, against))
        rows = users == user_id
        n = int(rows.sum())
        if not n:
            return cls(0, np.nan, np.nan, np.nan, np.nan, against)
        mean, error = _means_and_errors((model - baseline)[rows], np.zeros(n, np.int64))
        half_width = stdtrit(n - 1, 1 - _threshold(model - baseline, users) / 2) * error[0]
        low, high = float(mean[0] - half_width), float(mean[0] + half_width)
        return cls(n, float(model[rows].mean()), float(baseline[rows].mean()), low, high, against)

    @property
    def verdict(self) -> str:
        """`FEW` ratings, significantly `CLOSER` or `FARTHER` than the baseline, or `ALIKE`."""
        if self.n < ENOUGH:
            return FEW
        return CLOSER if self.high < 0 else FARTHER if self.low > 0 else ALIKE


def _threshold(differences: np.ndarray, users: np.ndarray) -> float:
    """The p value up to which a difference is significant, given the differences of all users with enough ratings."""
    index = np.unique(users, return_inverse=True)[1]
    n = np.bincount(index)
    mean, error = _means_and_errors(differences, index)
    with np.errstate(invalid="ignore", divide="ignore"):
        p_values = 2 * stdtr(n - 1.0, -np.abs(mean / error))  # NaN where all differences are 0
    return significance_threshold(np.nan_to_num(p_values, nan=1.0)[n >= ENOUGH], FALSE_DISCOVERY_RATE)


def _means_and_errors(values: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard error of the values of each index, float64; the error of a single value is NaN."""
    n = np.bincount(index)
    mean = np.bincount(index, values) / n
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.bincount(index, np.square(values - mean[index])) / (n - 1)
    return mean, np.sqrt(variance / n)
