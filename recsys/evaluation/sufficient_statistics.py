"""What the metrics are made of, summed per user: a bootstrap over users is then weights times sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys import metrics
from recsys.core.blas import limit_blas_threads
from recsys.evaluation.baselines import Predictions
from recsys.metrics import probability as probable
from recsys.schema import star_name

Sums = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class SufficientStatistics:
    """Sums over each user's rows: by part, float64 (users, ...)."""

    users: np.ndarray  # int64 (users,)
    parts: Sums

    @classmethod
    def of(cls, truth: np.ndarray, users: np.ndarray, said: Predictions, stars: tuple[float, ...]) -> Self:
        """From the true stars, the users' ids and what was predicted, per row."""
        ids, owner = np.unique(users, return_inverse=True)
        rows = np.bincount(owner).astype(np.float64)
        squared = np.bincount(owner, metrics.squared_errors(truth, said.expected))
        absolute = np.bincount(owner, metrics.absolute_errors(truth, said.expected))
        parts = {
            "rows": rows,
            "users": np.ones(len(ids)),
            "confusion": _confusions(owner, truth, said.decided, stars),
            "squared": squared,
            "absolute": absolute,
            "user_rmse": np.sqrt(squared / rows),
            "user_mae": absolute / rows,
        }
        return cls(ids, parts | _of_probabilities(owner, truth, said, stars))

    def weighted(self, weights: np.ndarray) -> Sums:
        """The sums over users under float64 weights (..., users)."""
        limit_blas_threads()  # small products, for which waking other threads takes longer
        return {
            name: (weights @ part.reshape(len(part), -1)).reshape((*weights.shape[:-1], *part.shape[1:]))
            for name, part in self.parts.items()
        }

    def whole(self) -> Sums:
        """The sums over all users, each once."""
        return self.weighted(np.ones(len(self.users)))


def measures(sums: Sums, stars: tuple[float, ...]) -> dict[tuple[str, str], np.ndarray]:
    """Every (metric, slice) of some sums, keeping their leading axes."""
    table, rows, users = sums["confusion"], sums["rows"], sums["users"]
    found = {
        ("accuracy", "all"): metrics.accuracy(table),
        ("weighted_kappa", "all"): metrics.weighted_kappa(table),
        ("within_one", "all"): metrics.within_one(table),
        ("rmse", "all"): np.sqrt(sums["squared"] / rows),
        ("mae", "all"): sums["absolute"] / rows,
        ("user_rmse", "all"): sums["user_rmse"] / users,
        ("user_mae", "all"): sums["user_mae"] / users,
        ("log_loss", "all"): sums["log_loss"] / rows,
        ("brier", "all"): sums["brier"] / rows,
        ("ranked_probability", "all"): sums["ranked_probability"] / rows,
        ("calibration_error", "all"): probable.calibration_error(sums["gaps"], rows),
    }
    for name, function in (("precision", metrics.precision), ("recall", metrics.recall), ("f1", metrics.f1)):
        per_star = function(table)
        found[f"macro_{name}", "all"] = metrics.macro(per_star)
        found[f"weighted_{name}", "all"] = metrics.weighted(per_star, table)
        found |= {(name, f"star={star_name(star)}"): per_star[..., i] for i, star in enumerate(stars)}
    return found


def _confusions(owner: np.ndarray, truth: np.ndarray, decided: np.ndarray, stars: tuple[float, ...]) -> np.ndarray:
    """Each user's confusion matrix, float64 (users, stars, stars)."""
    size, users = len(stars), owner.max(initial=-1) + 1
    cells = np.searchsorted(stars, truth) * size + np.searchsorted(stars, decided)
    counts = np.bincount(owner * size * size + cells, minlength=users * size * size)
    return counts.reshape(users, size, size).astype(np.float64)


def _of_probabilities(owner: np.ndarray, truth: np.ndarray, said: Predictions, stars: tuple[float, ...]) -> Sums:
    """The parts that need probabilities, NaN where a predictor has none."""
    users, found = owner.max(initial=-1) + 1, said.probabilities
    if found is None:
        nothing = np.full(users, np.nan)
        return {"log_loss": nothing, "brier": nothing, "ranked_probability": nothing, "gaps": nothing[:, None]}
    sure = found[np.arange(len(found)), np.searchsorted(stars, said.decided)]
    cells = owner * probable.BINS + probable.bins_of(sure)
    gaps = np.bincount(cells, (truth == said.decided) - sure, users * probable.BINS)
    return {
        "log_loss": np.bincount(owner, probable.log_losses(truth, found, stars)),
        "brier": np.bincount(owner, probable.brier_scores(truth, found, stars)),
        "ranked_probability": np.bincount(owner, probable.ranked_probability_scores(truth, found, stars)),
        "gaps": gaps.reshape(users, probable.BINS),
    }
