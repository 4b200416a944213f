"""Memory: how much a process uses, how much the host has, and how freed memory returns to it.

psutil reads processes and the machine on Linux, macOS and Windows. Three things are our own, because psutil 7 lacks
them: the peak of a process outside of Windows, the limit of a Linux container (psutil reads the machine's memory), and
glibc's `mallopt`, which makes the allocator return freed memory at once (`psutil.heap_trim` does so a single time).
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil  # imported by the functions that use it: 20 ms that most commands do without

MEGABYTE = 2**20
LARGE_BLOCK = 8 << 20  # bytes that go back to the system as soon as they are free
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # glibc's malloc.h


def resident_mb(pid: int) -> float | None:
    """Resident megabytes of a process now; None when it has ended or belongs to another account."""
    usage = _usage_mb(pid)
    return None if usage is None else usage[0]


def own_mb(pid: int) -> float | None:
    """Resident megabytes of a process now that it shares with no other: without mapped files, mostly libraries.

    The host has this much less memory while the process runs. None as in `resident_mb`.
    """
    usage = _usage_mb(pid)
    return None if usage is None else usage[0] - usage[1]


def peak_mb() -> float | None:
    """The most resident megabytes that this process has had; None where the system has no such figure.

    On Linux `VmHWM`, not `getrusage`: there a child begins with the peak of the process that started it.
    """
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / MEGABYTE
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def peak_own_mb() -> float | None:
    """The most megabytes of its own that this process has had; None as in `peak_mb`.

    Exact if the process maps the same files now as it did at its peak.
    """
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_pagefile / MEGABYTE  # the peak of what `own_mb` is on Windows
    peak, usage = peak_mb(), _usage_mb(os.getpid())
    return None if peak is None or usage is None else peak - usage[1]


def return_freed_memory() -> bool:
    """Make the C library return freed memory to the system at once; False where it has no such setting.

    glibc otherwise keeps freed arrays for each thread: a quick training used 677 MB instead of 501, no faster. The
    reader of parquet files keeps 30 MB unless this setting, made before it is imported, names the system's allocator.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    options = {_ARENA_MAX: 1, _MMAP_THRESHOLD: LARGE_BLOCK, _TRIM_THRESHOLD: LARGE_BLOCK}
    return all(set_option(name, value) for name, value in options.items())


def _usage_mb(pid: int) -> tuple[float, float] | None:
    """Resident megabytes of a process, and how many of them it shares with others."""
    import psutil

    try:
        process = psutil.Process(pid)
        resident, shared = _usage_bytes(process)
    except psutil.Error:
        return None
    return resident / MEGABYTE, shared / MEGABYTE


def _usage_bytes(process: psutil.Process) -> tuple[int, int]:
    """Resident bytes and the shared ones among them (on Linux: mapped files)."""
    import psutil

    info = process.memory_info()
    if hasattr(info, "shared"):
        return info.rss, info.shared
    if hasattr(info, "private"):  # Windows: its private bytes count against the host's memory, resident or not
        return info.rss, info.rss - info.private
    try:
        return info.rss, info.rss - process.memory_full_info().uss
    except psutil.AccessDenied:  # macOS may permit this for the calling process only: then all of it counts
        return info.rss, 0


def host_mb(system: Path = Path("/")) -> float | None:
    """Megabytes that this process and its children may use together: the machine's, or its container's if fewer.

    None where the system does not say. `system` is the root of the files with a container's limits (Linux only).
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
        _, controllers, path = line.split(":", 2)
        folder, name = ("memory", "memory.limit_in_bytes") if controllers else ("", "memory.max")
        if controllers in ("", "memory"):
            for group in (path, "/"):  # inside a container its own group may be the root
                with suppress(OSError, ValueError):  # without a limit there is no file, or the word "max"
                    limit = system / "sys/fs/cgroup" / folder / group.lstrip("/") / name
                    limits.append(int(limit.read_text("ascii")) / MEGABYTE)
    return limits
