"""Bootstrap intervals of metrics: users are resampled, and the middle 95% of the metric's values is the interval.

Not `scipy.stats.bootstrap`, which resamples rows: here users are resampled with all their ratings, and the same users
for every metric and model.
"""

from __future__ import annotations

import numpy as np

from recsys.core.keyed_random import Stream, draw

RESAMPLES = 500


def resampled(users: int, seed: int) -> np.ndarray:
    """How often each user is drawn in each resample.

    Parameters
    ----------
    users : int
        Number of users; as many are drawn, with replacement.
    seed : int

    Returns
    -------
    float64 array, (RESAMPLES, users)

    References
    ----------
    Efron (1979), Bootstrap methods: another look at the jackknife, doi 10.1214/aos/1176344552.

    Examples
    --------
    >>> weights = resampled(3, seed=0)
    >>> weights.shape, set(weights.sum(1).tolist())
    ((500, 3), {3.0})
    """
    draws = (draw(Stream.BOOTSTRAP, np.arange(RESAMPLES)[:, None], np.arange(users), seed=seed) * users).astype(int)
    return np.stack([np.bincount(row, minlength=users) for row in draws]).astype(np.float64)


def interval(values: np.ndarray) -> tuple[float, float]:
    """95% interval of a metric from its values over the resamples.

    Parameters
    ----------
    values : float array, (resamples,)
        NaN where the metric is undefined.

    Returns
    -------
    low, high : float
        NaN when the metric is undefined in most resamples.

    Examples
    --------
    >>> interval(np.arange(101.0))
    (2.5, 97.5)
    """
    defined = values[np.isfinite(values)]
    if len(defined) < len(values) / 2:
        return np.nan, np.nan
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)


def intervals(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`interval` of each column.

    Parameters
    ----------
    values : float array, (resamples, columns)

    Returns
    -------
    low, high : float64 array, (columns,)
    """
    defined = np.isfinite(values).all(0)
    ends = np.full((2, values.shape[1]), np.nan)
    if defined.any():
        ends[:, defined] = np.percentile(values[:, defined], [2.5, 97.5], axis=0)
    for column in np.flatnonzero(~defined):
        ends[:, column] = interval(values[:, column])
    return ends[0], ends[1]
