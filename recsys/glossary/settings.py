"""Names and text forms of training settings."""

from __future__ import annotations

import re

from recsys.glossary.entry import UNDEFINED
from recsys.glossary.features import extractor_name

DISABLED = "disabled_features"
_NAMES = {"l2": "L2", "pca_variance": "PCA variance", DISABLED: "Features left out"}
_WORDS = re.compile(r"[a-z][a-z_ ]*")


def setting_name(name: str) -> str:
    """The name of a setting; an identifier that is not words is left as it is."""
    return _NAMES.get(name, name.replace("_", " ").capitalize() if _WORDS.fullmatch(name) else name)


def setting_value(name: str, value: object) -> str:
    """The value of a setting as text; a dash for none. Identifiers of feature extractors become their names."""
    if value is None or value == "":
        return UNDEFINED
    if name == DISABLED:
        return "; ".join(map(extractor_name, str(value).split(",")))
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)
