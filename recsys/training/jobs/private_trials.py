"""Private trials: a small training for one visitor, whose model no other session sees and which ends with its session.

A trial runs in a folder of its own, so it has a lock, a status and a registry of its own. Once it is done its model is
in memory only, in the `Trial` that the session holds: when that is garbage, nothing of the model remains.
"""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from recsys.config import TrainingConfig
from recsys.data import sources
from recsys.errors import BundleError, JobError
from recsys.registry import Registry, bundle
from recsys.registry.promotion_gate import Verdict
from recsys.registry.transitions import judge
from recsys.serving.recommender import Recommender
from recsys.settings import data_folder, models_folder
from recsys.training import jobs

PRESET, DATASET = "quick", sources.NAME
SECONDS, RATINGS = 60.0, 100_000  # at most: what a trial takes, and what its dataset has
MAX_MODELS = 2  # in memory over all sessions; the oldest makes room
WHO = "a visitor, in the browser"

_references: list[weakref.ref[Trial]] = []  # oldest first
_guard = threading.RLock()


@dataclass(eq=False)
class Trial:
    """The trial of a session: when it started and, once it is done, its model and the verdict of the promotion gate."""

    started: float
    recommender: Recommender | None = field(default=None, repr=False)
    verdict: Verdict | None = None
    ended: str = ""  # why there is no model, as sentences

    @property
    def waiting(self) -> bool:
        """Whether it had not ended when `poll` was last called."""
        return self.recommender is None and not self.ended


def limits() -> jobs.Limits:
    """The limits of a trial. Raises InputError for a `RECSYS_MEMORY_MB` that is no number."""
    return replace(jobs.Limits.of_settings(), seconds=SECONDS, with_parent=True)


def status() -> jobs.JobStatus:
    """The current or last trial, of any session."""
    return jobs.status(_folder())


def begin(seed: int, settings: Mapping[str, object]) -> Trial:
    """Start a trial, unless another one or a training of the served model runs.

    Raises InputError for settings out of range and JobError when another job runs or the dataset has too many ratings.
    """
    TrainingConfig.of(PRESET, seed=seed, **settings)
    _require_small()
    if jobs.status().running:
        raise JobError("The shared model is being trained. Try again when that is done.")
    with _guard:
        if status().running:
            raise JobError("Another visitor's trial is running. Try again in a minute.")
        for trial in _alive():
            poll(trial)
        _remove_versions()
        try:
            started = jobs.start(
                preset=PRESET,
                dataset=DATASET,
                seed=seed,
                settings=settings,
                folder=_folder(),
                limits=limits(),
                who=WHO,
                why="a private trial",
            )
        except JobError as error:
            if isinstance(error.__cause__, OSError):  # whose sentence names folders of the server
                raise JobError("The server's disk is full or not writable. Please tell the owner.") from error
            raise
        trial = Trial(started.started)
        _references.append(weakref.ref(trial))
    return trial


def poll(trial: Trial) -> None:
    """Update a trial: move its model from the disk to memory once it is done, or write why there is none."""
    with _guard:
        if not trial.waiting:
            return
        current = status()
        if current.started != trial.started:
            trial.ended = "It is gone: the server was restarted, or another trial replaced it."
        elif current.state == "done":
            _load(trial, current.version)
        elif current.state == "failed":
            trial.ended = current.detail or "It failed for an unknown reason."


def cancel(trial: Trial) -> None:
    """End a trial that runs; never another one. Raises JobError when it cannot be ended."""
    with _guard:
        poll(trial)
        if trial.waiting:
            jobs.cancel(_folder())
            poll(trial)


def cancel_all() -> None:
    """End the running trial where memory is scarce: the served model comes first. Raises JobError, InputError."""
    with _guard:
        if jobs.scarce() and status().running:
            jobs.cancel(_folder())


def remove_stale() -> None:
    """Remove the files of a former server's trials, at a server's start. Never raises."""
    with _guard:
        if _folder().is_dir() and not status().running:
            _remove_versions()


def _require_small() -> None:
    """Raise JobError when the active version shows that the ratings of `RECSYS_DATA` are too many for a trial."""
    registry = Registry()
    try:
        active = registry.active_version()
        data = bundle.read_manifest(registry.path(active)).get("data", {}) if active else {}
    except BundleError:
        return
    ratings = int(data.get("ratings") or 0)
    if data.get("name") == data_folder().stem and ratings > RATINGS:
        raise JobError(
            f"The data has {ratings:,} ratings; a trial may use at most {RATINGS:,}. Ask the owner to train."
        )


def _load(trial: Trial, version: str) -> None:
    registry = Registry(_folder())
    try:
        trial.recommender = bundle.load(registry.path(version))
    except BundleError as error:
        trial.ended = str(error)
        return
    trial.verdict = judge(Registry(), trial.recommender)
    shutil.rmtree(_folder() / version, ignore_errors=True)
    with_model = [other for other in _alive() if other.recommender is not None]
    for oldest in with_model[:-MAX_MODELS]:
        oldest.recommender = None
        oldest.ended = f"It was replaced by newer trials: the server keeps {MAX_MODELS} for all visitors."


def _alive() -> list[Trial]:
    """The trials that a session still holds, oldest first."""
    trials = [trial for reference in _references if (trial := reference()) is not None]
    _references[:] = [weakref.ref(trial) for trial in trials]
    return trials


def _remove_versions() -> None:
    """Remove the versions whose session ended before they were loaded; call it while no trial runs."""
    with suppress(OSError):
        for path in _folder().iterdir():
            if path.is_dir() and path.name != "jobs":
                shutil.rmtree(path, ignore_errors=True)
            elif path.is_file() and path.suffix != ".lock":
                path.unlink(missing_ok=True)


def _folder() -> Path:
    return models_folder() / "trials"
