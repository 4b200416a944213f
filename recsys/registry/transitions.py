"""Everything that changes the shelf: by the gate or by hand, one at a time, each written into the journal."""

from __future__ import annotations

from dataclasses import replace

from recsys.core.atomic_file import remove_folder
from recsys.errors import BundleError, GateError
from recsys.registry import bundle, promotion_gate
from recsys.registry.pointer import read_pointer
from recsys.registry.registry import PINS, Registry
from recsys.serving.recommender import Recommender

KEPT = 10  # versions kept besides the active, the previous and the pinned ones


def submit(registry: Registry, challenger: Recommender, who: str, why: str) -> str:
    """Add a trained model, and let it answer if the gate lets it. Returns the version.

    The verdict is kept in the manifest as `gate`, who made it and why as `made`. A refused one stays on the shelf.
    """
    with registry.exclusive():
        verdict = promotion_gate.judge(challenger, champion(registry))
        about = {"gate": verdict.as_dict(), "made": {"who": who, "why": why}}
        version = registry.add(replace(challenger, manifest={**challenger.manifest, **about}))
        if verdict.passed:
            registry.activate("published", version, who, why or _told(verdict))
        else:
            registry.log_event("refused", version, who, why or _told(verdict))
        prune(registry, who)
    return version


def champion(registry: Registry) -> promotion_gate.Champion | None:
    """What a challenger is compared with; None when no active model is intact and measured."""
    version = registry.active_version()
    if version is None:
        return None
    try:
        report = bundle.read_report(registry.path(version))
        data = bundle.read_manifest(registry.path(version)).get("data", {})
    except BundleError:
        return None
    return promotion_gate.Champion(version, data.get("fingerprint", ""), report) if report else None


def promote(registry: Registry, version: str, who: str, why: str = "") -> promotion_gate.Verdict:
    """Let a version answer, once it was loaded whole. Raises GateError when the gate refuses and `why` is empty."""
    with registry.exclusive():
        chosen = bundle.load(registry.path(version))
        if version == registry.active_version():
            if read_pointer(registry.folder).version != version:  # it answered for want of a pointer
                registry.activate("promoted", version, who, why)
            return promotion_gate.Verdict(True, champion=version)
        verdict = promotion_gate.judge(chosen, champion(registry))
        if not verdict.passed and not why.strip():
            remedy = "To let it answer all the same, give a reason."
            raise GateError(f"The gate refuses {version}. {_told(verdict)} {remedy}")
        registry.activate("promoted", version, who, why)
    return verdict


def roll_back(registry: Registry, who: str, why: str = "") -> str:
    """Let the version answer that did before; once more undoes it. Returns the version."""
    with registry.exclusive():
        version = registry.previous_version()
        if version is None:
            raise BundleError("There is no earlier version to go back to. Promote one by its name.")
        bundle.load(registry.path(version))  # a damaged one is refused before anything changes
        registry.activate("rolled back", version, who, why)
    return version


def pin(registry: Registry, version: str, who: str, why: str = "") -> None:
    """Keep a version until it is unpinned."""
    with registry.exclusive():
        registry.path(version)
        if version in registry.pinned():
            return
        with registry.logged("pinned", version, who, why):
            (registry.folder / PINS).mkdir(exist_ok=True)
            (registry.folder / PINS / version).touch()


def unpin(registry: Registry, version: str, who: str, why: str = "") -> None:
    """Let a version be deleted again."""
    with registry.exclusive():
        registry.path(version)
        if version not in registry.pinned():
            return
        with registry.logged("unpinned", version, who, why):
            (registry.folder / PINS / version).unlink(missing_ok=True)


def delete(registry: Registry, version: str, who: str, why: str = "") -> None:
    """Remove a version for good; never the active one, the one before it or one that is pinned."""
    with registry.exclusive():
        registry.path(version)
        if version == registry.active_version():
            raise BundleError(f"{version} is the active version. Promote another one first.")
        if version == registry.previous_version():
            raise BundleError(f"{version} answered before the active one: it is what a rollback goes back to.")
        if version in registry.pinned():
            raise BundleError(f"{version} is pinned. Unpin it first.")
        remove_folder(registry.folder / version)
        registry.log_event("deleted", version, who, why)


def prune(registry: Registry, who: str, arrived: str = "") -> None:
    """Remove the oldest versions over `KEPT`, but not the one that has just arrived; the caller has the turn."""
    spared = registry.pinned() | {registry.active_version(), registry.previous_version(), arrived}
    for version in [version for version in registry.versions() if version not in spared][KEPT:]:
        remove_folder(registry.folder / version)
        registry.log_event("cleaned", version, who, f"more than {KEPT} versions")


def _told(verdict: promotion_gate.Verdict) -> str:
    return " ".join(promotion_gate.in_short(verdict.reasons))
