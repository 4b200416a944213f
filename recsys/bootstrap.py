"""How far a number would move with other users: users drawn anew, the middle 95 % of what comes out."""

from __future__ import annotations

import numpy as np

from recsys.hashing import uniform

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
