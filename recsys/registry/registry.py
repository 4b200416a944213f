"""The bundles of one folder: versions, and the model that answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recsys.core.atomic_file import remove_leftovers
from recsys.core.file_lock import ProcessLock
from recsys.errors import BundleError, NoModelError, shown
from recsys.registry import event_log
from recsys.registry.active import Active, active, reconcile
from recsys.registry.pointer import POINTER, VERSION, Pointer, write_pointer
from recsys.settings import command, models_folder

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

PINS = "pinned"
FORMER_LEFTOVERS = (f".{POINTER}-*",)  # of pointers, from before all leftovers had one naming
LOCK_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Loaded:
    """The model that answers, which version was asked for, and a warning when these two differ or nothing asked."""

    recommender: Recommender
    asked: Active
    warning: str = ""

    @property
    def pointer(self) -> str:
        """The version that was asked for."""
        return self.asked.version or self.version

    @property
    def version(self) -> str:
        """The version that answers."""
        return self.recommender.version


class Registry:
    """The bundles of one folder. Cheap to make; reads the disk only when asked. Changes: `registry.transitions`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(folder) if folder else models_folder()

    def versions(self) -> list[str]:
        """Every version on the shelf, newest first; whether each is intact is found out on loading."""
        try:
            names = [entry.name for entry in os.scandir(self.folder) if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return sorted((name for name in names if VERSION.fullmatch(name)), reverse=True)

    def path(self, version: str) -> Path:
        """The folder of a version. Raises BundleError for a name that is not on the shelf."""
        if version not in self.versions():
            raise BundleError(f"There is no version {shown(version)} on the shelf. `models list` names them all.")
        return self.folder / version

    def active(self) -> Active:
        """What the pointer or else the log says, with a warning then; else the newest good version. Never raises.

        Good is one that the gate did not refuse and whose files are there in full, as far as their sizes say.
        """
        found = active(self.folder, self.versions())
        return found if found.version else Active(next(self._good(), None))

    def active_version(self) -> str | None:
        """The version of `active`; None where there is none."""
        return self.active().version

    def previous_version(self) -> str | None:
        """The version that answered before the active one, if it is still here."""
        return self.active().previous

    def pinned(self) -> set[str]:
        """The versions that must not be deleted."""
        return {version for version in self.versions() if (self.folder / PINS / version).exists()}

    def event_log(self) -> list[event_log.Entry]:
        """Every change, the latest first; what cannot be read is a BundleError in words."""
        try:
            return event_log.entries(self.folder)
        except OSError as error:
            raise BundleError(f"The journal of the shelf cannot be read ({error.strerror or error}).") from error

    def publish(self, recommender: Recommender, who: str = "a script", why: str = "") -> str:
        """Save a recommender as a new version and make it the active one, asking no gate. Returns the version."""
        with self.exclusive():
            version = self.add(recommender)
            self.activate("published", version, who, why)
        return version

    def load_active(self) -> Loaded:
        """The active model or, when it is damaged, the last good one, with a warning.

        Raises NoModelError when the shelf has no model that can be verified, listing what is wrong with each.
        """
        from recsys.registry import bundle

        asked, failures = self.active(), []
        for version in self._candidates(asked):
            try:
                recommender = bundle.load(self.folder / version)
            except BundleError as error:
                failures.append(str(error))
                continue
            return Loaded(recommender, asked, _warning(asked, failures, version))
        reason = f" {' '.join(failures)}" if failures else ""
        raise NoModelError(f"No trained model is ready.{reason} Train one: {command()} train")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """One change at a time over all processes. What the disk refuses becomes a BundleError in words."""
        lock = ProcessLock(self.folder / "registry.lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not lock.try_acquire(wait=LOCK_TIMEOUT_SECONDS):
                raise BundleError("Another process is changing the shelf of models. Try again in a moment.")
            reconcile(self.folder, self.versions())
            yield
        except OSError as error:
            raise BundleError(
                f"The folder of models cannot be used ({error.strerror or error}); free some space or correct its "
                "permissions, and try again."
            ) from error
        finally:
            lock.release()

    def add(self, recommender: Recommender) -> str:
        """Save as a new version that does not answer yet; the caller has the turn."""
        from recsys.registry import bundle

        version = newest = next(iter(self.versions()), "")
        while version <= newest:  # within one second, draw until the new name is the newest
            version = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.urandom(3).hex()}"
        bundle.save(recommender, self.folder / version)
        return version

    def activate(self, what: str, version: str, who: str, why: str) -> None:
        """Let a version answer, in the log first; the caller has the turn. Whoever loads from now on gets it."""
        self.path(version)
        now = self.active()
        with self.logged(what, version, who, why):
            write_pointer(self.folder, Pointer(now.version, now.previous).moved_to(version))

    def log_event(self, what: str, version: str, who: str, why: str) -> None:
        """Write a change into the journal; the caller has the turn."""
        event_log.append(self.folder, event_log.Entry.now(what, version, who, why))

    @contextmanager
    def logged(self, what: str, version: str, who: str, why: str) -> Iterator[None]:
        """A change that is in the journal, or was not made: what the disk refuses on either side takes back both."""
        length = event_log.append(self.folder, event_log.Entry.now(what, version, who, why))
        try:
            yield
        except BaseException:
            event_log.cut(self.folder, length)
            raise

    def remove_stale(self) -> None:
        """Remove what killed writers left behind and set the log right, unless one is busy now. Never raises."""
        lock = ProcessLock(self.folder / "registry.lock")
        with suppress(OSError):
            if not lock.try_acquire():
                return
            try:
                reconcile(self.folder, self.versions())
                remove_leftovers(self.folder, also=FORMER_LEFTOVERS)
            finally:
                lock.release()

    def _candidates(self, asked: Active) -> Iterator[str]:
        """Which version to try, the best first; one that the gate refused only when somebody chose it."""
        named = [version for version in (asked.version, asked.previous) if version]
        yield from dict.fromkeys(named)
        others = [version for version in self.versions() if version not in named]
        yield from (version for version in others if not _refused(self.folder / version))

    def _good(self) -> Iterator[str]:
        return (version for version in self.versions() if _good(self.folder / version))


def load(folder: str | Path | None = None) -> Recommender:
    """The recommender of a bundle's folder; without one, the active version of the shelf.

    Raises BundleError for a folder that is not an intact bundle, NoModelError when the shelf has none.
    """
    from recsys.registry import bundle

    return Registry().load_active().recommender if folder is None else bundle.load(folder)


def _refused(folder: Path) -> bool:
    from recsys.registry import bundle

    try:
        verdict = bundle.read_manifest(folder).get("gate")
    except BundleError:
        return False
    return isinstance(verdict, dict) and verdict.get("passed") is False


def _good(folder: Path) -> bool:
    """Whether the gate did not refuse it and its files have the sizes that they should have."""
    from recsys.registry import bundle

    try:
        manifest = bundle.read_manifest(folder)
        sizes = {name: os.stat(folder / name, follow_symlinks=False).st_size for name in manifest["files"]}
    except (BundleError, OSError):
        return False
    whole = all(file["size"] == sizes[name] for name, file in manifest["files"].items())
    return whole and manifest.get("gate", {}).get("passed") is not False


def _warning(asked: Active, failures: list[str], version: str) -> str:
    if not failures:
        return asked.warning
    fallback = f"{failures[0]} Version {version} answers in its place until a new model is trained."
    return f"{asked.warning} {fallback}" if asked.warning else fallback
