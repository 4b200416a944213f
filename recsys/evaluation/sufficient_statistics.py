"""What the metrics are computed from, row by row: totals, and each row's influence on every metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from recsys import metrics
from recsys.evaluation.baselines import Predictions
from recsys.metrics import probability as probability_metrics
from recsys.metrics.clustered import Clusters
from recsys.schema import MOVIE, RATING, USER, star_name

Sums = Mapping[str, np.ndarray]  # by the name of the statistic
Key = tuple[str, str]  # metric and slice
STEP = 1e-6  # of a numerical derivative, as a share of the rows
USER_MEANS = ("user_rmse", "user_mae")
ERRORS = ("rmse", "mae", *USER_MEANS, "log_loss", "brier", "ranked_probability")  # without an upper bound of 1


@dataclass(frozen=True)
class SufficientStatistics:
    """One value per held-out row and statistic.

    Attributes
    ----------
    values : mapping of str to ndarray of float64, shape (rows,)
        By the name of the statistic; `gaps` is what each row adds to its bin of probabilities.
    cells, bins : ndarray of int64, shape (rows,)
        Each row's cell of the confusion matrix, and its bin of the probability of the predicted star.
    users : ndarray of int64, shape (rows,)
        User ids.
    stars : tuple of float
        Star values, ascending.
    """

    values: Sums
    cells: np.ndarray
    bins: np.ndarray
    users: np.ndarray
    stars: tuple[float, ...]

    @classmethod
    def of(cls, held_out: pd.DataFrame, predictions: Predictions, stars: tuple[float, ...]) -> Self:
        """From user_id, movie_id and rating of the rows, and what was predicted for them."""
        truth = held_out[RATING].to_numpy()
        values = {
            "rows": np.ones(len(truth)),
            "squared": metrics.squared_errors(truth, predictions.expected),
            "absolute": metrics.absolute_errors(truth, predictions.expected),
        }
        cells = np.searchsorted(stars, truth) * len(stars) + np.searchsorted(stars, predictions.rating)
        of_probabilities, bins = _probability_values(truth, predictions, stars)
        return cls({**values, **of_probabilities}, cells, bins, held_out[USER].to_numpy(), stars)

    def totals(self) -> Sums:
        """The sums over all rows; `user_rmse` and `user_mae` are sums over users."""
        size, of_users = len(self.stars), self._user_means()
        sums = {name: np.asarray(values.sum()) for name, values in self.values.items() if name != "gaps"}
        confusion = np.bincount(self.cells, minlength=size * size).reshape(size, size).astype(np.float64)
        gaps = np.bincount(self.bins, self.values["gaps"], probability_metrics.BINS)
        means = {name: np.asarray(values.sum()) for name, values in of_users.items()}
        users = np.asarray(float(len(of_users[USER_MEANS[0]])))
        return {**sums, "confusion": confusion, "gaps": gaps, **means, "users": users}

    def influences(self) -> dict[Key, np.ndarray]:
        """Each row's influence on every metric, (rows,); on means over users each user's, (users,), ids ascending."""
        of_users = {
            (name, "all"): (values - values.mean()) / len(values) if len(values) else values
            for name, values in self._user_means().items()
        }
        slopes = _slopes(self.totals(), self.stars)
        return {key: self._influence(slope) for key, slope in slopes.items() if key not in of_users} | of_users

    def _influence(self, slope: Sums) -> np.ndarray:
        """The rows' influences on a metric with these derivatives by the totals; they sum to 0."""
        influence = slope["confusion"].ravel()[self.cells]
        for name, values in self.values.items():
            if slope[name].any():  # not if 0, as the values may be undefined
                influence = influence + (slope[name][self.bins] if name == "gaps" else slope[name]) * values
        return influence

    def _user_means(self) -> dict[str, np.ndarray]:
        """Each user's RMSE and MAE, float64 (users,), by the metric's name."""
        index = np.unique(self.users, return_inverse=True)[1]
        rows = np.bincount(index)
        squared, absolute = (np.bincount(index, self.values[name]) / rows for name in ("squared", "absolute"))
        return dict(zip(USER_MEANS, (np.sqrt(squared), absolute), strict=True))


@dataclass(frozen=True)
class Sampling:
    """The clusters of the same rows for every predictor: by user and movie, and by user alone for means over users."""

    by_user_and_movie: Clusters
    by_user: Clusters

    @classmethod
    def of(cls, held_out: pd.DataFrame) -> Self:
        """From user_id and movie_id of the rows."""
        users, movies = (held_out[name].to_numpy() for name in (USER, MOVIE))
        return cls(Clusters.of(users, movies), Clusters.of(np.unique(users)))

    def half_width(self, key: Key, influence: np.ndarray) -> float:
        """The half-width of a metric's 95% interval, from the influences of the rows (of users for their means)."""
        return (self.by_user if key[0] in USER_MEANS else self.by_user_and_movie).half_width(influence)


def bounded(metric: str, value: float, half_width: float) -> tuple[float, float]:
    """The ends of a metric's interval within what the metric can be; NaN stays NaN."""
    lowest, highest = -1.0 if metric == "weighted_kappa" else 0.0, np.inf if metric in ERRORS else 1.0
    return float(max(value - half_width, lowest)), float(min(value + half_width, highest))


def measures(sums: Sums, stars: tuple[float, ...]) -> dict[Key, np.ndarray]:
    """Every metric by (metric, slice); leading axes of the sums are kept."""
    confusion, rows, users = sums["confusion"], sums["rows"], sums["users"]
    values = {
        ("accuracy", "all"): metrics.accuracy(confusion),
        ("weighted_kappa", "all"): metrics.weighted_kappa(confusion),
        ("within_one", "all"): metrics.within_one(confusion),
        ("rmse", "all"): np.sqrt(sums["squared"] / rows),
        ("mae", "all"): sums["absolute"] / rows,
        ("user_rmse", "all"): sums["user_rmse"] / users,
        ("user_mae", "all"): sums["user_mae"] / users,
        ("log_loss", "all"): sums["log_loss"] / rows,
        ("brier", "all"): sums["brier"] / rows,
        ("ranked_probability", "all"): sums["ranked_probability"] / rows,
        ("calibration_error", "all"): probability_metrics.calibration_error(sums["gaps"], rows),
    }
    for name, function in (("precision", metrics.precision), ("recall", metrics.recall), ("f1", metrics.f1)):
        per_star = function(confusion)
        values[f"macro_{name}", "all"] = metrics.macro(per_star)
        values[f"weighted_{name}", "all"] = metrics.weighted(per_star, confusion)
        values |= {(name, f"star={star_name(star)}"): per_star[..., i] for i, star in enumerate(stars)}
    return values


def _slopes(totals: Sums, stars: tuple[float, ...]) -> dict[Key, Sums]:
    """The derivative of each metric by each total, by central differences; 0 for totals that are 0."""
    flat = np.concatenate([np.ravel(total) for total in totals.values()])
    step = STEP * max(float(totals["rows"]), 1.0)
    steps = step * np.eye(len(flat))[np.abs(flat) > 0]
    above, below = (measures(_unflattened(flat + change, totals), stars) for change in (steps, -steps))
    result = {}
    for key in above:
        slope = np.zeros(len(flat))
        slope[np.abs(flat) > 0] = (above[key] - below[key]) / (2 * step)
        result[key] = _unflattened(slope, totals)
    return result


def _unflattened(flat: np.ndarray, shapes: Sums) -> Sums:
    """Totals from one axis (..., totals), in the order and the shapes of others."""
    ends = np.cumsum([np.size(total) for total in shapes.values()])[:-1]
    parts = zip(shapes.items(), np.split(flat, ends, axis=-1), strict=True)
    return {name: part.reshape((*flat.shape[:-1], *np.shape(total))) for (name, total), part in parts}


def _probability_values(
    truth: np.ndarray, predictions: Predictions, stars: tuple[float, ...]
) -> tuple[Sums, np.ndarray]:
    """The statistics that need probabilities, and the bins; NaN and bin 0 for a predictor without probabilities."""
    probabilities, rows = predictions.probabilities, len(truth)
    if probabilities is None:
        names = ("log_loss", "brier", "ranked_probability", "gaps")
        return dict.fromkeys(names, np.full(rows, np.nan)), np.zeros(rows, np.int64)
    confidence = probabilities[np.arange(rows), np.searchsorted(stars, predictions.rating)]
    values = {
        "log_loss": probability_metrics.log_losses(truth, probabilities, stars),
        "brier": probability_metrics.brier_scores(truth, probabilities, stars),
        "ranked_probability": probability_metrics.ranked_probability_scores(truth, probabilities, stars),
        "gaps": (truth == predictions.rating) - confidence,
    }
    return values, probability_metrics.bins_of(confidence)
