"""Pure functions from probabilities of the stars to numbers: per row, so that any mean can be taken of them.

`truth` holds true stars (rows,), `probabilities` one column per star of the scale (rows, stars). Lower is better for
each. NaN where a number is undefined: a mean over no rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS = 10  # equally wide, of a reliability curve


def log_losses(truth: np.ndarray, probabilities: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """-ln(probability given to the true star) per row, with probabilities kept at least 1e-15."""
    true_class = np.searchsorted(stars, truth)
    return -np.log(np.maximum(probabilities[np.arange(len(true_class)), true_class], 1e-15))


def brier_scores(truth: np.ndarray, probabilities: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Sum over stars of (probability - 1 if it is the true star, else 0)^2 per row: 0 at best, 2 at worst.

    Brier 1950, Verification of forecasts expressed in terms of probability (Mon. Wea. Rev. 78); some libraries report
    half of it.
    """
    return ((probabilities - _one_hot(truth, stars)) ** 2).sum(1)


def ranked_probability_scores(truth: np.ndarray, probabilities: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Mean over the stars but the last of (P(at most this star) - 1 if the truth is, else 0)^2 per row: 0 to 1.

    A miss by one star costs less than a miss by two. Epstein 1969, A scoring system for probability forecasts of ranked
    categories (J. Appl. Meteor. 8), divided by the number of cuts between stars, which some libraries leave out.
    """
    off = np.cumsum(probabilities - _one_hot(truth, stars), axis=1)[:, :-1]
    return (off**2).mean(1)


@dataclass(frozen=True)
class Reliability:
    """Is what was said to happen with some probability seen that often? One entry per bin of the probability."""

    said: np.ndarray  # float64 (bins,), the mean probability in the bin; NaN for an empty one
    seen: np.ndarray  # float64 (bins,), the share that happened; NaN for an empty one
    n: np.ndarray  # int64 (bins,)

    @classmethod
    def of(cls, said: np.ndarray, happened: np.ndarray, bins: int = BINS) -> Reliability:
        """From a probability and whether it happened, per row."""
        bin_of = bins_of(said, bins)
        n = np.bincount(bin_of, minlength=bins)
        means = (
            np.divide(np.bincount(bin_of, values, bins), n, out=np.full(bins, np.nan), where=n > 0)
            for values in (said, happened)
        )
        return cls(*means, n)


def bins_of(said: np.ndarray, bins: int = BINS) -> np.ndarray:
    """The bin of each probability, int64 (rows,): equally wide, the upper edge belongs to the lower bin."""
    return np.clip(np.ceil(said * bins).astype(np.int64) - 1, 0, bins - 1)


def calibration_error(gaps: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Expected calibration error: sum over bins of |seen - said| x the bin's rows / all rows; 0 at best.

    `gaps` are sums of (happened - said) over each bin's rows, (..., bins). Guo et al. 2017 (arXiv 1706.04599), of the
    decided star's probability. Chance alone makes it larger than 0, the more so the fewer the rows.
    """
    below = np.asarray(rows, np.float64)
    return np.divide(np.abs(gaps).sum(-1), below, out=np.full(below.shape, np.nan), where=below > 0)


def _one_hot(truth: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    return np.eye(len(stars))[np.searchsorted(stars, truth)]
