"""Which stars a rating will probably be among: the smallest run of them, and how often such runs proved right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from recsys.core.keyed_random import uniform
from recsys.evaluation import COLUMNS, Report
from recsys.metrics.bootstrap import interval, resampled
from recsys.schema import MOVIE, RATING, USER, probability_columns

WANTED = 0.8  # share of ratings that should lie in their set
THRESHOLDS = np.linspace(0.4, 0.999, 600)  # probabilities that a run may have to hold
SETS_CUT = 0.5  # share of the held-out rows that set the cut
HALVES = 9  # salt of the draw that says which
METRICS = SET_THRESHOLD, SET_COVERAGE, SET_SIZE = "set_cut", "set_coverage", "set_size"


@dataclass(frozen=True)
class PredictionSet:
    """Consecutive stars, and how often sets made in the same way held the rating."""

    low: float
    high: float
    coverage: float | None  # share; None when it was not measured
    n: int  # held-out ratings that it was measured on


@dataclass(frozen=True)
class ConformalThreshold:
    """The probability that a run of stars must hold, so that about `WANTED` of all ratings lie in theirs.

    Split-conformal: set on one part of the held-out rows, measured on the other (Vovk, Gammerman and Shafer 2005,
    Algorithmic Learning in a Random World; Romano, Sesia and Candes 2020, arXiv 2006.02544, for classes).
    """

    value: float = WANTED
    coverage: float | None = None
    n: int = 0

    @classmethod
    def of(cls, report: Report | None) -> Self:
        """The cut of a report; the wanted share itself, not measured, where there is none."""
        try:
            measured = report.row(SET_COVERAGE) if report else None
            return (
                cls()
                if measured is None
                else cls(report.value(SET_THRESHOLD), float(measured["value"]), int(measured["n"]))
            )
        except KeyError:
            return cls()

    @classmethod
    def setting(cls, probabilities: np.ndarray, truth: np.ndarray) -> Self:
        """The lowest of `THRESHOLDS` whose sets hold the wanted share of the true stars, given as indices (rows,)."""
        if not len(truth):
            return cls()
        reached = (
            np.array([_holds(*runs(probabilities, threshold), truth).mean() for threshold in THRESHOLDS]) >= WANTED
        )
        return cls(float(THRESHOLDS[reached.argmax()] if reached.any() else THRESHOLDS[-1]))

    def sets(self, probabilities: np.ndarray, stars: tuple[float, ...]) -> list[PredictionSet]:
        """The set of each row of probabilities, (rows, stars)."""
        low, high = runs(probabilities, self.value)
        return [PredictionSet(stars[a], stars[b], self.coverage, self.n) for a, b in zip(low, high, strict=True)]


def runs(probabilities: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """First and last star of the shortest run that holds at least the cut, the likeliest of these; int64 (rows,)."""
    rows, size = probabilities.shape
    below = np.hstack([np.zeros((rows, 1)), np.cumsum(probabilities, axis=1)])
    low, high = np.zeros(rows, np.int64), np.full(rows, size - 1)
    for length in range(size - 1, 0, -1):
        held = below[:, length:] - below[:, :-length]
        first = held.argmax(1)
        enough = held[np.arange(rows), first] >= threshold
        low, high = np.where(enough, first, low), np.where(enough, first + length - 1, high)
    return low, high


def with_prediction_sets(report: Report, stars: tuple[float, ...], seed: int) -> Report:
    """The report with the cut of its model's sets, and coverage and mean size of these and of the simplest sets.

    The cut is set on about half of the held-out rows, drawn by their ids; coverage and size are measured on the rest,
    and each row says on how many. The simplest (`majority`): for everybody the run that holds enough in the first half.
    """
    held_out = report.held_out
    users, movies = held_out[USER].to_numpy(), held_out[MOVIE].to_numpy()
    setting = uniform(users, movies, seed, HALVES) < SETS_CUT
    probabilities = held_out[probability_columns(stars)].to_numpy()
    truth = np.searchsorted(stars, held_out[RATING].to_numpy())
    threshold = ConformalThreshold.setting(probabilities[setting], truth[setting]).value
    same = np.bincount(truth[setting], minlength=len(stars)) / max(setting.sum(), 1)
    ends = {"model": runs(probabilities[~setting], threshold), "majority": runs(same[None], WANTED)}
    rows = [("model", SET_THRESHOLD, threshold, np.nan, np.nan, int(setting.sum()))]
    for name, (low, high) in ends.items():
        held = _holds(low, high, truth[~setting])
        size = np.broadcast_to(high - low + 1, held.shape)
        for metric, values in ((SET_COVERAGE, held), (SET_SIZE, size)):
            rows.append((name, metric, *_mean(values, users[~setting], seed), len(values)))
    added = pd.DataFrame(rows, columns=["model", "metric", "value", "low", "high", "n"])
    added = added.assign(split=report.table["split"].iloc[0], slice="all")
    return replace(report, table=pd.concat([report.table, added[list(COLUMNS)]], ignore_index=True))


def _holds(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return (low <= truth) & (truth <= high)


def _mean(values: np.ndarray, users: np.ndarray, seed: int) -> tuple[float, float, float]:
    """The mean over rows with its interval when users are drawn anew; NaN without rows."""
    if not len(values):
        return np.nan, np.nan, np.nan
    owner = np.unique(users, return_inverse=True)[1]
    weights = resampled(owner.max() + 1, seed)
    drawn = (weights @ np.bincount(owner, values)) / (weights @ np.bincount(owner))
    return float(values.mean()), *interval(drawn)
