"""Pure metrics: of decided stars here by name, those of probabilities and lists in files of their own."""

from recsys.metrics.rating import (
    absolute_errors,
    accuracy,
    best_cuts,
    confusion,
    cut_into,
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
