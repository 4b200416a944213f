"""Opens regular files and nothing else: no link is followed, and a pipe or device is refused instead of waited for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# A system without one of these flags has no such files.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


def opener(path: str, flags: int) -> int:
    """For `open`: the descriptor of a regular file. Raises OSError for a link, pipe, device or folder."""
    if os.path.islink(path):  # for systems without O_NOFOLLOW
        raise OSError(errno.ELOOP, "it is a link", str(path))
    descriptor = os.open(path, flags | _FLAGS, 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return descriptor


def read_regular(path: str | Path, limit: int) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else, and for more than `limit` bytes."""
    with open(path, "rb", opener=opener) as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise OSError(errno.EFBIG, f"it is larger than {limit:,} bytes", str(path))
        return file.read(size)
