"""Every RECSYS_* setting, read in one place, at the moment it is needed."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """Where downloaded ratings are kept: `RECSYS_DATA`, else `data/` in the repository."""
    return _folder("RECSYS_DATA", "data")


def models_folder() -> Path:
    """Where trained bundles are kept: `RECSYS_MODELS`, else `models/` in the repository."""
    return _folder("RECSYS_MODELS", "models")


def _folder(variable: str, default: str) -> Path:
    given = os.environ.get(variable, "").strip()
    return Path(given).expanduser().resolve() if given else REPOSITORY / default
