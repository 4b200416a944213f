"""Names of the models and baselines of a report."""

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
    """The name of a model or baseline; its identifier if the glossary has none."""
    return NAMES.get(role, role)
