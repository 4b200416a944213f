"""From the peers' predictions of the test rows to metrics and paired differences, all by `recsys.evaluation`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recsys import metrics
from recsys.evaluation import paired_differences, report
from recsys.evaluation.baselines import Predictions

ARGMAX_METRICS = ("accuracy", "macro_f1", "log_loss", "rmse", "mae", "within_one")
QWK = "weighted_kappa"  # of the stars from the tuned cut points
COMPARED = ("accuracy", "macro_f1", "log_loss", "rmse", "mae", QWK)
LOWER_IS_BETTER = ("log_loss", "rmse", "mae")


@dataclass(frozen=True)
class Run:
    """Predictions and costs of one model on the test rows of one split."""

    model: str
    split: str
    seed: int
    rows: pd.DataFrame  # user_id, movie_id, rating of the test rows
    expected: np.ndarray  # float64 (rows,), stars
    probabilities: np.ndarray | None  # float64 (rows, stars)
    cuts: np.ndarray  # float64 (stars - 1,), tuned cut points of the expected rating
    costs: dict[str, Any]

    def argmax_predictions(self, stars: tuple[float, ...]) -> Predictions:
        """The most probable star; without probabilities the star nearest to the expected rating."""
        if self.probabilities is not None:
            argmax = Predictions.of_probabilities(self.probabilities, stars)
            return Predictions(argmax.rating, self.expected, self.probabilities)
        midpoints = (np.array(stars)[1:] + np.array(stars)[:-1]) / 2
        return Predictions(metrics.cut_into(self.expected, midpoints, stars), self.expected, None)

    def cut_predictions(self, stars: tuple[float, ...]) -> Predictions:
        """The stars from the tuned cut points of the expected rating."""
        return Predictions(metrics.cut_into(self.expected, self.cuts, stars), self.expected, self.probabilities)


def scores(run: Run, stars: tuple[float, ...]) -> dict[str, dict[str, float]]:
    """value, low and high of each metric (95%, over users and movies)."""
    uniform = Predictions.of_probabilities(np.full((len(run.rows), len(stars)), 1 / len(stars)), stars)
    predictions = {
        "model": uniform,
        "argmax": run.argmax_predictions(stars),
        "cut": run.cut_predictions(stars),
    }
    table = report(run.rows, predictions, stars, run.split).table
    keys = [("argmax", metric) for metric in ARGMAX_METRICS] + [("cut", QWK)]
    overall = table[table["slice"] == "all"].set_index(["model", "metric"])
    return {key[1]: _floats(overall, key, ("value", "low", "high")) for key in keys}


def differences(ours: Sequence[Run], peers: Sequence[Run], stars: tuple[float, ...]) -> dict[str, dict[str, float]]:
    """Ours less the peer's, with a paired 95% interval over users and movies; the rows of several seeds are pooled."""
    rows = pd.concat([run.rows for run in ours], ignore_index=True)
    result = {}
    for compared, predictions_of in (
        (COMPARED[:-1], Run.argmax_predictions),
        (COMPARED[-1:], Run.cut_predictions),
    ):
        our_predictions, peer_predictions = (
            _pooled([predictions_of(run, stars) for run in runs]) for runs in (ours, peers)
        )
        table = paired_differences(rows, our_predictions, peer_predictions, stars)
        overall = table[table["slice"] == "all"].set_index("metric")
        result |= {metric: _floats(overall, metric, ("difference", "low", "high")) for metric in compared}
    return result


def verdict(metric: str, difference: dict[str, float]) -> str:
    """Either "ahead" or "behind" if the interval excludes zero, else "even"; "" if undefined."""
    low, high = difference["low"], difference["high"]
    if not np.isfinite([low, high]).all():
        return ""
    if low <= 0 <= high:
        return "even"
    return "ahead" if (high < 0) == (metric in LOWER_IS_BETTER) else "behind"


def _pooled(predictions: Sequence[Predictions]) -> Predictions:
    """Predictions of several seeds, one after the other; without probabilities if any has none."""
    probabilities = [each.probabilities for each in predictions if each.probabilities is not None]
    return Predictions(
        np.concatenate([each.rating for each in predictions]),
        np.concatenate([each.expected for each in predictions]),
        np.vstack(probabilities) if len(probabilities) == len(predictions) else None,
    )


def _floats(table: pd.DataFrame, key: Any, columns: tuple[str, ...]) -> dict[str, float]:
    """Some columns of one row of a table with one row per key."""
    return {name: float(table[name].loc[key]) for name in columns}
