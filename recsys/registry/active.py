"""Which version answers: the one that the pointer names or, when it does not, the one that the event log names.

A change is written into the log first and into the pointer then. Whoever is killed between leaves a log that names a
version that never answered: `reconcile`, before the next change and at each start, writes down that the pointer holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recsys.registry import event_log
from recsys.registry.event_log import Entry
from recsys.registry.pointer import POINTER, Pointer, read_pointer

ANSWERING = ("published", "promoted", "rolled back", "confirmed")  # what makes a version the active one
IMPORTED = "imported"  # which does so where there is no other
WHO = "the registry"


@dataclass(frozen=True)
class Active:
    """The version that answers, the one before it, and a warning when the pointer could not say so."""

    version: str | None = None
    previous: str | None = None
    warning: str = ""


def active(folder: Path, versions: Sequence[str]) -> Active:
    """What the pointer says; without it what the log says, with a warning. No version where neither knows one.

    `versions` are those that there are. Never raises.
    """
    pointer = read_pointer(folder)
    if pointer.version in versions:
        return Active(pointer.version, pointer.previous if pointer.previous in versions else None)
    logged = answered(_entries(folder))
    present = [version for version in logged if version in versions]
    if not present:
        return Active()
    warning = _warning(pointer, present[0]) if len(logged) > 1 else ""  # one alone leaves no doubt
    return Active(present[0], present[1] if len(present) > 1 else None, warning)


def answered(entries: Sequence[Entry]) -> list[str]:
    """The versions that have answered by the log, whose latest entry comes first: each once, the last one first."""
    found: list[str] = []
    for entry in reversed(entries):
        if entry.what in ANSWERING or (entry.what == IMPORTED and not found):
            found.append(entry.version)
    return list(dict.fromkeys(reversed(found)))


def reconcile(folder: Path, versions: Sequence[str]) -> None:
    """Write into the log that the pointer's version answers, where the log names another; the caller has the turn.

    Raises OSError.
    """
    version, entries = read_pointer(folder).version, event_log.entries(folder)
    logged = answered(entries)[:1]
    if version not in versions or logged == [version] or not logged:
        return
    why = f"{POINTER} names it. The change to {logged[0]} was cut short before that answered."
    event_log.append(folder, Entry.now("confirmed", version, WHO, why))


def _entries(folder: Path) -> list[Entry]:
    try:
        return event_log.entries(folder)
    except OSError:
        return []


def _warning(pointer: Pointer, version: str) -> str:
    problem = f"names {pointer.version}, which is not here" if pointer.version else "is missing or damaged"
    return (
        f"{POINTER} {problem}, so the version that was promoted last is used: {version}. "
        "Promote the version you want, and the file is written again."
    )
