"""All changes of a registry, through the promotion gate or by hand: one at a time, each in the event log."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from recsys.core.atomic_file import remove_folder
from recsys.errors import BundleError, GateError
from recsys.registry import bundle, promotion_gate
from recsys.registry.pointer import read_pointer
from recsys.registry.registry import PINS, Registry
from recsys.serving.recommender import Recommender

KEPT = 10  # versions kept besides the active, previous, best and pinned ones


def submit(registry: Registry, challenger: Recommender, who: str, why: str) -> str:
    """Add a trained model, and activate it if it passes the promotion gate; a refused one stays in the registry.

    Parameters
    ----------
    registry
        Where the version is added.
    challenger
        The model. The verdict is stored in its manifest as `gate`, `who` and `why` as `made`.
    who, why
        For the event log; without `why` the verdict's reasons are logged.

    Returns
    -------
    str
        The version's name.
    """
    with registry.exclusive():
        verdict = judge(registry, challenger)
        origin = {"gate": verdict.as_dict(), "made": {"who": who, "why": why}}
        version = registry.add(replace(challenger, manifest={**challenger.manifest, **origin}))
        if verdict.passed:
            registry.activate("published", version, who, why or _short_reasons(verdict))
        else:
            registry.log_event("refused", version, who, why or _short_reasons(verdict))
        prune(registry, who)
    return version


def judge(registry: Registry, challenger: Recommender) -> promotion_gate.Verdict:
    """The promotion gate's verdict on a challenger, against the active version and the best one so far."""
    best = best_version(registry, challenger.manifest.get("data", {}).get("fingerprint", ""))
    live = registry.active_version()
    return promotion_gate.judge(
        challenger, champion(registry, live), champion(registry, best) if best != live else None
    )


def best_version(registry: Registry, fingerprint: str) -> str | None:
    """The accepted version, of data with this fingerprint, with the lowest log-loss on the gate set; None without."""
    log_losses = {}
    for version in registry.versions():
        with suppress(BundleError):
            manifest = bundle.read_manifest(registry.path(version))
            verdict, data = manifest.get("gate", {}), manifest.get("data", {})
            if verdict.get("passed") and verdict.get("gate_log_loss") and data.get("fingerprint") == fingerprint:
                log_losses[version] = verdict["gate_log_loss"]
    return min(log_losses, key=lambda version: log_losses[version], default=None)


def champion(registry: Registry, version: str | None) -> promotion_gate.Champion | None:
    """A version as the promotion gate compares it; None unless it is intact and has a report."""
    if version is None:
        return None
    try:
        report = bundle.read_report(registry.path(version))
        data = bundle.read_manifest(registry.path(version)).get("data", {})
    except BundleError:
        return None
    return promotion_gate.Champion(version, data.get("fingerprint", ""), report) if report else None


def _fingerprint(registry: Registry, version: str) -> str:
    """The fingerprint of a version's data; "" if its manifest cannot be read."""
    with suppress(BundleError):
        return str(bundle.read_manifest(registry.path(version)).get("data", {}).get("fingerprint", ""))
    return ""


def promote(registry: Registry, version: str, who: str, why: str = "") -> promotion_gate.Verdict:
    """Activate a version, after it was loaded and judged.

    Raises
    ------
    GateError
        When the promotion gate refuses it and `why` is empty.
    BundleError
        When it does not exist or is damaged.
    """
    with registry.exclusive():
        challenger = bundle.load(registry.path(version))
        if version == registry.active_version():
            if read_pointer(registry.folder).version != version:  # active without a usable pointer
                registry.activate("promoted", version, who, why)
            return promotion_gate.Verdict(True, champion=version)
        verdict = judge(registry, challenger)
        if not verdict.passed and not why.strip():
            remedy = "To promote it anyway, give a reason."
            raise GateError(f"The promotion gate rejects {version}. {_short_reasons(verdict)} {remedy}")
        registry.activate("promoted", version, who, why)
    return verdict


def roll_back(registry: Registry, who: str, why: str = "") -> str:
    """Activate the previous version and return its name; a second rollback undoes the first."""
    with registry.exclusive():
        version = registry.previous_version()
        if version is None:
            raise BundleError("There is no previous version. Promote one by its name instead.")
        bundle.load(registry.path(version))  # raises for a damaged one, before anything changes
        registry.activate("rolled back", version, who, why)
    return version


def pin(registry: Registry, version: str, who: str, why: str = "") -> None:
    """Protect a version from deletion until it is unpinned."""
    with registry.exclusive():
        registry.path(version)
        if version in registry.pinned():
            return
        with registry.logged("pinned", version, who, why):
            (registry.folder / PINS).mkdir(exist_ok=True)
            (registry.folder / PINS / version).touch()


def unpin(registry: Registry, version: str, who: str, why: str = "") -> None:
    """Allow a version to be deleted again."""
    with registry.exclusive():
        registry.path(version)
        if version not in registry.pinned():
            return
        with registry.logged("unpinned", version, who, why):
            (registry.folder / PINS / version).unlink(missing_ok=True)


def delete(registry: Registry, version: str, who: str, why: str = "") -> None:
    """Remove a version for good. Raises BundleError for the active, the previous and pinned ones."""
    with registry.exclusive():
        registry.path(version)
        if version == registry.active_version():
            raise BundleError(f"{version} is live. Promote another version first.")
        if version == registry.previous_version():
            raise BundleError(f"{version} is the previous version, which a rollback needs. It cannot be deleted.")
        if version in registry.pinned():
            raise BundleError(f"{version} is pinned. Unpin it first.")
        remove_folder(registry.folder / version)
        registry.log_event("deleted", version, who, why)


def prune(registry: Registry, who: str, added: str = "") -> None:
    """Remove the oldest versions over `KEPT`; the caller holds the lock.

    The version that was just added stays, and so does the best one of the live version's data, for the promotion gate.
    """
    live = registry.active_version()
    best = best_version(registry, _fingerprint(registry, live)) if live else None
    protected = registry.pinned() | {live, registry.previous_version(), best, added}
    for version in [version for version in registry.versions() if version not in protected][KEPT:]:
        remove_folder(registry.folder / version)
        registry.log_event("cleaned", version, who, f"only the newest {KEPT} are kept")


def _short_reasons(verdict: promotion_gate.Verdict) -> str:
    return " ".join(promotion_gate.shorten_reasons(verdict.reasons))
