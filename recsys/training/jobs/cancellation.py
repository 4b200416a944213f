"""Ends the running job when somebody asks for it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from recsys.core.process import end_process
from recsys.errors import JobError
from recsys.training.jobs.files import JobFolder, JobStatus, sentence, write_status
from recsys.training.jobs.launcher import status
from recsys.training.jobs.worker import HEARTBEAT_SECONDS

CANCELLED = "It was cancelled."
PATIENCE_SECONDS, PAUSE_SECONDS = 3.0, 0.02
SILENCE = 30 * HEARTBEAT_SECONDS  # after which a process of that number may be another


def cancel(folder: Path | None = None) -> JobStatus:
    """End the running job of a models folder and say so; returns how it then stands, also when none ran.

    What a job has published or kept before stays. Raises JobError when it cannot be ended.
    """
    place = JobFolder.of(folder)
    with place.exclusive():
        found = status(folder)
        if not found.running:
            return found
        if not found.pid or time.time() - found.updated > SILENCE:
            raise JobError("It is not known which process does the work. Try again in a moment.")
        try:
            _end(place, found.pid)
            ended = replace(found, state="failed", detail=CANCELLED, updated=time.time())
            write_status(place.status, ended)  # while we have the turn, nobody says that it was killed from outside
        except OSError as error:
            raise JobError(sentence(error)) from error
        return ended


def _end(place: JobFolder, pid: int) -> None:
    """Ask, and after a while insist; returns when the lock is free. Raises JobError when it stays taken."""
    for at_once in (False, True):
        end_process(pid, at_once)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if not place.lock().is_locked():
                return
            time.sleep(PAUSE_SECONDS)
    raise JobError("The process does not end. End it from outside, or wait until it has done its work.")
