"""Every RECSYS_* setting, read from the environment when it is needed."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from recsys.errors import InputError, Problem, shown

MIN_KEY_LENGTH = 12  # characters; a random key of that length withstands a thousand guesses a second
CLIENT_RATE, TOTAL_RATE = 10, 50  # requests of the JSON API a second, per client and in total
MIN_MEMORY_MB = 100  # Python needs more than that to start
_FRAME_SOURCE = r"('self'|'none'|https?://[A-Za-z0-9.*:\[\]-]+)"
REPOSITORY = Path(__file__).resolve().parent.parent
CHECKOUT_FILES = ("streamlit_app.py", "pages/home.py")  # files that an installed package does not have beside it
PROJECT = "movie-recommender"  # the name of an installed package's folder in the user's data folder


def checkout() -> Path | None:
    """The checkout of the repository that the package is run from.

    Returns
    -------
    Path or None
        The repository's folder, also after `pip install -e`; None when the package is installed without the app.
    """
    return REPOSITORY if all((REPOSITORY / name).is_file() for name in CHECKOUT_FILES) else None


def command() -> str:
    """The command that starts the command line: `python -m recsys` in a checkout, `recsys` when installed."""
    return "python -m recsys" if checkout() else "recsys"


def data_folder() -> Path:
    """Folder of downloaded ratings.

    Returns
    -------
    Path
        `RECSYS_DATA`; else `data/` in the checkout or, when the package is installed, in the user's data folder.
    """
    return _folder("RECSYS_DATA", "data")


def models_folder() -> Path:
    """Folder of trained models.

    Returns
    -------
    Path
        `RECSYS_MODELS`; else `models/` in the checkout or, when the package is installed, in the user's data folder.
    """
    return _folder("RECSYS_MODELS", "models")


def admin_key() -> str:
    """The owner's key: `RECSYS_ADMIN_KEY`, "" when the owner has set none."""
    return os.environ.get("RECSYS_ADMIN_KEY", "").strip()


def request_rates() -> tuple[int, int]:
    """Requests a second per client and in total: `RECSYS_CLIENT_RATE`, `RECSYS_TOTAL_RATE`; 0 is no limit."""
    return _rate("RECSYS_CLIENT_RATE", CLIENT_RATE), _rate("RECSYS_TOTAL_RATE", TOTAL_RATE)


def trusted_proxies() -> str:
    """The proxies whose `X-Forwarded-For` is trusted: `FORWARDED_ALLOW_IPS`, read by the server too; "" for none."""
    return os.environ.get("FORWARDED_ALLOW_IPS", "").strip()


def frame_ancestors() -> str:
    """The sites that may show the app in a frame: `RECSYS_FRAME_ANCESTORS`, by default its own.

    Raises InputError for anything but CSP sources.
    """
    sources = os.environ.get("RECSYS_FRAME_ANCESTORS", "").strip() or "'self'"
    if not re.fullmatch(f"{_FRAME_SOURCE}( +{_FRAME_SOURCE})*", sources):
        allowed = "'self', 'none' or addresses such as https://example.org, separated by spaces"
        remedy = "Correct the setting or leave it out."
        raise InputError.of([Problem("RECSYS_FRAME_ANCESTORS", shown(sources), allowed, remedy)])
    return sources


def memory_mb() -> int | None:
    """The memory limit of a training in megabytes: `RECSYS_MEMORY_MB`; None when it is not set.

    Raises InputError for anything but a whole number of at least `MIN_MEMORY_MB`.
    """
    text = os.environ.get("RECSYS_MEMORY_MB", "").strip()
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,7}", text) or int(text) < MIN_MEMORY_MB:
        allowed = f"a whole number of megabytes, at least {MIN_MEMORY_MB}"
        raise InputError.of([Problem("RECSYS_MEMORY_MB", shown(text), allowed, "Correct the setting or leave it out.")])
    return int(text)


@dataclass(frozen=True)
class BundleAddress:
    """The address of a bundle that a host without a model fetches, and the sha256 of its bytes."""

    address: str
    sha256: str


def bundle_address() -> BundleAddress | None:
    """`RECSYS_BUNDLE`, as https://HOST/FILE.zip#sha256=HEX; None when it is empty. InputError for another form."""
    text = os.environ.get("RECSYS_BUNDLE", "").strip()
    if not text:
        return None
    address, _, sha256 = text.partition("#sha256=")
    if not address.startswith(("https://", "http://")) or not re.fullmatch("[0-9a-fA-F]{64}", sha256):
        allowed = "https://HOST/FILE.zip#sha256= and 64 hexadecimal digits"
        remedy = "Write the address and the file's sha256, or leave the setting out."
        raise InputError.of([Problem("RECSYS_BUNDLE", shown(text), allowed, remedy)])
    return BundleAddress(address, sha256.lower())


def _rate(variable: str, default: int) -> int:
    text = os.environ.get(variable, "").strip() or str(default)
    if not re.fullmatch("[0-9]{1,6}", text):
        remedy = "Correct the setting or leave it out."
        raise InputError.of([Problem(variable, shown(text), "a whole number a second, 0 for no limit", remedy)])
    return int(text)


def _folder(variable: str, default: str) -> Path:
    path = os.environ.get(variable, "").strip()
    if path:
        return Path(path).expanduser().resolve()
    return (checkout() or user_data_path(PROJECT, appauthor=False)) / default
