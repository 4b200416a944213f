"""Files and folders that appear and disappear whole: written beside under a leftover's name, then renamed.

A reader sees the old content or the new one. A writer that fails removes what it wrote; one that is killed leaves
`.new-<name>-<process>-<random>` or `.gone-<name>-<process>-<random>`, which `remove_leftovers` finds.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

NEW, GONE = ".new-", ".gone-"  # how the names of leftovers begin
_ATTEMPTS, _PAUSE_SECONDS = 3, 0.03


def write_file(target: Path, content: bytes, durable: bool = True) -> None:
    """Write a file, or replace it, in one step.

    Parameters
    ----------
    target
        The file; its folder must exist.
    content
        All of its bytes.
    durable
        Whether the bytes must be on the disk before the rename, so that a power cut cannot lose both contents.

    Raises
    ------
    OSError
        When the disk refuses; then the target is as it was and nothing is left beside it.
    """
    with temporary_path(target) as beside:
        write_new(beside, content, durable)
        rename_over(beside, target)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which gets its place in one step at the end of the block, unless the block raises.

    Parameters
    ----------
    target
        Where the folder will be; its parents are made. A folder with files at this place is an OSError at the end.

    Yields
    ------
    Path
        An empty folder beside the target and of the same name.
    """
    with temporary_path(target) as beside:
        folder = beside / target.name
        folder.mkdir(parents=True)
        yield folder
        folder.rename(target)


def remove_folder(folder: Path) -> None:
    """Remove a folder: renamed in one step, then deleted as far as the disk lets it. Raises OSError."""
    gone = _beside(folder, GONE)
    folder.rename(gone)
    _delete(gone)


def write_new(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file that does not exist yet; `durable` as in `write_file`. Raises OSError."""
    with open(path, "xb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def temporary_path(target: Path) -> Iterator[Path]:
    """A free path beside a target; whatever is there at the end of the block is removed."""
    beside = _beside(target, NEW)
    try:
        yield beside
    finally:
        _delete(beside)


def rename_over(source: Path, target: Path) -> None:
    """Give a file its name, in place of the one that has it. Raises OSError.

    On Windows a reader that has the target open at this moment makes the rename fail, so it is tried again.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return os.replace(source, target)
        except PermissionError:
            if attempt + 1 == _ATTEMPTS:
                raise
            time.sleep(_PAUSE_SECONDS)


def remove_leftovers(folder: Path, min_age_seconds: float = 0.0, also: Sequence[str] = ()) -> None:
    """Remove what killed writers left directly in a folder. Never raises.

    Parameters
    ----------
    folder
        The folder of the targets; nothing happens when it does not exist.
    min_age_seconds
        Younger ones stay, for another process may be writing them. 0 is for who holds the writers' lock.
    also
        More patterns of names, as `Path.glob` takes them.
    """
    for pattern in (f"{NEW}*", f"{GONE}*", *also):
        with suppress(OSError):
            for path in list(folder.glob(pattern)):
                if not min_age_seconds or _age_seconds(path) >= min_age_seconds:
                    _delete(path)


def _beside(target: Path, start: str) -> Path:
    # The random part: in a container the next process often has the number of the one that was killed.
    return target.parent / f"{start}{target.name}-{os.getpid()}-{os.urandom(4).hex()}"


def _age_seconds(path: Path) -> float:
    """How long ago a path was written last; 0 when it has just been removed."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0


def _delete(path: Path) -> None:
    """Remove a file, a link or a folder, if there is one, as far as the disk lets it."""
    with suppress(OSError, ValueError):  # ValueError: a NUL in the name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
