"""The model card: one version's data, recipe, figures, checks and limits, as plain values and as one HTML file."""

from recsys.model_card.facts import facts
from recsys.model_card.page import page

__all__ = ["facts", "page"]
