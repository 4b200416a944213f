"""What the settings of a training, and what else tells two of them apart, are called, and how they are written."""

from __future__ import annotations

import re

from recsys.glossary.entry import UNDEFINED
from recsys.glossary.features import extractor_name

DISABLED = "disabled_features"
_NAMES = {"l2": "L2", "pca_variance": "PCA variance", DISABLED: "Features left out"}
_WORDS = re.compile(r"[a-z][a-z_ ]*")


def setting_name(name: str) -> str:
    """A setting as people call it; one that is no word is left as it is."""
    return _NAMES.get(name, name.replace("_", " ").capitalize() if _WORDS.fullmatch(name) else name)


def setting_value(name: str, value: object) -> str:
    """Its value as people write it; a dash for none. Text is as it was given, but for names of signals."""
    if value is None or value == "":
        return UNDEFINED
    if name == DISABLED:
        return "; ".join(map(extractor_name, str(value).split(",")))
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)
