"""The model that the owner keeps elsewhere: fetched by a host that woke up empty, before it trains one itself."""

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

    Raises InputError for a setting that is not of the right form, SourceError when it cannot be fetched, BundleError
    when it is not what the setting's sha256 says or not an intact version.
    """
    wanted = bundle_address()
    if wanted is None:
        return None
    progress("fetch", 0.0, "fetching the model of RECSYS_BUNDLE")
    content = fetch(wanted.address, TIMEOUTS, lambda got, of: progress("fetch", got / of if of else 0.0, ""))
    if hashlib.sha256(content).hexdigest() != wanted.sha256:
        raise BundleError("What RECSYS_BUNDLE's address gave has another sha256 than the setting. It was not used.")
    return unpack(registry, content, WHO, WHY)
