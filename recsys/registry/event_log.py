"""Who changed what on the shelf, when and why: one line of JSON each, only ever added to."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from recsys.core import strict_json
from recsys.core.json_shape import Fields, require_shape
from recsys.core.regular_file import opener, read_regular

EVENT_LOG = "journal.jsonl"
LONGEST_TEXT = 500  # characters kept of a name or a reason
MOST_BYTES = 2**26


@dataclass(frozen=True)
class Entry:
    """One change. Texts are as somebody gave them: show them as plain text."""

    time: str  # ISO 8601, UTC
    who: str
    what: str  # published, refused, promoted, rolled back, confirmed, pinned, unpinned, deleted, cleaned or imported
    version: str
    why: str = ""

    @classmethod
    def now(cls, what: str, version: str, who: str, why: str) -> Entry:
        """A change made this moment."""
        time = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(time, who[:LONGEST_TEXT], what, version, why[:LONGEST_TEXT])


SHAPE = Fields({field.name: str for field in fields(Entry)})


def append(folder: Path, entry: Entry) -> int:
    """Add one line in one write, after whatever a killed writer left of its own. Returns the length before, for `cut`.

    Raises OSError; then the file is as it was.
    """
    line, path = json.dumps(asdict(entry)).encode() + b"\n", folder / EVENT_LOG
    before = path.stat().st_size if path.exists() else 0
    try:
        with open(path, "ab+", opener=opener) as file:
            file.write(line if _ends_well(file) else b"\n" + line)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        cut(folder, before)
        raise
    return before


def cut(folder: Path, length: int) -> None:
    """Take back what was added since the file had this length. It needs no space; never raises."""
    with suppress(OSError):
        os.truncate(folder / EVENT_LOG, length)


def entries(folder: Path) -> list[Entry]:
    """All changes, the latest first; lines that are not legible are passed over. Raises OSError."""
    try:
        lines = read_regular(folder / EVENT_LOG, MOST_BYTES).splitlines()
    except FileNotFoundError:
        return []
    found = [entry for line in lines if (entry := _parsed(line))]
    return found[::-1]


def _parsed(line: bytes) -> Entry | None:
    try:
        value = strict_json.parse(line)
        require_shape(value, SHAPE, EVENT_LOG)
    except ValueError:
        return None
    return Entry(**value)


def _ends_well(file: BinaryIO) -> bool:
    """Whether the last line is whole; an empty file is."""
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
