"""The pointer: a small file that names the active version and the one before it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from recsys.core import strict_json
from recsys.core.atomic_file import write_file
from recsys.core.json_shape import Fields, require_shape
from recsys.core.regular_file import read_regular

POINTER = "active.json"
MAX_BYTES = 1000
SHAPE = Fields({"version": (str, None), "previous": (str, None)})
VERSION = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")


@dataclass(frozen=True)
class Pointer:
    """The active version and the one before it; None where there is none."""

    version: str | None = None
    previous: str | None = None

    def moved_to(self, version: str) -> Pointer:
        """The pointer after activating a version; activating the active version keeps the previous one."""
        return self if version == self.version else Pointer(version, self.version)


def read_pointer(folder: Path) -> Pointer:
    """The pointer of a registry's folder; an empty one if the file is missing or damaged. Never raises."""
    try:
        value = strict_json.parse(read_regular(os.path.join(folder, POINTER), MAX_BYTES))
        require_shape(value, SHAPE, POINTER)
    except (OSError, ValueError):
        return Pointer()
    return Pointer(_version_or_none(value["version"]), _version_or_none(value["previous"]))


def write_pointer(folder: Path, pointer: Pointer) -> None:
    """Replace the pointer; a reader sees the old one or the new one. Raises OSError."""
    write_file(folder / POINTER, json.dumps(asdict(pointer)).encode())


def _version_or_none(name: str | None) -> str | None:
    return name if name and VERSION.fullmatch(name) else None
