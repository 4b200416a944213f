"""The small file that says which version answers, and which did before. Readers look at nothing else."""

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
MOST_BYTES = 1000
SHAPE = Fields({"version": (str, None), "previous": (str, None)})
VERSION = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")


@dataclass(frozen=True)
class Pointer:
    """The version that answers and the one before it; None where there is none."""

    version: str | None = None
    previous: str | None = None

    def moved_to(self, version: str) -> Pointer:
        """The pointer after a change; pointing again at the same version forgets nothing."""
        return self if version == self.version else Pointer(version, self.version)


def read_pointer(folder: Path) -> Pointer:
    """What the file says; an empty pointer when it is missing or damaged. Never raises."""
    try:
        value = strict_json.parse(read_regular(os.path.join(folder, POINTER), MOST_BYTES))
        require_shape(value, SHAPE, POINTER)
    except (OSError, ValueError):
        return Pointer()
    return Pointer(_named(value["version"]), _named(value["previous"]))


def write_pointer(folder: Path, pointer: Pointer) -> None:
    """Written beside, then renamed: a reader sees the old one or the new one. Raises OSError."""
    write_file(folder / POINTER, json.dumps(asdict(pointer)).encode())


def _named(value: str | None) -> str | None:
    return value if value and VERSION.fullmatch(value) else None
