"""Pure metric functions: those of predicted stars and expected ratings here, the others in their modules."""

from recsys.metrics.cut_points import best_cuts, cut_into
from recsys.metrics.rating import (
    absolute_errors,
    accuracy,
    confusion,
    f1,
    macro,
    precision,
    recall,
    squared_errors,
    weighted,
    weighted_kappa,
    within_one,
)

__all__ = [
    "absolute_errors",
    "accuracy",
    "best_cuts",
    "confusion",
    "cut_into",
    "f1",
    "macro",
    "precision",
    "recall",
    "squared_errors",
    "weighted",
    "weighted_kappa",
    "within_one",
]
