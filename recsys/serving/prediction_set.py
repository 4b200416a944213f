"""Prediction sets: the shortest interval of stars that probably contains a rating, calibrated by split conformal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from recsys.core.keyed_random import Stream, draw
from recsys.evaluation import COLUMNS, Report
from recsys.metrics.clustered import Clusters
from recsys.schema import MOVIE, RATING, USER, probability_columns

TARGET_COVERAGE = 0.8  # share of ratings that their sets should contain
THRESHOLDS = np.linspace(0.4, 0.999, 600)  # probabilities that a set may have to reach
CALIBRATION_SHARE = 0.5  # of the held-out rows
METRICS = SET_THRESHOLD, SET_COVERAGE, SET_SIZE = "set_cut", "set_coverage", "set_size"


@dataclass(frozen=True)
class PredictionSet:
    """An interval of stars, and how often intervals made in the same way contained the rating."""

    low: float
    high: float
    coverage: float | None  # share; None if it was not measured
    n: int  # held-out ratings that it was measured on


@dataclass(frozen=True)
class ConformalThreshold:
    """The probability that a set must reach so that about `TARGET_COVERAGE` of all ratings are in their sets.

    Attributes
    ----------
    value : float
        The threshold.
    coverage : float or None
        Measured share of ratings in their sets; None if it was not measured.
    n : int
        Held-out ratings that coverage was measured on.

    References
    ----------
    Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World; for classes Romano, Sesia and Candes 2020,
    arXiv 2006.02544.
    """

    value: float = TARGET_COVERAGE
    coverage: float | None = None
    n: int = 0

    @classmethod
    def of(cls, report: Report | None) -> Self:
        """The threshold of a report; the target coverage itself, not measured, if the report has none."""
        if report is None:
            return cls()
        try:
            coverage = report.row(SET_COVERAGE)
            return cls(report.value(SET_THRESHOLD), float(coverage["value"]), int(coverage["n"]))
        except KeyError:
            return cls()

    @classmethod
    def calibrate(cls, probabilities: np.ndarray, truth: np.ndarray) -> Self:
        """The lowest of `THRESHOLDS` whose sets have the target coverage.

        Parameters
        ----------
        probabilities : ndarray of float64, shape (rows, stars)
            Predicted probability of each star.
        truth : ndarray of int64, shape (rows,)
            Indices of the true stars.
        """
        if not len(truth):
            return cls()
        coverages = [_contains(*shortest_intervals(probabilities, threshold), truth).mean() for threshold in THRESHOLDS]
        reached = np.array(coverages) >= TARGET_COVERAGE
        return cls(float(THRESHOLDS[reached.argmax()] if reached.any() else THRESHOLDS[-1]))

    def sets(self, probabilities: np.ndarray, stars: tuple[float, ...]) -> list[PredictionSet]:
        """The prediction set of each row of probabilities, (rows, stars)."""
        low, high = shortest_intervals(probabilities, self.value)
        return [PredictionSet(stars[a], stars[b], self.coverage, self.n) for a, b in zip(low, high, strict=True)]


def shortest_intervals(probabilities: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """The shortest intervals of stars whose probability reaches a threshold; of equally short ones the most probable.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (rows, stars)
        Predicted probability of each star.
    threshold : float
        Probability to reach.

    Returns
    -------
    low, high : ndarray of int64, shape (rows,)
        Index of the first and of the last star.
    """
    rows, size = probabilities.shape
    cumulative = np.hstack([np.zeros((rows, 1)), np.cumsum(probabilities, axis=1)])
    low, high = np.zeros(rows, np.int64), np.full(rows, size - 1)
    for length in range(size - 1, 0, -1):
        interval_probability = cumulative[:, length:] - cumulative[:, :-length]
        first = interval_probability.argmax(1)
        enough = interval_probability[np.arange(rows), first] >= threshold
        low, high = np.where(enough, first, low), np.where(enough, first + length - 1, high)
    return low, high


def with_prediction_sets(report: Report, stars: tuple[float, ...], seed: int) -> Report:
    """Add the threshold of the model's prediction sets, and their coverage and mean size, to a report.

    The threshold is calibrated on about half of the held-out rows, drawn by their ids; coverage and size are measured
    on the others. The baseline `majority` gives every row the same set, the shortest one with the target coverage on
    the calibration rows.

    Parameters
    ----------
    report : Report
        The held-out rows with the model's probabilities.
    stars : tuple of float
        Star values, ascending.
    seed : int
        Seed of the draw.

    Returns
    -------
    Report
        With more rows in `table`.
    """
    held_out = report.held_out
    users, movies = held_out[USER].to_numpy(), held_out[MOVIE].to_numpy()
    calibration = draw(Stream.CONFORMAL_CALIBRATION, users, movies, seed=seed) < CALIBRATION_SHARE
    probabilities = held_out[probability_columns(stars)].to_numpy()
    truth = np.searchsorted(stars, held_out[RATING].to_numpy())
    threshold = ConformalThreshold.calibrate(probabilities[calibration], truth[calibration]).value
    shares = np.bincount(truth[calibration], minlength=len(stars)) / max(calibration.sum(), 1)
    ends = {
        "model": shortest_intervals(probabilities[~calibration], threshold),
        "majority": shortest_intervals(shares[None], TARGET_COVERAGE),
    }
    clusters = Clusters.of(users[~calibration], movies[~calibration])
    rows = [("model", SET_THRESHOLD, threshold, np.nan, np.nan, int(calibration.sum()))]
    for name, (low, high) in ends.items():
        contained = _contains(low, high, truth[~calibration])
        size = np.broadcast_to(high - low + 1, contained.shape)
        for metric, values in ((SET_COVERAGE, contained), (SET_SIZE, size)):
            rows.append((name, metric, *_mean_with_interval(values, clusters), len(values)))
    metrics = pd.DataFrame(rows, columns=["model", "metric", "value", "low", "high", "n"])
    metrics = metrics.assign(split=report.table["split"].iloc[0], slice="all")
    return replace(report, table=pd.concat([report.table, metrics[list(COLUMNS)]], ignore_index=True))


def _contains(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return (low <= truth) & (truth <= high)


def _mean_with_interval(values: np.ndarray, clusters: Clusters) -> tuple[float, float, float]:
    """The mean over rows and its 95% interval; NaN without rows."""
    if not len(values):
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    half_width = clusters.half_width((values - mean) / len(values))
    return mean, mean - half_width, mean + half_width
