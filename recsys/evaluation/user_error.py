"""How good the model is for one person: the errors on their own held-out ratings, beside the baseline's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.evaluation import MODEL, Report
from recsys.evaluation.strongest import strongest
from recsys.metrics import absolute_errors
from recsys.metrics.bootstrap import interval, resampled
from recsys.schema import RATING, USER

ENOUGH = 10  # held-out ratings, under which a mean says nothing
FEW, CLOSER, FARTHER, ALIKE = "few", "closer", "farther", "alike"


@dataclass(frozen=True)
class UserError:
    """Mean absolute errors in stars over one person's held-out ratings; NaN over none.

    `low` to `high` is the 95 % interval of the model's error less the baseline's, when the ratings are drawn anew.
    """

    n: int
    model: float
    baseline: float
    low: float
    high: float
    against: str = ""  # the baseline: the strongest one of the report in this metric, over everybody

    @classmethod
    def of(cls, report: Report, user_id: int, seed: int = 0) -> Self:
        """From a report that stores what its baselines predicted. ValueError for one without any."""
        against = strongest("mae", {name: report.value("mae", name) for name in report.baselines})
        if against is None:
            raise ValueError("the report has no baseline")
        rows = np.flatnonzero(report.held_out[USER].to_numpy() == user_id)
        if not len(rows):
            return cls(0, np.nan, np.nan, np.nan, np.nan, against)
        truth = report.held_out[RATING].to_numpy()[rows]
        ours, theirs = (absolute_errors(truth, report.predicted(name).expected[rows]) for name in (MODEL, against))
        drawn = resampled(len(rows), seed) @ (ours - theirs) / len(rows)
        return cls(len(rows), float(ours.mean()), float(theirs.mean()), *interval(drawn), against)

    @property
    def verdict(self) -> str:
        """`FEW` ratings to tell, or `CLOSER` or `FARTHER` than the baseline beyond chance, or `ALIKE`."""
        if self.n < ENOUGH:
            return FEW
        return CLOSER if self.high < 0 else FARTHER if self.low > 0 else ALIKE
