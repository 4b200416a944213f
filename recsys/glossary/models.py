"""What the predictors of a report are called."""

from __future__ import annotations

NAMES = {
    "model": "This model",
    "bias": "Damped bias",
    "majority": "Commonest star",
    "original": "Original recipe",
    "popularity": "Most popular",
    "actual": "Given",
}


def model_name(role: str) -> str:
    """A predictor of a report as people call it."""
    return NAMES.get(role, role)
