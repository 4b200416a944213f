"""The active version: the one that the pointer names or, without a usable pointer, the latest in the event log.

A change is written to the event log first and to the pointer second. A process killed in between leaves a log entry for
a version that was never active: `reconcile`, run before the next change and at each start, logs the pointer's version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recsys.registry import event_log
from recsys.registry.event_log import Entry
from recsys.registry.pointer import POINTER, Pointer, read_pointer

ACTIVATING_EVENTS = ("published", "promoted", "rolled back", "confirmed")  # events that make a version the active one
IMPORTED = "imported"  # an event that does so only in a registry without an active version
WHO = "the registry"


@dataclass(frozen=True)
class ActiveVersion:
    """The active version, the one before it, and a warning when the pointer could not be used."""

    version: str | None = None
    previous: str | None = None
    warning: str = ""


def find_active(folder: Path, list_versions: Callable[[], Sequence[str]]) -> ActiveVersion:
    """The active version according to the pointer, else according to the event log. Never raises.

    Parameters
    ----------
    folder
        The registry's folder.
    list_versions
        Lists the versions that exist in it. It is called after the pointer was read: a version exists before the
        pointer names it, so that one that is published meanwhile is never taken for missing.

    Returns
    -------
    ActiveVersion
        With a warning if the event log was needed and names more than one version; without a version if neither
        source names an existing one.
    """
    pointer = read_pointer(folder)
    versions = list_versions()
    if pointer.version in versions:
        return ActiveVersion(pointer.version, pointer.previous if pointer.previous in versions else None)
    logged = activated_versions(_entries(folder))
    existing = [version for version in logged if version in versions]
    if not existing:
        return ActiveVersion()
    warning = _warning(pointer, existing[0]) if len(logged) > 1 else ""  # a single version leaves no doubt
    return ActiveVersion(existing[0], existing[1] if len(existing) > 1 else None, warning)


def activated_versions(entries: Sequence[Entry]) -> list[str]:
    """Every version that was active according to the event log (latest entry first), the last active one first."""
    activated: list[str] = []
    for entry in reversed(entries):
        if entry.what in ACTIVATING_EVENTS or (entry.what == IMPORTED and not activated):
            activated.append(entry.version)
    return list(dict.fromkeys(reversed(activated)))


def reconcile(folder: Path, versions: Sequence[str]) -> None:
    """Log that the pointer's version is active, if the event log names another one. Raises OSError.

    The caller holds the registry's lock.
    """
    active, entries = read_pointer(folder).version, event_log.entries(folder)
    logged = activated_versions(entries)[:1]
    if active is None or active not in versions or logged == [active] or not logged:
        return
    why = f"{POINTER} names it. The change to {logged[0]} was interrupted."
    event_log.append(folder, Entry.now("confirmed", active, WHO, why))


def _entries(folder: Path) -> list[Entry]:
    try:
        return event_log.entries(folder)
    except OSError:
        return []


def _warning(pointer: Pointer, version: str) -> str:
    problem = f"names {pointer.version}, which does not exist" if pointer.version else "is missing or damaged"
    return (
        f"{POINTER} {problem}. The version promoted last is used: {version}. "
        "Promote the version you want, which writes the file again."
    )
