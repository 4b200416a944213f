"""Every RECSYS_* setting, read in one place, at the moment it is needed."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from recsys.errors import InputError, Problem, shown

SHORTEST_KEY = 12  # characters: guessed at a thousand a second, a random one of that length lasts for ages
CLIENT_RATE, TOTAL_RATE = 10, 50  # requests of the JSON interface a second, of one client and of all
LEAST_MEMORY_MB = 100  # less than Python needs to begin
_FRAME_SOURCE = r"('self'|'none'|https?://[A-Za-z0-9.*:\[\]-]+)"
REPOSITORY = Path(__file__).resolve().parent.parent
CHECKOUT_FILES = ("streamlit_app.py", "pages/home.py")  # the app's own files, which no installed package has beside it
PROJECT = "movie-recommender"  # the folder of an installed package among the user's data


def checkout() -> Path | None:
    """The checkout of the repository that the package is run from.

    Returns
    -------
    Path or None
        The repository's folder, also after `pip install -e`; None when the package is installed without the app.
    """
    return REPOSITORY if all((REPOSITORY / name).is_file() for name in CHECKOUT_FILES) else None


def command() -> str:
    """What starts the command line: `python -m recsys` in a checkout, the script `recsys` when installed."""
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
    """Requests a second of one client and of all: `RECSYS_CLIENT_RATE`, `RECSYS_TOTAL_RATE`; 0 is no limit."""
    return _rate("RECSYS_CLIENT_RATE", CLIENT_RATE), _rate("RECSYS_TOTAL_RATE", TOTAL_RATE)


def trusted_proxies() -> str:
    """Whose `X-Forwarded-For` counts: `FORWARDED_ALLOW_IPS`, which the server itself reads too; "" for nobody's."""
    return os.environ.get("FORWARDED_ALLOW_IPS", "").strip()


def frame_ancestors() -> str:
    """Which sites may show the app in a frame: `RECSYS_FRAME_ANCESTORS`, else its own. InputError for no source."""
    given = os.environ.get("RECSYS_FRAME_ANCESTORS", "").strip() or "'self'"
    if not re.fullmatch(f"{_FRAME_SOURCE}( +{_FRAME_SOURCE})*", given):
        allowed = "'self', 'none' or addresses such as https://example.org, separated by spaces"
        remedy = "Correct the setting or leave it out."
        raise InputError.of([Problem("RECSYS_FRAME_ANCESTORS", shown(given), allowed, remedy)])
    return given


def memory_mb() -> int | None:
    """Megabytes that a training may hold: `RECSYS_MEMORY_MB`; None when it is not set. InputError for no number."""
    given = os.environ.get("RECSYS_MEMORY_MB", "").strip()
    if not given:
        return None
    if not re.fullmatch("[0-9]{1,7}", given) or int(given) < LEAST_MEMORY_MB:
        allowed = f"a whole number of megabytes, at least {LEAST_MEMORY_MB}"
        raise InputError.of(
            [Problem("RECSYS_MEMORY_MB", shown(given), allowed, "Correct the setting or leave it out.")]
        )
    return int(given)


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


def _rate(variable: str, default: int) -> int:
    given = os.environ.get(variable, "").strip() or str(default)
    if not re.fullmatch("[0-9]{1,6}", given):
        remedy = "Correct the setting or leave it out."
        raise InputError.of([Problem(variable, shown(given), "a whole number a second, 0 for no limit", remedy)])
    return int(given)


def _folder(variable: str, default: str) -> Path:
    given = os.environ.get(variable, "").strip()
    if given:
        return Path(given).expanduser().resolve()
    return (checkout() or user_data_path(PROJECT, appauthor=False)) / default
