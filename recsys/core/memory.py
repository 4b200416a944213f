"""Memory: what a process holds, what the host has, and how freed memory goes back to it.

psutil reads processes and the machine on Linux, macOS and Windows. Three things are our own, because psutil 7 does not
give them: the peak of a process outside of Windows, the limit of a Linux container (psutil tells the machine's memory),
and glibc's `mallopt`, which keeps freed memory from being held at all (`psutil.heap_trim` releases it once).
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if os.name != "nt":
    import resource
if TYPE_CHECKING:
    import psutil  # loaded by the functions that ask it: 20 ms that most commands do without

MEGABYTE = 2**20
LARGE_BLOCK = 8 << 20  # bytes that go back to the system as soon as they are free
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # glibc's malloc.h


def resident_mb(pid: int) -> float | None:
    """Megabytes of memory that a process holds now; None when it is gone or belongs to somebody else."""
    held = _held_mb(pid)
    return None if held is None else held[0]


def own_mb(pid: int) -> float | None:
    """Megabytes that a process alone holds now: without the files, libraries above all, that others map too.

    So much less memory the host has for as long as it runs. None as above.
    """
    held = _held_mb(pid)
    return None if held is None else held[0] - held[1]


def peak_mb() -> float | None:
    """The most megabytes that this process has held; None where the system does not tell.

    Linux's own mark, not `getrusage`: there a child begins with the peak of the process that started it.
    """
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / MEGABYTE
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def peak_own_mb() -> float | None:
    """The most megabytes that this process alone has held, if it maps the same files now as then; None as above."""
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_pagefile / MEGABYTE  # of what `own_mb` is there
    most, held = peak_mb(), _held_mb(os.getpid())
    return None if most is None or held is None else most - held[1]


def return_freed_memory() -> bool:
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
    """Megabytes that a process holds now, and how many of them are shared with others."""
    import psutil

    try:
        process = psutil.Process(pid)
        resident, shared = _held_bytes(process)
    except psutil.Error:
        return None
    return resident / MEGABYTE, shared / MEGABYTE


def _held_bytes(process: psutil.Process) -> tuple[int, int]:
    """Resident bytes and the shared ones among them, from what each system tells (Linux: mapped files)."""
    import psutil

    info = process.memory_info()
    if hasattr(info, "shared"):
        return info.rss, info.shared
    if hasattr(info, "private"):  # Windows: its private bytes count against the host's memory, resident or not
        return info.rss, info.rss - info.private
    try:
        return info.rss, info.rss - process.memory_full_info().uss
    except psutil.AccessDenied:  # macOS may tell this of the asking process only: then all of it counts
        return info.rss, 0


def host_mb(system: Path = Path("/")) -> float | None:
    """Megabytes that this process and its children may hold together: the machine's, or its container's if fewer.

    None where the system does not tell. `system` is where the files of a container's limits are (Linux only).
    """
    import psutil

    limits: list[float] = []
    with suppress(OSError, ValueError, KeyError):  # a sandbox without /proc
        limits.append(psutil.virtual_memory().total / MEGABYTE)
    return min([*limits, *_container_limits(system)], default=None)


def _container_limits(system: Path) -> list[float]:
    """Megabytes that the control groups of this process allow; empty without a limit."""
    limits: list[float] = []
    try:
        groups = (system / "proc/self/cgroup").read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return limits
    for line in groups:
        _, kinds, path = line.split(":", 2)
        folder, name = ("memory", "memory.limit_in_bytes") if kinds else ("", "memory.max")
        if kinds in ("", "memory"):
            for group in (path, "/"):  # inside a container its own group may stand at the root
                with suppress(OSError, ValueError):  # without a limit there is no file, or the word "max"
                    limit = system / "sys/fs/cgroup" / folder / group.lstrip("/") / name
                    limits.append(int(limit.read_text("ascii")) / MEGABYTE)
    return limits
