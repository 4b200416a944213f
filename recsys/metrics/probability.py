"""Metrics of predicted probabilities: of each row, so that a mean over any rows can be taken. Lower is better for each.

`probabilities` has one column per star of the scale. NaN where a metric is undefined: a mean over no rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS = 10  # equally wide, of a reliability curve


def log_losses(truth: np.ndarray, probabilities: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Log-loss of each row: -ln(probability of the true star).

    Parameters
    ----------
    truth : float array, (rows,)
        True stars, each a value of the scale.
    probabilities : float array, (rows, stars)
        Predicted probability of each star; those below 1e-15 count as 1e-15.
    stars : tuple of float
        The rating scale, ascending.

    Returns
    -------
    float array, (rows,)
        In nats: 0 at best.

    Examples
    --------
    >>> log_losses(np.array([1.0, 2.0]), np.array([[0.5, 0.5], [0.0, 1.0]]), (1.0, 2.0)).round(3) + 0
    array([0.693, 0.   ])
    """
    true_class = np.searchsorted(stars, truth)
    return -np.log(np.maximum(probabilities[np.arange(len(true_class)), true_class], 1e-15))


def brier_scores(truth: np.ndarray, probabilities: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Brier score of each row: sum over stars of (probability - 1 for the true star, else 0)^2.

    Parameters
    ----------
    truth, probabilities, stars : as `log_losses`

    Returns
    -------
    float64 array, (rows,)
        0 at best, 2 at worst; some libraries report half of it.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Mon. Wea. Rev. 78.

    Examples
    --------
    >>> brier_scores(np.array([1.0, 3.0]), np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]), (1.0, 2.0, 3.0))
    array([0. , 1.5])
    """
    return ((probabilities - _one_hot(truth, stars)) ** 2).sum(1)


def ranked_probability_scores(truth: np.ndarray, probabilities: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Ranked probability score of each row: a probability one star off costs less than one two stars off.

    Mean over all stars but the last of (P(at most this star) - 1 if the true star is at most this star, else 0)^2.

    Parameters
    ----------
    truth, probabilities, stars : as `log_losses`

    Returns
    -------
    float64 array, (rows,)
        0 at best, 1 at worst.

    References
    ----------
    Epstein (1969), A scoring system for probability forecasts of ranked categories, J. Appl. Meteor. 8; divided by the
    number of cuts between stars, which some libraries leave out.

    Examples
    --------
    >>> ranked_probability_scores(np.array([3.0, 3.0]), np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]), (1.0, 2.0, 3.0))
    array([0.5, 1. ])
    """
    cumulative_errors = np.cumsum(probabilities - _one_hot(truth, stars), axis=1)[:, :-1]
    return (cumulative_errors**2).mean(1)


@dataclass(frozen=True)
class Reliability:
    """Reliability curve: how often an event with some predicted probability happens, per bin of the probability."""

    said: np.ndarray  # float64 (bins,), the mean predicted probability in the bin; NaN for an empty one
    seen: np.ndarray  # float64 (bins,), the share that happened; NaN for an empty one
    n: np.ndarray  # int64 (bins,), rows

    @classmethod
    def of(cls, predicted: np.ndarray, happened: np.ndarray, bins: int = BINS) -> Reliability:
        """Reliability curve of the predictions of one event.

        Parameters
        ----------
        predicted : float array, (rows,)
            Predicted probability of the event.
        happened : bool array, (rows,)
            Whether the event happened.
        bins : int
            Number of equally wide bins.

        Examples
        --------
        >>> curve = Reliability.of(np.array([0.2, 0.4, 0.9]), np.array([False, True, True]), bins=2)
        >>> curve.said.round(2), curve.seen, curve.n
        (array([0.3, 0.9]), array([0.5, 1. ]), array([2, 1]))
        """
        bin_of = bins_of(predicted, bins)
        n = np.bincount(bin_of, minlength=bins)
        mean_predicted, share_happened = (
            np.divide(np.bincount(bin_of, values, bins), n, out=np.full(bins, np.nan), where=n > 0)
            for values in (predicted, happened)
        )
        return cls(mean_predicted, share_happened, n)


def bins_of(predicted: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Bin of each predicted probability: equally wide bins, the upper edge belongs to the lower bin.

    Parameters
    ----------
    predicted : float array, (rows,)
    bins : int

    Returns
    -------
    int64 array, (rows,)
        0 to bins - 1.

    Examples
    --------
    >>> bins_of(np.array([0.0, 0.5, 0.51, 1.0]), bins=2)
    array([0, 0, 1, 1])
    """
    return np.clip(np.ceil(predicted * bins).astype(np.int64) - 1, 0, bins - 1)


def calibration_error(gaps: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Expected calibration error: sum over bins of |share happened - mean predicted| x rows of the bin / all rows.

    Parameters
    ----------
    gaps : float array, (..., bins)
        Sum over the rows of each bin of (happened - predicted), where the event is that the predicted star is right.
    rows : array, (...)
        Number of all rows.

    Returns
    -------
    float64 array, (...)
        0 at best; NaN without rows. Chance alone makes it larger than 0, the more so the fewer the rows.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks, arXiv 1706.04599.

    Examples
    --------
    >>> calibration_error(np.array([1.0, -0.5]), np.array(10)).item()
    0.15
    """
    total = np.asarray(rows, np.float64)
    return np.divide(np.abs(gaps).sum(-1), total, out=np.full(total.shape, np.nan), where=total > 0)


def chance_calibration_error(predicted: np.ndarray, bins: int = BINS) -> float:
    """The calibration error that perfectly calibrated probabilities have on average, for rows are few.

    Parameters
    ----------
    predicted : float array, (rows,)
        Predicted probability of the event of each row; the events are independent given these.
    bins : int
        Number of equally wide bins.

    Returns
    -------
    float
        Sum over bins of sqrt(2/pi x sum of p (1 - p)) / rows, by the normal approximation; NaN without rows.

    Examples
    --------
    >>> round(chance_calibration_error(np.full(10_000, 0.5)), 4)
    0.004
    """
    if not len(predicted):
        return np.nan
    variances = np.bincount(bins_of(predicted, bins), predicted * (1 - predicted), bins)
    return float(np.sqrt(2 / np.pi * variances).sum() / len(predicted))


def _one_hot(truth: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    return np.eye(len(stars))[np.searchsorted(stars, truth)]
