"""Every RECSYS_* setting, read in one place, at the moment it is needed."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from recsys.errors import InputError, Problem, shown

REPOSITORY = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """Where downloaded ratings are kept: `RECSYS_DATA`, else `data/` in the repository."""
    return _folder("RECSYS_DATA", "data")


def models_folder() -> Path:
    """Where trained bundles are kept: `RECSYS_MODELS`, else `models/` in the repository."""
    return _folder("RECSYS_MODELS", "models")


@dataclass(frozen=True)
class BundleAddress:
    """Where a model is kept that a host without one may fetch, and what its bytes must be."""

    address: str
    sha256: str


def bundle_address() -> BundleAddress | None:
    """`RECSYS_BUNDLE`, as https://HOST/FILE.zip#sha256=HEX; None when it is empty. InputError for another form."""
    given = os.environ.get("RECSYS_BUNDLE", "").strip()
    if not given:
        return None
    address, _, sha256 = given.partition("#sha256=")
    if not address.startswith(("https://", "http://")) or not re.fullmatch("[0-9a-fA-F]{64}", sha256):
        allowed = "https://HOST/FILE.zip#sha256= and 64 hexadecimal digits"
        remedy = "Write the address and the file's sha256, or leave the setting out."
        raise InputError.of([Problem("RECSYS_BUNDLE", shown(given), allowed, remedy)])
    return BundleAddress(address, sha256.lower())


def _folder(variable: str, default: str) -> Path:
    given = os.environ.get(variable, "").strip()
    return Path(given).expanduser().resolve() if given else REPOSITORY / default
