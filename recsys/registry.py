"""The shelf under models/: versions, and the pointer that says which of them answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recsys.errors import BundleError, NoModelError
from recsys.settings import models_folder

if TYPE_CHECKING:
    from recsys.recommender import Recommender

POINTER = "active.json"
_VERSION = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
ABANDONED_SECONDS = 3600


@dataclass(frozen=True)
class Loaded:
    """The model that answers, what the pointer asked for, and a warning when these two differ."""

    recommender: Recommender
    pointer: str
    warning: str = ""

    @property
    def version(self) -> str:
        """The version that answers."""
        return self.recommender.version


class Shelf:
    """The bundles of one folder. Cheap to make; reads the disk only when asked."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(folder) if folder else models_folder()

    def versions(self) -> list[str]:
        """Every version on the shelf, newest first; whether each is intact is found out on loading."""
        try:
            names = [entry.name for entry in os.scandir(self.folder) if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return sorted((name for name in names if _VERSION.fullmatch(name)), reverse=True)

    def path(self, version: str) -> Path:
        """The folder of a version. Raises BundleError for a name that is not on the shelf."""
        if version not in self.versions():
            raise BundleError(f"There is no version {ascii(version)[:80]} on the shelf.")
        return self.folder / version

    def active_version(self) -> str | None:
        """The version that the pointer names, else the newest, else None. A small read; never raises."""
        named = self._pointed()
        if named and os.path.isdir(os.path.join(self.folder, named)):
            return named
        return next(iter(self.versions()), None)

    def activate(self, version: str) -> None:
        """Point at a version; whoever loads from now on gets it."""
        self.path(version)
        beside = self.folder / f".{POINTER}-{os.getpid()}-{time.monotonic_ns()}"
        beside.write_text(json.dumps({"version": version}))
        os.replace(beside, self.folder / POINTER)

    def publish(self, recommender: Recommender) -> str:
        """Save a recommender as a new version and make it the active one. Returns the version."""
        from recsys import bundle

        version = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.urandom(3).hex()}"
        bundle.save(recommender, self.folder / version)
        try:
            self.activate(version)
        except OSError as error:
            raise BundleError(f"{version} was saved but not made active ({error.strerror}).") from error
        return version

    def load_active(self) -> Loaded:
        """The active model or, when it is damaged, the newest one that is not, with a warning.

        Raises NoModelError when the shelf has no model that can be verified, listing what is wrong with each.
        """
        from recsys import bundle

        pointer, failures = self.active_version(), []
        for version in self._candidates(pointer):
            try:
                recommender = bundle.load(self.folder / version)
            except BundleError as error:
                failures.append(str(error))
                continue
            return Loaded(recommender, pointer or version, _warning(failures, version))
        reason = f" {' '.join(failures)}" if failures else ""
        raise NoModelError(f"No trained model is ready.{reason} Train one: python -m recsys train")

    def sweep(self) -> None:
        """Remove what killed writers left behind; nothing that a writer could still be busy with."""
        for entry in self.folder.glob(".*"):
            age = time.time() - entry.stat().st_mtime
            if entry.name.startswith((".new-", f".{POINTER}")) and age > ABANDONED_SECONDS:
                shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)

    def _pointed(self) -> str | None:
        try:
            with open(os.path.join(self.folder, POINTER), "rb") as file:
                named = json.load(file)["version"]
            return named if _VERSION.fullmatch(named) else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def _candidates(self, pointer: str | None) -> Iterator[str]:
        if pointer:
            yield pointer
        yield from (version for version in self.versions() if version != pointer)


def load(folder: str | Path | None = None) -> Recommender:
    """The recommender of a bundle's folder; without one, the active version of the shelf.

    Raises BundleError for a folder that is not an intact bundle, NoModelError when the shelf has none.
    """
    from recsys import bundle

    return Shelf().load_active().recommender if folder is None else bundle.load(folder)


def _warning(failures: list[str], version: str) -> str:
    if not failures:
        return ""
    return f"{failures[0]} Version {version} answers in its place until a new model is trained."
