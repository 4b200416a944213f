"""The child's side of a job: holds the lock, reports the progress and keeps the deadline."""

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
from recsys.training.job_order import TRAINING
from recsys.training.jobs.deadline import INSIST_SECONDS, Deadline
from recsys.training.jobs.files import JobFolder, JobStatus, read_status, sentence, write_status
from recsys.training.phases import EVALUATION_PHASES, PHASES, overall_fraction

HEARTBEAT_SECONDS = 1.0
LOCK_SECONDS = 3.0


class Reporter:
    """Context manager and progress callback of a job: holds the lock and writes the status file.

    The error that ends the block is written as a sentence and raised on. A status that cannot be written does not stop
    the job: each heartbeat tries again. Each heartbeat also enforces the deadline.

    Parameters
    ----------
    folder : Path, optional
        The models folder; by default that of the settings.
    heartbeat : float
        Seconds between two writes of the status.
    kind : str
        `TRAINING` or `EVALUATION`.
    deadline : Deadline, optional
        When the job has to end by itself.
    phases : mapping of str to float, optional
        Each phase's share of the job; by default those of its kind.
    """

    def __init__(
        self,
        folder: Path | None = None,
        heartbeat: float = HEARTBEAT_SECONDS,
        kind: str = TRAINING,
        deadline: Deadline | None = None,
        phases: Mapping[str, float] | None = None,
    ) -> None:
        self._phases = phases or (PHASES if kind == TRAINING else EVALUATION_PHASES)
        self._job_folder = JobFolder.of(folder)
        self._lock = self._job_folder.lock()
        self._heartbeat = heartbeat
        self._deadline, self._end_reason, self._start, self._insist_at = deadline, "", 0.0, 0.0
        self._ended = threading.Event()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._heartbeats, name="job-heartbeat", daemon=True)
        self._log_has_complaint = False
        self.status = JobStatus(kind=kind)

    def __enter__(self) -> Reporter:
        """Take the lock. Raises JobError when another job has it or the folder cannot be written."""
        try:
            self._job_folder.folder.mkdir(parents=True, exist_ok=True)
            acquired = self._lock.try_acquire(wait=LOCK_SECONDS)
        except OSError as error:
            raise JobError(sentence(error)) from error
        if not acquired:
            raise JobError("Another training is running in this models folder. Wait until it is done.")
        stored, now = read_status(self._job_folder.status), time.time()
        by_parent = stored.pid == os.getpid()  # the parent has written who asks, and when
        started, who = (stored.started, stored.who) if by_parent else (now, "")
        self._start = time.monotonic() - max(0.0, now - started)
        if self._deadline:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._change(state="running", phase="fetch", started=started, who=who, pid=os.getpid())
        with suppress(JobError), self._job_folder.exclusive():  # after the parent has written the start, never before
            self._job_folder.remove_leftovers()
            self._write()
        self._thread.start()
        return self

    def __call__(self, phase: str, fraction: float, message: str = "") -> None:
        """Report how much of a phase is done, 0 to 1; the overall fraction never goes back."""
        with self._guard:
            before = self.status
            overall = max(before.fraction, overall_fraction(phase, fraction, self._phases))
            self.status = replace(before, phase=phase, fraction=overall, message=message)
        if phase != before.phase:
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
            self._change(state="failed", detail=self._end_reason or sentence(error), write=True)
        self._lock.release()

    def _heartbeats(self) -> None:
        while not self._ended.wait(self._heartbeat):
            self._write()
            if self._deadline:
                self._enforce(self._deadline)

    def _enforce(self, deadline: Deadline) -> None:
        """Interrupt the work once the deadline is over; when that has no effect, end the process."""
        now = time.monotonic()
        if not self._end_reason:
            self._end_reason, self._insist_at = deadline.why_end(now - self._start), now + INSIST_SECONDS
            if self._end_reason:
                interrupt()
        elif now > self._insist_at:
            self._change(state="failed", detail=self._end_reason, write=True)
            os._exit(1)  # the kernel frees the lock

    def _change(self, write: bool = False, **values: object) -> None:
        with self._guard:
            self.status = replace(self.status, **values)  # pyright: ignore[reportArgumentType]  # fields by name
        if write:
            self._write()

    def _write(self) -> None:
        with self._guard:
            self.status = replace(self.status, updated=time.time())
            try:
                write_status(self._job_folder.status, self.status)
            except OSError as error:
                self._complain(error)

    def _complain(self, error: OSError) -> None:
        """Write to the log, once: the log may be on the same full disk, so even this may fail."""
        if not self._log_has_complaint:
            self._log_has_complaint = True
            with suppress(OSError, ValueError):
                sys.stderr.write(f"The job's status could not be written. {sentence(error)}\n")
