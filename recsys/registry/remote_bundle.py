"""The bundle of `RECSYS_BUNDLE`: what a host that starts with an empty registry fetches before it trains a model."""

from __future__ import annotations

import hashlib

from recsys.core.progress import Progress
from recsys.data.download import TimeoutPolicy, fetch
from recsys.errors import BundleError
from recsys.registry.archive import LARGEST, unpack
from recsys.registry.registry import Registry
from recsys.settings import bundle_address

TIMEOUTS = TimeoutPolicy(first=20.0, window=10.0, largest=LARGEST)
WHO, WHY = "at start", "RECSYS_BUNDLE"


def fetch_remote_bundle(registry: Registry, progress: Progress) -> str | None:
    """Fetch the model of `RECSYS_BUNDLE` and let it answer; None when the setting is empty. Returns the version.

    Parameters
    ----------
    registry
        Where the version is imported; see `archive.unpack`.
    progress
        Called with the phase, the fraction of it that is done (0..1) and a message.

    Returns
    -------
    str or None
        The version's name; None when the setting is empty.

    Raises
    ------
    InputError
        For a setting of the wrong form.
    SourceError
        When the address does not deliver.
    BundleError
        When the bytes have another sha256 than the setting, or are not an intact version.
    """
    setting = bundle_address()
    if setting is None:
        return None
    progress("fetch", 0.0, "downloading the model of RECSYS_BUNDLE")
    content = fetch(
        setting.address,
        TIMEOUTS,
        lambda received, expected: progress("fetch", received / expected if expected else 0.0, ""),
    )
    if hashlib.sha256(content).hexdigest() != setting.sha256:
        raise BundleError("The file at RECSYS_BUNDLE has another sha256 than the setting, so it was not used.")
    return unpack(registry, content, WHO, WHY)
