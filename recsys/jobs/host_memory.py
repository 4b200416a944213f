"""The memory of the host, or of the container that this runs in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def host_mb(system: Path = Path("/")) -> float | None:
    """Megabytes that this process and its children may hold together: the machine's, or its container's if fewer.

    None where the system does not tell. `system` is where its files are.
    """
    try:
        told = (system / "proc/meminfo").read_text("ascii").splitlines()
        found = [int(line.split()[1]) / 1024 for line in told if line.startswith("MemTotal:")]
        groups = (system / "proc/self/cgroup").read_text("utf-8").splitlines()
    except (OSError, ValueError, IndexError):
        return None
    for line in groups:
        _, kinds, path = line.split(":", 2)
        where, name = ("memory", "memory.limit_in_bytes") if kinds else ("", "memory.max")
        if kinds in ("", "memory"):
            for place in (path, "/"):  # inside a container its own group may stand at the root
                with suppress(OSError, ValueError):  # without a limit there is no file, or the word "max"
                    limit = system / "sys/fs/cgroup" / where / place.lstrip("/") / name
                    found.append(int(limit.read_text("ascii")) / 2**20)
    return min(found, default=None)
