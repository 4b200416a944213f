"""A lock on a file that dies with its holder.

Our own, on `flock` and `msvcrt`: the package `filelock` can't be asked whether anybody holds a lock without taking it,
and makes a folder that is missing, where a missing models folder has to be an error.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

if os.name == "nt":
    import msvcrt
else:
    import fcntl

_RETRY_SECONDS = 0.01


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

        A `is_locked` elsewhere takes it for microseconds: who must not fail by chance waits a little.
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

    def is_locked(self) -> bool:
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
