"""The event log: who changed what in the registry, when and why. One line of JSON per change, only appended to."""

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
MAX_TEXT_LENGTH = 500  # characters of a name or a reason; longer ones are cut
MAX_BYTES = 2**26


@dataclass(frozen=True)
class Entry:
    """One change. The texts are unescaped user input: show them as plain text."""

    time: str  # ISO 8601, UTC
    who: str
    what: str  # published, refused, promoted, rolled back, confirmed, pinned, unpinned, deleted, cleaned or imported
    version: str
    why: str = ""

    @classmethod
    def now(cls, what: str, version: str, who: str, why: str) -> Entry:
        """An entry with the current time."""
        time = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(time, who[:MAX_TEXT_LENGTH], what, version, why[:MAX_TEXT_LENGTH])


SHAPE = Fields({field.name: str for field in fields(Entry)})


def append(folder: Path, entry: Entry) -> int:
    """Append one line in one write, also after an incomplete line that a killed writer left.

    Returns
    -------
    int
        The file's length before, in bytes, for `cut`.

    Raises
    ------
    OSError
        When the disk refuses; then the file is as it was.
    """
    line, path = json.dumps(asdict(entry)).encode() + b"\n", folder / EVENT_LOG
    length_before = path.stat().st_size if path.exists() else 0
    try:
        with open(path, "ab+", opener=opener) as file:
            file.write(line if _last_line_is_complete(file) else b"\n" + line)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        cut(folder, length_before)
        raise
    return length_before


def cut(folder: Path, length: int) -> None:
    """Undo appends by cutting the file to an earlier length, which needs no disk space. Never raises."""
    with suppress(OSError):
        os.truncate(folder / EVENT_LOG, length)


def entries(folder: Path) -> list[Entry]:
    """All entries, the latest first; illegible lines are skipped. Raises OSError."""
    try:
        lines = read_regular(folder / EVENT_LOG, MAX_BYTES).splitlines()
    except FileNotFoundError:
        return []
    oldest_first = [entry for line in lines if (entry := _parsed(line))]
    return oldest_first[::-1]


def _parsed(line: bytes) -> Entry | None:
    try:
        value = strict_json.parse(line)
        require_shape(value, SHAPE, EVENT_LOG)
    except ValueError:
        return None
    return Entry(**value)


def _last_line_is_complete(file: BinaryIO) -> bool:
    """Whether the file ends with a line break, or is empty."""
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
