"""Names of the models and baselines of a report."""

from __future__ import annotations

NAMES = {
    "model": "This model",
    "bias": "User and movie averages",
    "majority": "Most common star",
    "original": "Original model",
    "popularity": "Popular",
    "actual": "Actual",
}


def model_name(role: str) -> str:
    """The name of a model or baseline; its identifier if the glossary has none."""
    return NAMES.get(role, role)
