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
_NAMES = {  # of settings whose identifier does not say it; by full name where components differ
    DISABLED: "Disabled features",
    "depth": "Depth of a tree",
    "subsample": "Share of rows per tree (subsample)",
    "colsample": "Share of features per split (colsample)",
    "min_child_weight": "Smallest weight of a leaf (min child weight)",
    "l2": "Penalty of the leaves (L2)",
    "bins": "Histogram bins per feature",
    "ridge": "Penalty (ridge)",
    "liked_ridge": "Penalty for liked movies (ridge)",
    "disliked_ridge": "Penalty for disliked movies (ridge)",
    "folds": "Cross-fitting folds",
    "cold_start_fraction": "Share of newcomer rows (cold start)",
    "genre_pca.variance": "Share of variance kept",
    "cooccurrence_svd.axes": "Number of singular vectors (axes)",
    "em_iterations": "EM iterations",
    "noise": "Variance of a rating (noise)",
    "factors": "Number of factors",
    "pool": "Candidates per user (pool)",
    "relevance_threshold": "Liked from this share of the top star",
    "test_fraction": "Share of test ratings",
}
_WORDS = re.compile(r"[a-z][a-z_ ]*")


def component_name(component: str) -> str:
    """A component as people call it."""
    return COMPONENTS.get(component, component.replace("_", " ").capitalize())


def own_name(name: str) -> str:
    """A setting as people call it among others of its component; one that is no word is left as it is."""
    own = name.rpartition(".")[2]
    fallback = own.replace("_", " ").capitalize() if _WORDS.fullmatch(own) else own
    return _NAMES.get(name) or _NAMES.get(own, fallback)


def setting_name(name: str) -> str:
    """A setting as people call it; with its component, unless it is clear without."""
    component, own = name.rpartition(".")[0], own_name(name)
    return own if component in _ALONE else f"{component_name(component)}: {_within_sentence(own)}"


def _within_sentence(words: str) -> str:
    """Without its capital, unless it starts with an abbreviation."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def setting_value(name: str, value: object) -> str:
    """Its value as people write it; a dash for none. Text is as it was given, but for names of extractors."""
    if value is None or value == "":
        return UNDEFINED
    if name == DISABLED:
        return "; ".join(map(extractor_name, str(value).split(",")))
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)
