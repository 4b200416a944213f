"""Corrections for many tests at once."""

from __future__ import annotations

import numpy as np


def adjusted(p_values: np.ndarray) -> np.ndarray:
    """The adjusted p values of Benjamini and Hochberg.

    Those that are at most a level are rejected: then at most that share of the rejected hypotheses is expected to be
    true.

    Parameters
    ----------
    p_values : float64 array, (tests,)
        NaN for a test that was not made; it does not count.

    Returns
    -------
    float64 array, (tests,)

    References
    ----------
    Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate, doi 10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> adjusted(np.array([0.04, 0.01, np.nan, 0.03])).round(3)
    array([0.04, 0.03,  nan, 0.04])
    """
    made = np.flatnonzero(~np.isnan(p_values))
    falling = made[np.argsort(-p_values[made], kind="stable")]
    ranks = np.arange(len(made), 0, -1)
    result = np.full(len(p_values), np.nan)
    result[falling] = np.minimum.accumulate(np.minimum(p_values[falling] * len(made) / ranks, 1.0))
    return result


def significance_threshold(p_values: np.ndarray, level: float) -> float:
    """The p value up to which Benjamini and Hochberg reject; `level` over the number of tests if they reject none.

    An interval excludes 0 exactly if its test is rejected when its confidence is 1 less this threshold.

    Parameters
    ----------
    p_values : float64 array, (tests,)
    level : float
        Expected share of true hypotheses among the rejected ones.

    References
    ----------
    Y. Benjamini and D. Yekutieli (2005), False discovery rate-adjusted multiple confidence intervals for selected
    parameters, doi 10.1198/016214504000001907.

    Examples
    --------
    >>> significance_threshold(np.array([0.001, 0.02, 0.3, 0.7]), 0.05)
    0.025
    """
    rejected = int((adjusted(p_values) <= level).sum())
    return level * max(rejected, 1) / max(len(p_values), 1)
