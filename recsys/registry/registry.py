"""The bundles of one folder: its versions, and the active one."""

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
from recsys.registry.active import ActiveVersion, find_active, reconcile
from recsys.registry.event_log import Entry
from recsys.registry.pointer import POINTER, VERSION, Pointer, write_pointer
from recsys.registry.version_names import version_numbers
from recsys.settings import command, models_folder

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

PINS = "pinned"
FORMER_LEFTOVERS = (f".{POINTER}-*",)  # of pointers, from before all leftovers had one naming
LOCK_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Loaded:
    """A loaded model, the active version, and a warning when these two differ or the pointer could not be used."""

    recommender: Recommender
    active: ActiveVersion
    warning: str = ""

    @property
    def active_version(self) -> str:
        """The active version, even if it is damaged and another one was loaded."""
        return self.active.version or self.version

    @property
    def version(self) -> str:
        """The version that was loaded."""
        return self.recommender.version


class Registry:
    """The bundles of one folder. Creating one reads nothing. Changes are made with `registry.transitions`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(folder) if folder else models_folder()

    def versions(self) -> list[str]:
        """All versions, newest first; loading one verifies whether it is intact."""
        try:
            names = [entry.name for entry in os.scandir(self.folder) if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return sorted((name for name in names if VERSION.fullmatch(name)), reverse=True)

    def path(self, version: str) -> Path:
        """The folder of a version. Raises BundleError for a name that is not a version here."""
        if version not in self.versions():
            raise BundleError(f"There is no version {shown(version)}. `models list` shows all versions.")
        return self.folder / version

    def active(self) -> ActiveVersion:
        """The active version by pointer or event log (`find_active`), else the newest usable one. Never raises.

        Usable is a version that the promotion gate did not refuse and whose files have the right sizes.
        """
        active = find_active(self.folder, self.versions)
        return active if active.version else ActiveVersion(next(self._usable(), None))

    def active_version(self) -> str | None:
        """The name of the active version; None where there is none."""
        return self.active().version

    def previous_version(self) -> str | None:
        """The version that was active before, if it still exists."""
        return self.active().previous

    def pinned(self) -> set[str]:
        """The versions that are protected from deletion."""
        return {version for version in self.versions() if (self.folder / PINS / version).exists()}

    def event_log(self) -> list[Entry]:
        """Every change, the latest first. Raises BundleError when the file cannot be read."""
        try:
            return event_log.entries(self.folder)
        except OSError as error:
            raise BundleError(f"The event log cannot be read ({error.strerror or error}).") from error

    def version_numbers(self) -> dict[str, int]:
        """The number of each version for its name (`version_numbers`); empty when the event log cannot be read."""
        try:
            return version_numbers(self.event_log())
        except BundleError:
            return {}

    def publish(self, recommender: Recommender, who: str = "a script", why: str = "") -> str:
        """Save a recommender as a new version and activate it without the promotion gate. Returns the version."""
        with self.exclusive():
            version = self.add(recommender)
            self.activate("published", version, who, why)
        return version

    def load_active(self) -> Loaded:
        """The active model or, when it is damaged, the next one that can be loaded, with a warning.

        Raises NoModelError when no version can be verified, with what is wrong with each.
        """
        from recsys.registry import bundle

        active, failures = self.active(), []
        for version in self._candidates(active):
            try:
                recommender = bundle.load(self.folder / version)
            except BundleError as error:
                failures.append(str(error))
                continue
            return Loaded(recommender, active, _warning(active, failures, version))
        reason = f" {' '.join(failures)}" if failures else ""
        raise NoModelError(f"There is no model yet.{reason} Train one: {command()} train")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the registry's lock, over all processes. An OSError inside the block becomes a BundleError."""
        lock = ProcessLock(self.folder / "registry.lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not lock.try_acquire(wait=LOCK_TIMEOUT_SECONDS):
                raise BundleError("Another process is changing the models. Try again in a moment.")
            reconcile(self.folder, self.versions())
            yield
        except OSError as error:
            raise BundleError(
                f"The models folder cannot be used ({error.strerror or error}). Free some space or correct its "
                "permissions, then try again."
            ) from error
        finally:
            lock.release()

    def add(self, recommender: Recommender) -> str:
        """Save as a new version that is not active yet; the caller holds the lock."""
        from recsys.registry import bundle

        version = newest = next(iter(self.versions()), "")
        while version <= newest:  # within one second, draw until the new name is the newest
            version = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.urandom(3).hex()}"
        bundle.save(recommender, self.folder / version)
        return version

    def activate(self, what: str, version: str, who: str, why: str) -> None:
        """Log the change, then point to the version, which is loaded from now on; the caller holds the lock."""
        self.path(version)
        active = self.active()
        with self.logged(what, version, who, why):
            write_pointer(self.folder, Pointer(active.version, active.previous).moved_to(version))

    def log_event(self, what: str, version: str, who: str, why: str) -> None:
        """Append a change to the event log; the caller holds the lock."""
        event_log.append(self.folder, Entry.now(what, version, who, why))

    @contextmanager
    def logged(self, what: str, version: str, who: str, why: str) -> Iterator[None]:
        """Log the change made inside the block; if the block fails, the entry is removed again."""
        length_before = event_log.append(self.folder, Entry.now(what, version, who, why))
        try:
            yield
        except BaseException:
            event_log.cut(self.folder, length_before)
            raise

    def remove_stale(self) -> None:
        """Remove what killed writers left and reconcile the event log, unless a writer has the lock. Never raises."""
        lock = ProcessLock(self.folder / "registry.lock")
        with suppress(OSError):
            if not lock.try_acquire():
                return
            try:
                reconcile(self.folder, self.versions())
                remove_leftovers(self.folder, also=FORMER_LEFTOVERS)
            finally:
                lock.release()

    def _candidates(self, active: ActiveVersion) -> Iterator[str]:
        """The versions to try, the best first; a refused one only if it is active or was."""
        named = [version for version in (active.version, active.previous) if version]
        yield from dict.fromkeys(named)
        others = [version for version in self.versions() if version not in named]
        yield from (version for version in others if not _refused(self.folder / version))

    def _usable(self) -> Iterator[str]:
        return (version for version in self.versions() if _is_usable(self.folder / version))


def load(folder: str | Path | None = None) -> Recommender:
    """Load the recommender of a bundle's folder; without a folder, the active version of the registry.

    Raises
    ------
    BundleError
        When the folder is not an intact bundle.
    NoModelError
        When the registry has no version that can be loaded.
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


def _is_usable(folder: Path) -> bool:
    """Whether the promotion gate did not refuse the version and its files have the right sizes."""
    from recsys.registry import bundle

    try:
        manifest = bundle.read_manifest(folder)
        sizes = {name: os.stat(folder / name, follow_symlinks=False).st_size for name in manifest["files"]}
    except (BundleError, OSError):
        return False
    complete = all(entry["size"] == sizes[name] for name, entry in manifest["files"].items())
    return complete and manifest.get("gate", {}).get("passed") is not False


def _warning(active: ActiveVersion, failures: list[str], version: str) -> str:
    if not failures:
        return active.warning
    fallback = f"{failures[0]} Version {version} is used instead until you train a new model."
    return f"{active.warning} {fallback}" if active.warning else fallback
