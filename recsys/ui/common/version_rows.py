"""The registry's versions as rows for the pages; read again only if something on disk has changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from recsys.data import sources
from recsys.evaluation.strongest import strongest
from recsys.glossary import model_name
from recsys.registry import Registry
from recsys.registry.event_log import EVENT_LOG
from recsys.registry.listing import listing
from recsys.registry.version_names import version_name, with_names
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import clean, plain

Row = Mapping[str, Any]
MISSING = "–"
STATES = {  # badge colour by state of a version
    "Live": "green",
    "Previous": "blue",
    "Pinned": "violet",
    "Rejected": "yellow",
    "Damaged": "red",
}
MEGABYTE = 1e6
STEPS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def rows() -> list[Row]:
    """`listing` of the registry with the name of each version, newest first; its values are shared between sessions."""
    registry = Registry()
    return [{**row, "name": _name(row)} for row in _cached_rows(str(registry.folder), _registry_state(registry))]


def names() -> dict[str, str]:
    """The name of each version in the registry, by id: `v2 · quick · today 14:06`."""
    return {row["version"]: row["name"] for row in rows()}


def short_name(row: Row) -> str:
    """The name of a version on a button or above a column, as Markdown: `v2`; the full one if it has no number."""
    return f"v{row['number']}" if row["number"] else plain(row["name"])


def data_name(row: Row) -> str:
    """The name of the data that a version was trained on, as on the page Data."""
    name = (row.get("data") or {}).get("name")
    return sources.TITLE if name == sources.NAME else clean(name or MISSING)


def readable(text: str) -> str:
    """A message with the names of versions instead of their ids."""
    return with_names(text, _name_by_id)


def display_name(recommender: Recommender) -> str:
    """The name of a loaded model, which may be a private trial that no registry has."""
    number = _number(str(Registry().folder), recommender.version)
    return version_name(recommender.version, number, str(recommender.manifest.get("preset") or ""))


@st.cache_data(show_spinner=False, max_entries=50)
def _number(folder: str, version: str) -> int | None:
    """The number of a version, which never changes."""
    return Registry(Path(folder)).version_numbers().get(version)


def states(row: Row) -> list[str]:
    """The states of a version, as in `STATES`."""
    refused = (row.get("gate") or {}).get("passed") is False
    flags = (row["active"], row["previous"], row["pinned"], refused, "problem" in row)
    return [name for name, applies in zip(STATES, flags, strict=True) if applies]


def made_by(row: Row) -> tuple[str, str]:
    """Author and reason of a version as plain text; dashes if not recorded."""
    origin = row.get("made") or {}
    return clean(origin.get("who") or MISSING), clean(origin.get("why") or MISSING, 500)


def size(row: Row) -> str:
    """Size of a version on disk."""
    return f"{row['bytes'] / MEGABYTE:.1f} MB"


def format_time(timestamp: object) -> str:
    """A time from a manifest or the event log: `25 Nov 2026, 19:27`, in UTC."""
    time = _parse_time(timestamp)
    return f"{time:%d %b %Y, %H:%M}" if time else MISSING


def ago(timestamp: object, now: datetime | None = None) -> str:
    """How long ago a time was: `3 hours ago`."""
    time = _parse_time(timestamp)
    if time is None:
        return ""
    seconds = ((now or datetime.now(UTC)) - time).total_seconds()
    for length, unit in STEPS:
        if (count := int(seconds // length)) >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def measured_on(n: Mapping[str, int]) -> str:
    """Sample sizes of a version's metrics: held-out ratings and, for list metrics, users."""
    ratings = next((count for name, count in n.items() if "@" not in name), None)
    users = next((count for name, count in n.items() if "@" in name), None)
    samples = [f"{ratings:,} held-out ratings" if ratings is not None else ""]
    samples += [f"{users:,} users for the ranking metrics" if users is not None else ""]
    return f"Tested on {'; '.join(filter(None, samples))}."


def best_baseline(row: Row, name: str) -> tuple[str, float] | None:
    """Label and value of the strongest baseline in a metric; None without baselines."""
    values = (row.get("baselines") or {}).get(name, {})
    best = strongest(name, values)
    return None if best is None else (model_name(best), values[best])


def _parse_time(timestamp: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(str(timestamp))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _registry_state(registry: Registry) -> tuple[Any, ...]:
    """A cache key that changes with anything in the registry."""
    versions = tuple((version, _file_states(registry.folder / version)) for version in registry.versions())
    log = _file_state(registry.folder / EVENT_LOG)
    return versions, registry.active(), tuple(sorted(registry.pinned())), log


def _name(row: Row) -> str:
    return version_name(row["version"], row["number"], clean(row.get("preset") or ""))


def _name_by_id(version: str) -> str:
    return names().get(version) or version_name(version, Registry().version_numbers().get(version))


def _file_states(folder: Path) -> tuple[int, ...]:
    """Size and modification time of every file, so that a damaged one is read again."""
    try:
        stats = [entry.stat() for entry in sorted(folder.iterdir())]
    except OSError:
        return ()
    return tuple(number for stat in stats for number in (stat.st_size, stat.st_mtime_ns))


def _file_state(file: Path) -> tuple[int, ...]:
    try:
        stat = file.stat()
    except OSError:
        return ()
    return stat.st_size, stat.st_mtime_ns


@st.cache_resource(show_spinner=False, max_entries=1)
def _cached_rows(folder: str, state: tuple[Any, ...]) -> list[Row]:
    return list(listing(Registry(Path(folder))))
