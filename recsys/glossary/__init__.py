"""Names and explanations of metrics, models, features, groups and settings, for pages, card and command line."""

from recsys.glossary.entry import HIGHER, LOWER, NEITHER, Metric
from recsys.glossary.features import extractor_name, feature_name
from recsys.glossary.groups import group_label, group_words, grouping_name
from recsys.glossary.intervals import INTERVALS_MEANING, SAMPLED, WITHOUT_SEED
from recsys.glossary.lookup import METRICS, counted, metric
from recsys.glossary.models import model_name
from recsys.glossary.settings import COMPONENTS, component_name, own_name, setting_name, setting_value

__all__ = [
    "COMPONENTS",
    "HIGHER",
    "INTERVALS_MEANING",
    "LOWER",
    "METRICS",
    "NEITHER",
    "SAMPLED",
    "WITHOUT_SEED",
    "Metric",
    "component_name",
    "counted",
    "extractor_name",
    "feature_name",
    "group_label",
    "group_words",
    "grouping_name",
    "metric",
    "model_name",
    "own_name",
    "setting_name",
    "setting_value",
]
