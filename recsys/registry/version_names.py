"""Names of versions for people: `v2 · quick · today 14:06`. Their ids stay in details, commands and routes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from recsys.registry.event_log import Entry
from recsys.registry.pointer import VERSION

ADDING_EVENTS = ("published", "refused", "imported")  # of the event log: each adds a version


def version_numbers(entries: Sequence[Entry]) -> dict[str, int]:
    """Number the versions from 1 in the order in which they were added.

    Lines of the event log are never removed, so a version keeps its number when older ones are deleted.

    Parameters
    ----------
    entries
        The event log, the latest entry first.

    Returns
    -------
    dict of str to int
        Number by version id, deleted versions included.
    """
    added = [entry.version for entry in reversed(entries) if entry.what in ADDING_EVENTS]
    return {version: number for number, version in enumerate(dict.fromkeys(added), 1)}


def version_name(version: str, number: int | None, preset: str = "", now: datetime | None = None) -> str:
    """The name of a version: its number, its preset, and when it was made (UTC).

    Parameters
    ----------
    version
        The id; anything else, such as the name of a private trial, is returned as it is.
    number
        From `version_numbers`. Without one, the end of the id keeps the name unique.
    preset
        Of its training; may be empty.
    now
        The current time; replaced in tests.

    Examples
    --------
    >>> version_name("20261130-140612-7be08b", 3, "quick", datetime(2026, 12, 24, tzinfo=UTC))
    'v3 · quick · 30 Nov 14:06'
    >>> version_name("20261130-140612-7be08b", None, "quick", datetime(2026, 11, 30, 15, tzinfo=UTC))
    'quick · today 14:06 (7be08b)'
    """
    if not VERSION.fullmatch(version):
        return version
    parts = [f"v{number}" if number else "", preset, _when(version, now or datetime.now(UTC))]
    name = " · ".join(filter(None, parts))
    return name if number else f"{name} ({version[-6:]})"


def with_names(text: str, name_of: Callable[[str], str]) -> str:
    """A message with each version's id replaced by its name."""
    return VERSION.sub(lambda match: name_of(match[0]), text)


def _when(version: str, now: datetime) -> str:
    """The time in a version's id: `today 14:06`, `30 Nov 14:06`, `30 Nov 2025 14:06`."""
    try:
        made = datetime.strptime(version[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return ""
    if made.date() == now.date():
        return f"today {made:%H:%M}"
    return f"{made.day} {made:%b %H:%M}" if made.year == now.year else f"{made.day} {made:%b %Y %H:%M}"
