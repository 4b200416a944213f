"""From what the models said of the test rows to metrics and paired differences, all by `recsys.evaluation`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recsys import metrics
from recsys.evaluation import paired_differences, report
from recsys.evaluation.baselines import Predictions

ARGMAX = ("accuracy", "macro_f1", "log_loss", "rmse", "mae", "within_one")
QWK = "weighted_kappa"  # of the classes that the tuned cut points make
COMPARED = ("accuracy", "macro_f1", "log_loss", "rmse", "mae", QWK)
LOWER_IS_BETTER = ("log_loss", "rmse", "mae")


@dataclass(frozen=True)
class Run:
    """What one model said of one split's test rows, and what it cost."""

    model: str
    split: str
    seed: int
    rows: pd.DataFrame  # user_id, movie_id, rating of the test rows
    expected: np.ndarray
    probabilities: np.ndarray | None
    cuts: np.ndarray
    costs: dict[str, Any]

    def decided(self, stars: tuple[float, ...]) -> Predictions:
        """The most probable star; without probabilities the star nearest to the expected rating."""
        if self.probabilities is not None:
            said = Predictions.of_probabilities(self.probabilities, stars)
            return Predictions(said.rating, self.expected, self.probabilities)
        middles = (np.array(stars)[1:] + np.array(stars)[:-1]) / 2
        return Predictions(metrics.cut_into(self.expected, middles, stars), self.expected, None)

    def cut(self, stars: tuple[float, ...]) -> Predictions:
        """The stars that the tuned cut points make of the expected ratings."""
        return Predictions(metrics.cut_into(self.expected, self.cuts, stars), self.expected, self.probabilities)


def scores(run: Run, stars: tuple[float, ...]) -> dict[str, dict[str, float]]:
    """value, low and high of each metric (95 %, bootstrap over users)."""
    even = Predictions.of_probabilities(np.full((len(run.rows), len(stars)), 1 / len(stars)), stars)
    said = {"model": even, "decided": run.decided(stars), "cut": run.cut(stars)}
    table = report(run.rows, said, stars, run.split, run.seed).table
    chosen = {metric: ("decided", metric) for metric in ARGMAX} | {QWK: ("cut", QWK)}
    overall = table[table["slice"] == "all"].set_index(["model", "metric"])
    return {metric: _numbers(overall.loc[key], ("value", "low", "high")) for metric, key in chosen.items()}


def differences(ours: Sequence[Run], peer: Sequence[Run], stars: tuple[float, ...]) -> dict[str, dict[str, float]]:
    """Ours less the peer's, with a paired 95 % interval over users; the rows of several seeds are pooled."""
    rows = pd.concat([run.rows for run in ours], ignore_index=True)
    found = {}
    for metrics_of, say in ((COMPARED[:-1], Run.decided), (COMPARED[-1:], Run.cut)):
        one, other = (_pooled([say(run, stars) for run in runs]) for runs in (ours, peer))
        table = paired_differences(rows, one, other, stars)
        overall = table[table["slice"] == "all"].set_index("metric")
        found |= {metric: _numbers(overall.loc[metric], ("difference", "low", "high")) for metric in metrics_of}
    return found


def verdict(metric: str, difference: dict[str, float]) -> str:
    """Whether ours is "ahead" or "behind" with an interval that excludes zero, else "even"; "" if undefined."""
    low, high = difference["low"], difference["high"]
    if not np.isfinite([low, high]).all():
        return ""
    if low <= 0 <= high:
        return "even"
    return "ahead" if (high < 0) == (metric in LOWER_IS_BETTER) else "behind"


def _pooled(said: list[Predictions]) -> Predictions:
    probabilities = None if said[0].probabilities is None else np.vstack([one.probabilities for one in said])
    return Predictions(
        np.concatenate([one.rating for one in said]), np.concatenate([one.expected for one in said]), probabilities
    )


def _numbers(row: pd.Series, names: tuple[str, ...]) -> dict[str, float]:
    return {name: float(row[name]) for name in names}
