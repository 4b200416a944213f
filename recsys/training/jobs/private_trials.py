"""Private trials: a small training for one visitor, whose model nobody else sees and which goes with its session.

A trial runs in a folder of its own, so it has a lock, a status and a shelf of its own. Once it is done its model is in
memory alone, held by the `Trial` that the session keeps: when that is forgotten, nothing is left of it.
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
from recsys.registry import Registry, bundle, promotion_gate
from recsys.registry.transitions import champion
from recsys.serving.recommender import Recommender
from recsys.settings import data_folder, models_folder
from recsys.training import jobs

PRESET, DATASET = "quick", sources.NAME
SECONDS, RATINGS = 60.0, 100_000  # the longest that a trial may take, and the most that its dataset has
KEPT = 2  # models in memory over all sessions; the oldest makes room
WHO = "a visitor, in the browser"

_known: list[weakref.ref[Trial]] = []  # oldest first
_guard = threading.RLock()


@dataclass(eq=False)
class Trial:
    """One trial as its session holds it: when it began and, once it is done, its model and what the gate would say."""

    started: float
    recommender: Recommender | None = field(default=None, repr=False)
    verdict: promotion_gate.Verdict | None = None
    ended: str = ""  # why there is no model, as sentences

    @property
    def waiting(self) -> bool:
        """Whether it has not ended yet, as far as anybody has looked."""
        return self.recommender is None and not self.ended


def limits() -> jobs.Limits:
    """What a trial may use. Raises InputError for a `RECSYS_MEMORY_MB` that is no number."""
    return replace(jobs.Limits.of_settings(), seconds=SECONDS, with_parent=True)


def status() -> jobs.JobStatus:
    """The current or last trial, whoever's."""
    return jobs.status(_folder())


def begin(seed: int, settings: Mapping[str, object]) -> Trial:
    """Start a trial, if nobody else's runs nor a training for all.

    Raises InputError for settings out of range and JobError when it has to wait or there are too many ratings here.
    """
    TrainingConfig.of(PRESET, seed=seed, **settings)
    _require_small()
    if jobs.status().running:
        raise JobError("The model that everybody sees is being trained. Try again when that has ended.")
    with _guard:
        if status().running:
            raise JobError("Another visitor's trial is running; it ends within a minute. Try again then.")
        for trial in _alive():
            poll(trial)
        _sweep()
        asked = {"preset": PRESET, "dataset": DATASET, "seed": seed, "settings": settings}
        try:
            began = jobs.start(**asked, folder=_folder(), limits=limits(), who=WHO, why="a private trial")
        except JobError as error:
            if isinstance(error.__cause__, OSError):  # whose sentence names folders of the server
                raise JobError("The server's disk is full or cannot be written. Tell its owner.") from error
            raise
        trial = Trial(began.started)
        _known.append(weakref.ref(trial))
    return trial


def poll(trial: Trial) -> None:
    """Bring a trial up to date: take its model from the disk once it is done, or say why there is none."""
    with _guard:
        if not trial.waiting:
            return
        now = status()
        if now.started != trial.started:
            trial.ended = "It is gone: the server was started anew, or another trial has taken its place."
        elif now.state == "done":
            _take(trial, now.version)
        elif now.state == "failed":
            trial.ended = now.detail or "It ended without a reason."


def cancel(trial: Trial) -> None:
    """End a trial that runs; never another one. Raises JobError when it cannot be ended."""
    with _guard:
        poll(trial)
        if trial.waiting:
            jobs.cancel(_folder())
            poll(trial)


def cancel_all() -> None:
    """End the trial that runs, where memory is scarce: a training for all comes first. Raises JobError, InputError."""
    with _guard:
        if jobs.scarce() and status().running:
            jobs.cancel(_folder())


def remove_stale() -> None:
    """Remove what trials of a server that is gone have left, for a server's start. Never raises."""
    with _guard:
        if _folder().is_dir() and not status().running:
            _sweep()


def _require_small() -> None:
    """Refuse ratings of the owner's own (`RECSYS_DATA`) that are known to be more than a trial may have."""
    registry = Registry()
    try:
        active = registry.active_version()
        data = bundle.read_manifest(registry.path(active)).get("data", {}) if active else {}
    except BundleError:
        return
    known = int(data.get("ratings") or 0)
    if data.get("name") == data_folder().stem and known > RATINGS:
        raise JobError(f"There are {known:,} ratings here, and a trial may learn from {RATINGS:,}. Ask the owner.")


def _take(trial: Trial, version: str) -> None:
    registry = Registry(_folder())
    try:
        trial.recommender = bundle.load(registry.path(version))
    except BundleError as error:
        trial.ended = str(error)
        return
    trial.verdict = promotion_gate.judge(trial.recommender, champion(Registry()))
    shutil.rmtree(_folder() / version, ignore_errors=True)
    held = [other for other in _alive() if other.recommender is not None]
    for oldest in held[:-KEPT]:
        oldest.recommender, oldest.ended = None, f"It made room for a newer one: {KEPT} are kept over all visitors."


def _alive() -> list[Trial]:
    """The trials that a session still holds, oldest first."""
    found = [trial for reference in _known if (trial := reference()) is not None]
    _known[:] = [weakref.ref(trial) for trial in found]
    return found


def _sweep() -> None:
    """Remove what trials have left whose session went before they were done; no trial runs."""
    with suppress(OSError):
        for path in _folder().iterdir():
            if path.is_dir() and path.name != "jobs":
                shutil.rmtree(path, ignore_errors=True)
            elif path.is_file() and path.suffix != ".lock":
                path.unlink(missing_ok=True)


def _folder() -> Path:
    return models_folder() / "trials"
