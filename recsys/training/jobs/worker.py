"""The child's side of a training job: holds the lock and tells how far it is."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from recsys.core.process import interrupt
from recsys.errors import JobError
from recsys.training.jobs.deadline import INSIST_SECONDS, Deadline
from recsys.training.jobs.files import (
    TRAINING,
    JobFolder,
    JobStatus,
    read_status,
    sentence,
    write_status,
)

# Each phase's share of the whole, in the order in which they come: about its share of the time with the preset
# "quick" on MovieLens 100K (`phases` in a manifest), fetched for the first time.
PHASES = {"fetch": 0.10, "check": 0.02, "features": 0.36, "trees": 0.32, "evaluate": 0.16, "save": 0.04}
EVALUATING = {"fetch": 0.02, "check": 0.01, "trees": 0.97}  # of an evaluation: whole trainings, one after the other
HEARTBEAT_SECONDS = 1.0
LOCK_SECONDS = 3.0


class Reporter:
    """Used inside the child: holds the lock, tells the status file how far it is, and says why it ended.

    Call it as `progress(phase, fraction, message)`. The error that ends the block is written as a sentence
    and raised on. A status that cannot be written does not stop the training: each heartbeat tries again, and looks
    by the deadline.
    """

    def __init__(
        self,
        folder: Path | None = None,
        heartbeat: float = HEARTBEAT_SECONDS,
        kind: str = TRAINING,
        deadline: Deadline | None = None,
    ) -> None:
        self._place = JobFolder.of(folder)
        self._lock = self._place.lock()
        self._heartbeat = heartbeat
        self._deadline, self._why, self._began, self._insist = deadline, "", 0.0, 0.0
        self._ended = threading.Event()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._beat, name="job-heartbeat", daemon=True)
        self._complained = False
        self.status = JobStatus(kind=kind)

    def __enter__(self) -> Reporter:
        """Take the lock. Raises JobError when another job has it or the folder cannot be written."""
        try:
            self._place.folder.mkdir(parents=True, exist_ok=True)
            taken = self._lock.try_acquire(wait=LOCK_SECONDS)
        except OSError as error:
            raise JobError(sentence(error)) from error
        if not taken:
            raise JobError("Another training is running in this models folder. Wait until it has ended.")
        before, now = read_status(self._place.status), time.time()
        ours = before.pid == os.getpid()  # the parent has said who asks, and when
        started, who = (before.started, before.who) if ours else (now, "")
        self._began = time.monotonic() - max(0.0, now - started)
        if self._deadline:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._change(state="running", phase="fetch", started=started, who=who, pid=os.getpid())
        with suppress(JobError), self._place.exclusive():  # after the parent's word on the start, never before
            self._place.remove_leftovers()
            self._write()
        self._thread.start()
        return self

    def __call__(self, phase: str, fraction: float, message: str = "") -> None:
        """Tell how far a phase is, 0..1; the overall fraction never goes back."""
        with self._guard:
            now = self.status
            phases = PHASES if now.kind == TRAINING else EVALUATING
            overall = max(now.fraction, overall_fraction(phase, fraction, phases))
            self.status = replace(now, phase=phase, fraction=overall, message=message)
        if phase != now.phase:
            self._write()

    def point(self, **values: float) -> None:
        """Add one point to the learning curve: `point(round=10, log_loss=1.31)`."""
        with self._guard:
            point = {name: float(value) for name, value in values.items()}
            self.status = replace(self.status, points=[*self.status.points, point])

    def done(self, version: str) -> None:
        """Name what was published; the job is done when the block ends."""
        self._change(version=version)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        if error is None:
            self._change(state="done", fraction=1.0, write=True)
        else:
            self._change(state="failed", detail=self._why or sentence(error), write=True)
        self._lock.release()

    def _beat(self) -> None:
        while not self._ended.wait(self._heartbeat):
            self._write()
            if self._deadline:
                self._enforce(self._deadline)

    def _enforce(self, deadline: Deadline) -> None:
        """Interrupt the work when the deadline says so and, when that is not heard, end the process."""
        now = time.monotonic()
        if not self._why:
            self._why, self._insist = deadline.why_end(now - self._began), now + INSIST_SECONDS
            if self._why:
                interrupt()
        elif now > self._insist:
            self._change(state="failed", detail=self._why, write=True)
            os._exit(1)  # the kernel frees the lock

    def _change(self, write: bool = False, **values: object) -> None:
        with self._guard:
            self.status = replace(self.status, **values)  # type: ignore[arg-type]
        if write:
            self._write()

    def _write(self) -> None:
        with self._guard:
            self.status = replace(self.status, updated=time.time())
            try:
                write_status(self._place.status, self.status)
            except OSError as error:
                self._complain(error)

    def _complain(self, error: OSError) -> None:
        """To the log, once: the log may be on the same full disk, so even this may fail."""
        if not self._complained:
            self._complained = True
            with suppress(OSError, ValueError):
                sys.stderr.write(f"The job's status could not be written. {sentence(error)}\n")


def overall_fraction(phase: str, fraction: float, phases: Mapping[str, float] = PHASES) -> float:
    """How far the whole job is when `phase` is at `fraction`; 0 for a phase that is not in `phases`."""
    names = list(phases)
    if phase not in phases:
        return 0.0
    before = sum(phases[name] for name in names[: names.index(phase)])
    within = min(max(fraction, 0.0), 1.0) if fraction == fraction else 0.0
    return min(1.0, before + phases[phase] * within)
