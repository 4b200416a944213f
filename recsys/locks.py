"""Locks that die with their holder, child processes, memory: the only place where operating systems differ."""

from __future__ import annotations

import _thread
import ctypes
import os
import platform
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

if os.name == "nt":
    import msvcrt
else:
    import fcntl
    import resource

LOW_PRIORITY = 10  # a step of politeness: the page's answers go before the training's trees
LARGE_BLOCK = 8 << 20  # bytes that go back to the system as soon as they are free
_RETRY_SECONDS = 0.01
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # glibc's malloc.h


class ProcessLock:
    """A lock on a file that one holder in one process has, until it lets go or dies.

    The kernel frees it however the process ends. Programs started by the holder do not inherit it. The file
    holds no data and is never deleted: a deleted one would let two holders lock two files of one name.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._descriptor: int | None = None

    def try_acquire(self, wait: float = 0.0) -> bool:
        """Take the lock, trying for `wait` seconds; False when another holder has it.

        A `held_by_someone` elsewhere takes it for microseconds: who must not fail by chance waits a little.
        Raises OSError when the file cannot be opened (folder missing, read-only, not permitted).
        """
        if self._descriptor is not None:
            return False
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        deadline = time.monotonic() + wait
        while not _take(descriptor, shared=False):
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return False
            time.sleep(_RETRY_SECONDS)
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go; harmless when not held."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        try:
            _let_go(descriptor)
        finally:
            os.close(descriptor)

    def held_by_someone(self) -> bool:
        """Whether any process, this one included, holds the lock now. Raises OSError when it may not look."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            free = _take(descriptor, shared=True)
            if free:
                _let_go(descriptor)
            return not free
        finally:
            os.close(descriptor)


def process_alive(pid: int) -> bool:
    """Whether a process of this number may be alive; always True on Windows, where asking can kill."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def has_parent(pid: int) -> bool:
    """Whether the process of this number is still this one's parent; always True on Windows, which does not tell."""
    return os.name == "nt" or os.getppid() == pid


def interrupt() -> None:
    """Raise KeyboardInterrupt in the main thread, as Ctrl-C does, waking it where it waits; for any other thread.

    First the program has to have said `signal.signal(SIGINT, signal.default_int_handler)`: children of a server that
    was started in the background ignore Ctrl-C.
    """
    if os.name == "nt":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


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


def cores() -> int:
    """Processor cores that this process may use at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def machine() -> str:
    """The kind of host, as words: two that are alike need about the same processor time for the same work."""
    model = platform.processor()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return f"{platform.machine()}, {model or 'unknown processor'}, {cores()} cores"


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


def end_process(pid: int, at_once: bool = False) -> None:
    """Ask a process to end, or end it; nothing when it is gone. Raises OSError when it is not permitted."""
    insist = at_once and os.name != "nt"  # on Windows asking is insisting
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL if insist else signal.SIGTERM)


def background_options() -> dict[str, Any]:
    """Options for `subprocess.Popen`: an own group, so that Ctrl-C in the terminal ends the server alone."""
    if os.name == "nt":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def lower_priority(pid: int) -> None:
    """Let a process just started give way to others (threads it makes later do the same)."""
    if os.name != "nt":  # on Windows `background_options` has said so already
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, LOW_PRIORITY)


def _held_mb(pid: int) -> tuple[float, float] | None:
    """Megabytes that a process holds now, and how many of them are files that are mapped."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()
        size = os.sysconf("SC_PAGE_SIZE") / 2**20
        return int(pages[1]) * size, int(pages[2]) * size
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def _take(descriptor: int, shared: bool) -> bool:
    """Lock without waiting; the shared kind lets many look at once (Windows has the exclusive kind only)."""
    try:
        if os.name == "nt":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _let_go(descriptor: int) -> None:
    """Unlock in words, not by closing: a child between fork and exec still has a copy of the descriptor."""
    if os.name == "nt":
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def raise_open_files(wanted: int) -> int | None:
    """Let this process open more files and connections, as far as the system allows; how many, None if unknown."""
    if os.name == "nt":
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    now = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if now == resource.RLIM_INFINITY else now
