"""Means of list metrics over users, and differences of two such means over the same users, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.metrics.bootstrap import interval


@dataclass(frozen=True)
class UserMean:
    """A mean over the users for whom a metric is defined; NaN when there are none.

    Attributes
    ----------
    value : float
        The mean, or the metric of all lists together.
    low, high : float
        Ends of the 95% interval; NaN for a metric of all lists together: it depends on how many lists there are, and a
        resample has fewer different ones.
    n : int
        How many users it is measured on.
    """

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, scores: np.ndarray, weights: np.ndarray) -> UserMean:
        """From one value per user, or a single value for all lists.

        Parameters
        ----------
        scores : float array, (users,) or ()
            NaN where undefined.
        weights : float array, (resamples, users)
            How often each user is drawn in each resample: see `metrics.bootstrap.resampled`.
        """
        if not scores.ndim:
            return cls(float(scores), np.nan, np.nan, weights.shape[1])
        defined = np.isfinite(scores)
        if not defined.any():
            return cls(np.nan, np.nan, np.nan, 0)
        with np.errstate(invalid="ignore"):  # a draw may have none of them
            low, high = interval((weights[:, defined] @ scores[defined]) / weights[:, defined].sum(1))
        return cls(float(scores[defined].mean()), low, high, int(defined.sum()))
