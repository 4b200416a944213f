"""What every metric of a report means, in one place for page, card and command line."""

from recsys.glossary.entry import HIGHER, LOWER, NEITHER, Metric
from recsys.glossary.lookup import METRICS, metric
from recsys.glossary.models import model_name

__all__ = ["HIGHER", "LOWER", "METRICS", "NEITHER", "Metric", "metric", "model_name"]
