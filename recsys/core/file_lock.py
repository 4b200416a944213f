"""A file lock that ends with its holder.

Our own, on `flock` and `msvcrt`: the package `filelock` can't be asked whether anybody holds a lock without taking it,
and makes a folder that is missing, where a missing models folder has to be an error.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_RETRY_SECONDS = 0.01


class ProcessLock:
    """A file lock with one holder, in one process, until it is released or the process ends.

    The kernel frees it however the process ends. Programs started by the holder do not inherit it. The file
    contains no data and is never deleted: a deleted one would let two holders lock two files of one name.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._descriptor: int | None = None

    def try_acquire(self, wait: float = 0.0) -> bool:
        """Take the lock, trying for `wait` seconds; False when another holder has it.

        `is_locked` in another process takes it for microseconds: wait a little where that must not count as locked.
        Raises OSError when the file cannot be opened (folder missing, read-only, not permitted).
        """
        if self._descriptor is not None:
            return False
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        deadline = time.monotonic() + wait
        while not _lock(descriptor, shared=False):
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return False
            time.sleep(_RETRY_SECONDS)
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Release the lock; harmless when this object does not hold it."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        try:
            _unlock(descriptor)
        finally:
            os.close(descriptor)

    def is_locked(self) -> bool:
        """Whether any process, this one included, holds the lock now. Raises OSError when the file cannot be opened."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            free = _lock(descriptor, shared=True)
            if free:
                _unlock(descriptor)
            return not free
        finally:
            os.close(descriptor)


def _lock(descriptor: int, shared: bool) -> bool:
    """Lock without waiting; many readers can share a lock at once (Windows has exclusive locks only)."""
    try:
        _system_lock(descriptor, shared)
    except (BlockingIOError, PermissionError):
        return False
    return True


# `_unlock` is explicit, because closing is not enough: a child between fork and exec has a copy of the descriptor.
if os.name == "nt":
    import msvcrt

    def _system_lock(descriptor: int, shared: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _system_lock(descriptor: int, shared: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
