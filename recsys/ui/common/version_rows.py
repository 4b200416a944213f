"""The rows of the shelf as the page tells them; read again only when something on the disk has changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from recsys.evaluation.strongest import strongest
from recsys.glossary import model_name
from recsys.registry import Registry
from recsys.registry.listing import listing
from recsys.ui.common.text import clean

Row = Mapping[str, Any]
NOTHING = "–"
STATES = {  # what a version can be, and the colour of its badge
    "Answers": "green",
    "Answered before": "blue",
    "Pinned": "violet",
    "Refused by the gate": "yellow",
    "Damaged": "red",
}
MEGABYTE = 1e6
STEPS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def rows() -> list[Row]:
    """`listing` of the shelf, newest first; shared between sessions, so nobody changes it."""
    registry = Registry()
    return _listed(str(registry.folder), _stamp(registry))


def states(row: Row) -> list[str]:
    """Which of `STATES` a version is."""
    refused = (row.get("gate") or {}).get("passed") is False
    held = (row["active"], row["previous"], row["pinned"], refused, "problem" in row)
    return [name for name, holds in zip(STATES, held, strict=True) if holds]


def made_by(row: Row) -> tuple[str, str]:
    """Who made a version and why, as plain text; dashes where that was not written down."""
    made = row.get("made") or {}
    return clean(made.get("who") or NOTHING), clean(made.get("why") or NOTHING, 500)


def size(row: Row) -> str:
    """Its size on the disk."""
    return f"{row['bytes'] / MEGABYTE:.1f} MB"


def day(stamp: object) -> str:
    """A moment of a manifest or the journal as people write it, in UTC."""
    moment = _moment(stamp)
    return f"{moment:%d %b %Y, %H:%M}" if moment else NOTHING


def ago(stamp: object, now: datetime | None = None) -> str:
    """How long ago that was: `3 hours ago`."""
    moment = _moment(stamp)
    if moment is None:
        return ""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    for length, unit in STEPS:
        if (count := int(seconds // length)) >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def measured_on(n: Mapping[str, int]) -> str:
    """On how many a version was measured, from the n of its metrics: ratings and, for lists, people."""
    ratings = next((count for name, count in n.items() if "@" not in name), None)
    people = next((count for name, count in n.items() if "@" in name), None)
    parts = [f"{ratings:,} held-out ratings" if ratings is not None else ""]
    parts += [f"{people:,} people for the lists" if people is not None else ""]
    return f"Measured on {'; '.join(filter(None, parts))}."


def best_baseline(row: Row, name: str) -> tuple[str, float] | None:
    """The baseline that is hardest to beat in a metric, as people call it, with its value."""
    values = (row.get("baselines") or {}).get(name, {})
    best = strongest(name, values)
    return None if best is None else (model_name(best), values[best])


def _moment(stamp: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp(registry: Registry) -> tuple[Any, ...]:
    """What changes when anything on the shelf does."""
    versions = tuple((version, _touched(registry.folder / version)) for version in registry.versions())
    return versions, registry.active(), tuple(sorted(registry.pinned()))


def _touched(folder: Path) -> tuple[int, ...]:
    """Size and time of every file: a damaged one is read again."""
    try:
        told = [entry.stat() for entry in sorted(folder.iterdir())]
    except OSError:
        return ()
    return tuple(number for each in told for number in (each.st_size, each.st_mtime_ns))


@st.cache_resource(show_spinner=False, max_entries=1)
def _listed(folder: str, stamp: tuple[Any, ...]) -> list[Row]:
    return list(listing(Registry(Path(folder))))
