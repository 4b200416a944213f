"""Names and text forms of training settings."""

from __future__ import annotations

import re

from recsys.glossary.entry import UNDEFINED
from recsys.glossary.features import extractor_name

DISABLED = "disabled_features"
COMPONENTS = {  # of the settings on the Train page, in its order
    "boosting": "Trees",
    "softmax_regression": "Softmax regression",
    "cross_fitting": "Cross-fitting",
    "damped_bias": "User and movie averages",
    "histograms": "Rating histograms",
    "genre_pca": "Genre PCA",
    "cooccurrence_svd": "Co-occurrence SVD",
    "ease": "EASE",
    "gaussian_process": "Gaussian process",
    "als": "ALS (ranker)",
    "candidate_generation": "Candidates",
    "ranking_examples": "Ranker",
    "": "Report",
}
_ALONE = ("boosting", "cross_fitting", "ranking_examples", "")  # components whose settings are clear by themselves
_NAMES = {"l2": "L2", DISABLED: "Disabled features", "em_iterations": "EM iterations"}
_WORDS = re.compile(r"[a-z][a-z_ ]*")


def component_name(component: str) -> str:
    """A component as people call it."""
    return COMPONENTS.get(component, component.replace("_", " ").capitalize())


def own_name(name: str) -> str:
    """A setting as people call it among others of its component; one that is no word is left as it is."""
    own = name.rpartition(".")[2]
    return _NAMES.get(own, own.replace("_", " ").capitalize() if _WORDS.fullmatch(own) else own)


def setting_name(name: str) -> str:
    """A setting as people call it; with its component, unless it is clear without."""
    component, own = name.rpartition(".")[0], own_name(name)
    return own if component in _ALONE else f"{component_name(component)}: {own if own.isupper() else own.lower()}"


def setting_value(name: str, value: object) -> str:
    """Its value as people write it; a dash for none. Text is as it was given, but for names of extractors."""
    if value is None or value == "":
        return UNDEFINED
    if name == DISABLED:
        return "; ".join(map(extractor_name, str(value).split(",")))
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)
