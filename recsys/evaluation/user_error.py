"""How good the model is for one user: its errors on their held-out ratings, and those of the strongest baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.evaluation import MODEL, Report
from recsys.evaluation.strongest import strongest
from recsys.metrics import absolute_errors
from recsys.metrics.bootstrap import interval, resampled
from recsys.schema import RATING, USER

ENOUGH = 10  # held-out ratings; a mean of fewer is not shown
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
        The 95% interval of the model's error less the baseline's, by a bootstrap over the ratings.
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
    def of(cls, report: Report, user_id: int, seed: int = 0) -> Self:
        """The errors for one user of a report. Raises ValueError for a report without baselines."""
        against = strongest("mae", {name: report.value("mae", name) for name in report.baselines})
        if against is None:
            raise ValueError("the report has no baseline")
        rows = np.flatnonzero(report.held_out[USER].to_numpy() == user_id)
        if not len(rows):
            return cls(0, np.nan, np.nan, np.nan, np.nan, against)
        truth = report.held_out[RATING].to_numpy()[rows]
        model, baseline = (absolute_errors(truth, report.predicted(name).expected[rows]) for name in (MODEL, against))
        differences = resampled(len(rows), seed) @ (model - baseline) / len(rows)
        return cls(len(rows), float(model.mean()), float(baseline.mean()), *interval(differences), against)

    @property
    def verdict(self) -> str:
        """`FEW` ratings, significantly `CLOSER` or `FARTHER` than the baseline, or `ALIKE`."""
        if self.n < ENOUGH:
            return FEW
        return CLOSER if self.high < 0 else FARTHER if self.low > 0 else ALIKE
