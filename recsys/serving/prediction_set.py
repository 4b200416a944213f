"""Prediction sets: an interval of stars that probably contains a rating, whatever its star, by split conformal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from recsys.core.keyed_random import Stream, draw
from recsys.evaluation import COLUMNS, Report
from recsys.metrics.clustered import Clusters
from recsys.schema import MOVIE, RATING, USER, probability_columns, star_name

TARGET_COVERAGE = 0.8  # share of the ratings of each star that their sets should contain
CALIBRATION_SHARE = 0.5  # of the held-out rows
METRICS = SET_THRESHOLD, SET_COVERAGE, SET_SIZE = "set_cut", "set_coverage", "set_size"
ALL = "all"


@dataclass(frozen=True)
class PredictionSet:
    """An interval of stars, and how often intervals made in the same way contained the rating."""

    low: float
    high: float
    coverage: float | None  # share; None if it was not measured
    n: int  # held-out ratings that it was measured on


@dataclass(frozen=True)
class ConformalThresholds:
    """How far each star may lie from the median of the predicted distribution to be in the set.

    One threshold a star (class-conditional, or Mondrian, conformal prediction): a common one would contain nearly all
    ratings of common stars and half of those of rare ones.

    Attributes
    ----------
    values : tuple of float
        Largest distance by star, in probability; empty if none was calibrated: then sets have the target probability.
    coverage : float or None
        Measured share of ratings in their sets; None if it was not measured.
    n : int
        Held-out ratings that coverage was measured on.

    References
    ----------
    Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World, section 4.5.
    """

    values: tuple[float, ...] = ()
    coverage: float | None = None
    n: int = 0

    @classmethod
    def of(cls, report: Report | None) -> Self:
        """The thresholds of a report; none, not measured, if the report has none."""
        try:
            if report is None:
                return cls()
            coverage = report.row(SET_COVERAGE)
            values = tuple(report.value(SET_THRESHOLD, slice=_slice(star)) for star in report.stars)
            return cls(values, float(coverage["value"]), int(coverage["n"]))
        except KeyError:
            return cls()

    @classmethod
    def calibrate(cls, probabilities: np.ndarray, truth: np.ndarray) -> Self:
        """The lowest threshold of each star with the target coverage.

        Parameters
        ----------
        probabilities : ndarray of float64, shape (rows, stars)
            Predicted probability of each star.
        truth : ndarray of int64, shape (rows,)
            Indices of the true stars.
        """
        distances = distances_from_median(probabilities)
        return cls(tuple(_conformal_quantile(distances[truth == star, star]) for star in range(distances.shape[1])))

    def intervals(self, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Index of the first and of the last star of each row's set, int64 (rows,), from (rows, stars).

        The set is an interval, and has the most probable star in it.
        """
        stars = np.arange(probabilities.shape[1])
        limits = self.values or (TARGET_COVERAGE / 2,) * len(stars)
        inside = distances_from_median(probabilities) <= np.array(limits)
        inside |= stars == probabilities.argmax(1)[:, None]
        return inside.argmax(1), stars[-1] - inside[:, ::-1].argmax(1)

    def sets(self, probabilities: np.ndarray, stars: tuple[float, ...]) -> list[PredictionSet]:
        """The prediction set of each row of probabilities, (rows, stars)."""
        low, high = self.intervals(probabilities)
        return [PredictionSet(stars[a], stars[b], self.coverage, self.n) for a, b in zip(low, high, strict=True)]


def distances_from_median(probabilities: np.ndarray) -> np.ndarray:
    """How much probability lies between each star and the median, half of its own included, (rows, stars).

    Examples
    --------
    >>> distances_from_median(np.array([[0.5, 0.25, 0.25]]))
    array([[0.25 , 0.125, 0.375]])
    """
    return np.abs(np.cumsum(probabilities, axis=1) - probabilities / 2 - 0.5)


def _conformal_quantile(distances: np.ndarray) -> float:
    """The distance that a new one stays within with at least `TARGET_COVERAGE`; 1/2, all stars, if rows are too few."""
    rank = int(np.ceil((len(distances) + 1) * TARGET_COVERAGE))
    return float(np.sort(distances)[rank - 1]) if rank <= len(distances) else 0.5


def _slice(star: float) -> str:
    return f"star={star_name(star)}"


def with_prediction_sets(report: Report, stars: tuple[float, ...], seed: int) -> Report:
    """Add the thresholds of the model's prediction sets, and their coverage by star and mean size, to a report.

    The thresholds are calibrated on about half of the held-out rows, drawn by their ids; coverage and size are measured
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
    thresholds = ConformalThresholds.calibrate(probabilities[calibration], truth[calibration])
    ends = {
        "model": thresholds.intervals(probabilities[~calibration]),
        "majority": _shortest_interval(np.bincount(truth[calibration], minlength=len(stars))),
    }
    counts = np.bincount(truth[calibration], minlength=len(stars)).tolist()
    rows = [
        ("model", _slice(star), SET_THRESHOLD, value, np.nan, np.nan, n)
        for star, value, n in zip(stars, thresholds.values, counts, strict=True)
    ]
    groups = {ALL: np.ones(len(truth), bool), **{_slice(star): truth == i for i, star in enumerate(stars)}}
    all_clusters = Clusters.of(users[~calibration], movies[~calibration])
    for name, (low, high) in ends.items():
        contained = (low <= truth[~calibration]) & (truth[~calibration] <= high)
        size = np.broadcast_to(high - low + 1, contained.shape)
        for group, mask in groups.items():
            chosen = mask[~calibration]
            clusters = all_clusters.of_rows(np.flatnonzero(chosen))
            for metric, values in ((SET_COVERAGE, contained), (SET_SIZE, size)):
                rows.append((name, group, metric, *_mean_with_interval(values[chosen], clusters), int(chosen.sum())))
    metrics = pd.DataFrame(rows, columns=["model", "slice", "metric", "value", "low", "high", "n"])
    metrics = metrics.assign(split=report.table["split"].iloc[0])
    return replace(report, table=pd.concat([report.table, metrics[list(COLUMNS)]], ignore_index=True))


def _shortest_interval(counts: np.ndarray) -> tuple[int, int]:
    """The shortest run of stars with the target share of the counts; of equally short ones the most common."""
    cumulative, size = np.concatenate([[0], np.cumsum(counts)]), len(counts)
    for length in range(1, size):
        inside = cumulative[length:] - cumulative[:-length]
        if inside.max() >= TARGET_COVERAGE * cumulative[-1]:
            return int(inside.argmax()), int(inside.argmax()) + length - 1
    return 0, size - 1


def _mean_with_interval(values: np.ndarray, clusters: Clusters) -> tuple[float, float, float]:
    """The mean over rows and its 95% interval; NaN without rows."""
    if not len(values):
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    half_width = clusters.half_width((values - mean) / len(values))
    return mean, mean - half_width, mean + half_width
