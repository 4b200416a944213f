"""How far a number would move with other users: users drawn anew, the middle 95 % of what comes out.

Not `scipy.stats.bootstrap`, which draws rows: here users are drawn with all their ratings, and the same users for every
metric and model.
"""

from __future__ import annotations

import numpy as np

from recsys.core.keyed_random import uniform

RESAMPLES = 500
SAMPLE = 6  # salt of the bootstrap's draws


def resampled(users: int, seed: int) -> np.ndarray:
    """How often each user is drawn in each resample, float64 (resamples, users)."""
    drawn = (uniform(np.arange(RESAMPLES)[:, None], np.arange(users), seed, SAMPLE) * users).astype(int)
    return np.stack([np.bincount(row, minlength=users) for row in drawn]).astype(np.float64)


def interval(drawn: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of a metric over resamples; NaN when it was undefined in most of them."""
    defined = drawn[np.isfinite(drawn)]
    if len(defined) < len(drawn) / 2:
        return np.nan, np.nan
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)


def intervals(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`interval` of each column of (resamples, columns), float64 (columns,) twice."""
    whole = np.isfinite(drawn).all(0)
    ends = np.full((2, drawn.shape[1]), np.nan)
    if whole.any():
        ends[:, whole] = np.percentile(drawn[:, whole], [2.5, 97.5], axis=0)
    for column in np.flatnonzero(~whole):
        ends[:, column] = interval(drawn[:, column])
    return ends[0], ends[1]
