"""Everything that changes the shelf: by the gate or by hand, one at a time, each written into the journal."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

from recsys.errors import BundleError, GateError
from recsys.registry import bundle, promotion_gate
from recsys.registry.pointer import read_pointer
from recsys.registry.registry import PINS, Shelf
from recsys.serving.recommender import Recommender

KEPT = 10  # versions kept besides the active, the previous and the pinned ones


def submit(shelf: Shelf, challenger: Recommender, who: str, why: str) -> str:
    """Add a trained model, and let it answer if the gate lets it. Returns the version.

    The verdict is kept in the manifest as `gate`, who made it and why as `made`. A refused one stays on the shelf.
    """
    with shelf.turn():
        verdict = promotion_gate.judge(challenger, champion(shelf))
        about = {"gate": verdict.as_dict(), "made": {"who": who, "why": why}}
        version = shelf.add(replace(challenger, manifest={**challenger.manifest, **about}))
        if verdict.passed:
            shelf.activate("published", version, who, why or _told(verdict))
        else:
            shelf.note("refused", version, who, why or _told(verdict))
        clean(shelf, who)
    return version


def champion(shelf: Shelf) -> promotion_gate.Champion | None:
    """What a challenger is compared with; None when no active model is intact and measured."""
    version = shelf.active_version()
    if version is None:
        return None
    try:
        report = bundle.read_report(shelf.path(version))
        data = bundle.read_manifest(shelf.path(version)).get("data", {})
    except BundleError:
        return None
    return promotion_gate.Champion(version, data.get("fingerprint", ""), report) if report else None


def promote(shelf: Shelf, version: str, who: str, why: str = "") -> promotion_gate.Verdict:
    """Let a version answer, once it was loaded whole. Raises GateError when the gate refuses and `why` is empty."""
    with shelf.turn():
        chosen = bundle.load(shelf.path(version))
        if version == shelf.active_version():
            if read_pointer(shelf.folder).version != version:  # it answered for want of a pointer
                shelf.activate("promoted", version, who, why)
            return promotion_gate.Verdict(True, champion=version)
        verdict = promotion_gate.judge(chosen, champion(shelf))
        if not verdict.passed and not why.strip():
            remedy = "To let it answer all the same, give a reason."
            raise GateError(f"The gate refuses {version}. {_told(verdict)} {remedy}")
        shelf.activate("promoted", version, who, why)
    return verdict


def roll_back(shelf: Shelf, who: str, why: str = "") -> str:
    """Let the version answer that did before; once more undoes it. Returns the version."""
    with shelf.turn():
        version = shelf.previous_version()
        if version is None:
            raise BundleError("There is no earlier version to go back to. Promote one by its name.")
        bundle.load(shelf.path(version))  # a damaged one is refused before anything changes
        shelf.activate("rolled back", version, who, why)
    return version


def pin(shelf: Shelf, version: str, who: str, why: str = "") -> None:
    """Keep a version until it is unpinned."""
    with shelf.turn():
        shelf.path(version)
        if version in shelf.pinned():
            return
        with shelf.noted("pinned", version, who, why):
            (shelf.folder / PINS).mkdir(exist_ok=True)
            (shelf.folder / PINS / version).touch()


def unpin(shelf: Shelf, version: str, who: str, why: str = "") -> None:
    """Let a version be deleted again."""
    with shelf.turn():
        shelf.path(version)
        if version not in shelf.pinned():
            return
        with shelf.noted("unpinned", version, who, why):
            (shelf.folder / PINS / version).unlink(missing_ok=True)


def delete(shelf: Shelf, version: str, who: str, why: str = "") -> None:
    """Remove a version for good; never the active one, the one before it or one that is pinned."""
    with shelf.turn():
        shelf.path(version)
        if version == shelf.active_version():
            raise BundleError(f"{version} is the active version. Promote another one first.")
        if version == shelf.previous_version():
            raise BundleError(f"{version} answered before the active one: it is what a rollback goes back to.")
        if version in shelf.pinned():
            raise BundleError(f"{version} is pinned. Unpin it first.")
        _remove(shelf, version)
        shelf.note("deleted", version, who, why)


def clean(shelf: Shelf, who: str, arrived: str = "") -> None:
    """Remove the oldest versions over `KEPT`, but not the one that has just arrived; the caller has the turn."""
    spared = shelf.pinned() | {shelf.active_version(), shelf.previous_version(), arrived}
    for version in [version for version in shelf.versions() if version not in spared][KEPT:]:
        _remove(shelf, version)
        shelf.note("cleaned", version, who, f"more than {KEPT} versions")


def _told(verdict: promotion_gate.Verdict) -> str:
    return " ".join(promotion_gate.in_short(verdict.reasons))


def _remove(shelf: Shelf, version: str) -> None:
    """Out of sight in one step, then off the disk: half a version is never on the shelf."""
    gone = shelf.folder / f".gone-{version}-{os.getpid()}"
    (shelf.folder / version).rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
