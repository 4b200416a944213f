"""The model card: one version's data, training configuration, metrics, checks and limits, as JSON and HTML."""

from recsys.model_card.facts import facts
from recsys.model_card.page import page

__all__ = ["facts", "page"]
