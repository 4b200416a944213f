"""Memory: what a process holds, what the host has, and how freed memory goes back to it."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path

LARGE_BLOCK = 8 << 20  # bytes that go back to the system as soon as they are free
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # glibc's malloc.h


def resident_mb(pid: int) -> float | None:
    """Megabytes of memory that a process holds now; None where the system does not tell without more packages."""
    held = _held_mb(pid)
    return None if held is None else held[0]


def own_mb(pid: int) -> float | None:
    """Megabytes that a process alone holds now: without the files, libraries above all, that others map too.

    So much less memory the host has for as long as it runs. None where the system does not tell.
    """
    held = _held_mb(pid)
    return None if held is None else held[0] - held[1]


def peak_mb() -> float | None:
    """The most megabytes that this process has held; None where the system does not tell without more packages."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def peak_own_mb() -> float | None:
    """The most megabytes that this process alone has held, if it maps the same files now as then; None as above."""
    most, held = peak_mb(), _held_mb(os.getpid())
    return None if most is None or held is None else most - held[1]


def hand_memory_back() -> bool:
    """Keep what this process holds close to what it uses, where the C library can be told; whether it was.

    glibc otherwise keeps freed arrays for each thread: a quick training held 677 MB instead of 501, no faster. The
    reader of parquet files keeps 30 MB of its own unless it is told, before it is loaded, to ask the system.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        tell = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    told = {_ARENA_MAX: 1, _MMAP_THRESHOLD: LARGE_BLOCK, _TRIM_THRESHOLD: LARGE_BLOCK}
    return all(tell(name, value) for name, value in told.items())


def _held_mb(pid: int) -> tuple[float, float] | None:
    """Megabytes that a process holds now, and how many of them are files that are mapped."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()
        size = os.sysconf("SC_PAGE_SIZE") / 2**20
        return int(pages[1]) * size, int(pages[2]) * size
    except (OSError, ValueError, IndexError, AttributeError):
        return None


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
