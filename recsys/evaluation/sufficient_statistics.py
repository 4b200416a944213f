"""Sufficient statistics of the metrics, summed per user: a bootstrap over users is then weights times sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys import metrics
from recsys.core.blas import limit_blas_threads
from recsys.evaluation.baselines import Predictions
from recsys.metrics import probability as probability_metrics
from recsys.schema import star_name

Sums = Mapping[str, np.ndarray]  # by the name of the statistic


@dataclass(frozen=True)
class SufficientStatistics:
    """Sums over each user's rows.

    Attributes
    ----------
    users : ndarray of int64, shape (users,)
        User ids, ascending.
    sums : mapping of str to ndarray of float64, shape (users, ...)
        Sums by the name of the statistic.
    """

    users: np.ndarray
    sums: Sums

    @classmethod
    def of(cls, truth: np.ndarray, users: np.ndarray, predictions: Predictions, stars: tuple[float, ...]) -> Self:
        """Sum over rows.

        Parameters
        ----------
        truth : ndarray of float64, shape (rows,)
            True stars.
        users : ndarray of int64, shape (rows,)
            User ids.
        predictions : Predictions
            What was predicted for the rows.
        stars : tuple of float
            Star values, ascending.
        """
        ids, user_index = np.unique(users, return_inverse=True)
        rows = np.bincount(user_index).astype(np.float64)
        squared = np.bincount(user_index, metrics.squared_errors(truth, predictions.expected))
        absolute = np.bincount(user_index, metrics.absolute_errors(truth, predictions.expected))
        sums = {
            "rows": rows,
            "users": np.ones(len(ids)),
            "confusion": _confusions(user_index, truth, predictions.rating, stars),
            "squared": squared,
            "absolute": absolute,
            "user_rmse": np.sqrt(squared / rows),
            "user_mae": absolute / rows,
        }
        return cls(ids, {**sums, **_probability_sums(user_index, truth, predictions, stars)})

    def weighted(self, weights: np.ndarray) -> Sums:
        """The sums over users under float64 weights (..., users)."""
        limit_blas_threads()  # small products: waking other threads takes longer
        return {
            name: (weights @ sums.reshape(len(sums), -1)).reshape((*weights.shape[:-1], *sums.shape[1:]))
            for name, sums in self.sums.items()
        }

    def totals(self) -> Sums:
        """The sums over all users, each with weight 1."""
        return self.weighted(np.ones(len(self.users)))


def measures(sums: Sums, stars: tuple[float, ...]) -> dict[tuple[str, str], np.ndarray]:
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


def _confusions(user_index: np.ndarray, truth: np.ndarray, rating: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Each user's confusion matrix, float64 (users, stars, stars)."""
    size, users = len(stars), user_index.max(initial=-1) + 1
    cells = np.searchsorted(stars, truth) * size + np.searchsorted(stars, rating)
    counts = np.bincount(user_index * size * size + cells, minlength=users * size * size)
    return counts.reshape(users, size, size).astype(np.float64)


def _probability_sums(
    user_index: np.ndarray, truth: np.ndarray, predictions: Predictions, stars: tuple[float, ...]
) -> Sums:
    """The sums that need probabilities, NaN for a predictor that has none."""
    users, probabilities = user_index.max(initial=-1) + 1, predictions.probabilities
    if probabilities is None:
        undefined = np.full(users, np.nan)
        return {"log_loss": undefined, "brier": undefined, "ranked_probability": undefined, "gaps": undefined[:, None]}
    confidence = probabilities[np.arange(len(probabilities)), np.searchsorted(stars, predictions.rating)]
    cells = user_index * probability_metrics.BINS + probability_metrics.bins_of(confidence)
    gaps = np.bincount(cells, (truth == predictions.rating) - confidence, users * probability_metrics.BINS)
    ranked_probability = probability_metrics.ranked_probability_scores(truth, probabilities, stars)
    return {
        "log_loss": np.bincount(user_index, probability_metrics.log_losses(truth, probabilities, stars)),
        "brier": np.bincount(user_index, probability_metrics.brier_scores(truth, probabilities, stars)),
        "ranked_probability": np.bincount(user_index, ranked_probability),
        "gaps": gaps.reshape(users, probability_metrics.BINS),
    }
