"""Ends the running job on request."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from recsys.core.process import end_process
from recsys.errors import JobError
from recsys.training.jobs.files import JobFolder, JobStatus, ended_early, sentence, write_status
from recsys.training.jobs.launcher import status
from recsys.training.jobs.worker import HEARTBEAT_SECONDS

CANCELLED = "It was cancelled."
PATIENCE_SECONDS, PAUSE_SECONDS = 3.0, 0.02
SILENT_SECONDS = 30 * HEARTBEAT_SECONDS  # after which a process of that number may be another


def cancel(folder: Path | None = None) -> JobStatus:
    """End the running job of a models folder. Returns the status afterwards, also when no job ran.

    What a job has published or stored before stays. Raises JobError when it cannot be ended.
    """
    job_folder = JobFolder.of(folder)
    with job_folder.exclusive():
        current = status(folder)
        if not current.running:
            return current
        if not current.pid or time.time() - current.updated > SILENT_SECONDS:
            raise JobError("The process of the job is unknown. Try again in a moment.")
        try:
            _end(job_folder, current.pid)
            cancelled = replace(ended_early(current, CANCELLED), updated=time.time())
            write_status(job_folder.status, cancelled)  # in our turn, so that nobody reports a kill from outside
        except OSError as error:
            raise JobError(sentence(error)) from error
        return cancelled


def _end(job_folder: JobFolder, pid: int) -> None:
    """Ask the process to end, then kill it; returns when the lock is free. Raises JobError when it stays taken."""
    for at_once in (False, True):
        end_process(pid, at_once)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if not job_folder.lock().is_locked():
                return
            time.sleep(PAUSE_SECONDS)
    raise JobError("The process does not stop. End it from outside, or wait until it is done.")
