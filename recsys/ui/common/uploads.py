"""Storage of an uploaded dataset under a name derived from its content."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from pathlib import Path
from typing import BinaryIO

from recsys.core.atomic_file import rename_over, temporary_path
from recsys.errors import DataError

LONGEST_TITLE = 40  # characters
_CHUNK = 1 << 20
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


def store_upload(stream: BinaryIO, folder: Path, title: str = "") -> Path:
    """Store an uploaded zip as `<sha256>.zip` in `folder`, through a temporary file. Raises DataError.

    The visitor's file name is never used, nothing is extracted, and the reader checks the content later. The letters
    and digits of a `title` go in front of the sha256.
    """
    stream.seek(0)
    if not zipfile.is_zipfile(stream):
        raise DataError("This file is not a zip. Upload a MovieLens zip, such as ml-100k.zip.")
    stream.seek(0)
    try:
        return _store(stream, folder, _NOT_A_NAME.sub("-", title.lower()).strip("-")[:LONGEST_TITLE])
    except OSError as error:
        raise DataError(
            f"The file could not be stored ({error.strerror or error}). Free some space, then try again."
        ) from error


def _store(stream: BinaryIO, folder: Path, title: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with temporary_path(folder / "upload") as beside:
        with open(beside, "xb", opener=_private) as file:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        target = folder / f"{title}{title and '-'}{digest.hexdigest()[:16]}.zip"
        rename_over(beside, target)
    return target


def _private(path: str, flags: int) -> int:
    """For `open`: a file that other users of the system cannot read, for it holds ratings."""
    return os.open(path, flags, 0o600)
