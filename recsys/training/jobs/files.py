"""The status of a job and the files that hold it. Both the server and the child use them."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from recsys.core.atomic_file import remove_leftovers, write_file
from recsys.core.file_lock import ProcessLock
from recsys.core.regular_file import read_regular
from recsys.errors import JobError, RecsysError
from recsys.settings import models_folder
from recsys.training.job_order import TRAINING

STATES = ("none", "running", "done", "failed")
_ATTEMPTS, _PAUSE_SECONDS = 3, 0.03
MAX_STATUS_BYTES = 2**24  # a learning curve has a few hundred points
MAX_DETAIL = 2000  # characters shown of an error
LOCK_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class JobStatus:
    """The status of a job at one moment. Times are seconds since 1970, 0 when unknown."""

    state: str = "none"  # none | running | done | failed
    phase: str = ""  # start, then those of jobs.PHASES
    fraction: float = 0.0  # of the whole job, 0..1, never going back
    message: str = ""  # what is being done
    detail: str = ""  # why it failed, as sentences for people
    started: float = 0.0
    updated: float = 0.0  # the last heartbeat
    pid: int = 0
    points: list[dict[str, float]] = field(default_factory=list)  # the learning curve so far
    version: str = ""  # that a job which is done has published
    kind: str = TRAINING  # or EVALUATION, which publishes nothing
    who: str = ""  # who started it, as in the event log

    @property
    def running(self) -> bool:
        """Whether the job has not ended, so that no other can start."""
        return self.state == "running"

    def as_dict(self) -> dict[str, Any]:
        """All fields as plain values, for JSON."""
        return asdict(self)


def ended_early(status: JobStatus, detail: str) -> JobStatus:
    """The status of a job that ended before its time. What it has published stays: then it is done."""
    state = "done" if status.version else "failed"
    return replace(status, state=state, fraction=1.0 if status.version else status.fraction, detail=detail)


def read_status(path: Path) -> JobStatus:
    """The status in a file; state "none" when there is no file or it cannot be understood."""
    for attempt in range(_ATTEMPTS):
        try:
            return _parse(read_regular(path, MAX_STATUS_BYTES))
        except FileNotFoundError:
            return JobStatus()
        except (OSError, ValueError, TypeError, RecursionError):  # being rewritten this instant
            if attempt + 1 < _ATTEMPTS:
                time.sleep(_PAUSE_SECONDS)
    return JobStatus()


def write_status(path: Path, status: JobStatus) -> None:
    """Write beside and rename over; on a full disk rewrite the old file's own blocks. Raises OSError."""
    try:
        write_file(path, json.dumps(asdict(status)).encode(), durable=False)
    except OSError as error:
        try:
            _overwrite(path, json.dumps(asdict(status) | {"points": []}).encode())
        except OSError:
            raise error from None  # the first one says what is wrong


def _parse(content: bytes) -> JobStatus:
    record = json.loads(content)
    if not isinstance(record, dict) or record.get("state") not in STATES:
        raise ValueError("not a job status")
    values = {}
    for entry in fields(JobStatus):
        default = getattr(_EMPTY, entry.name)
        value, expected_type = record.get(entry.name, default), type(default)
        values[entry.name] = float(value) if expected_type is float else value
        if not isinstance(values[entry.name], expected_type):
            raise ValueError(f"{entry.name} is not of type {expected_type.__name__}")
    return JobStatus(**values)


def _overwrite(path: Path, content: bytes) -> None:
    """Rewrite in place, which needs no new block for a file of this size; blanks cover what was longer."""
    with open(path, "r+b") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(content.ljust(length))


@dataclass(frozen=True)
class JobFolder:
    """The files of a models folder's one job: status, log, the lock of the running job and that of `exclusive`."""

    folder: Path

    @classmethod
    def of(cls, models: Path | None) -> JobFolder:
        """The job's files in a models folder, by default that of the settings."""
        return cls(Path(models or models_folder()).resolve() / "jobs")

    @property
    def models(self) -> Path:
        """The models folder."""
        return self.folder.parent

    @property
    def status(self) -> Path:
        """The file with the current or last job's status."""
        return self.folder / "status.json"

    @property
    def log(self) -> Path:
        """What the child writes to its standard error."""
        return self.folder / "log.txt"

    def remove_leftovers(self) -> None:
        """Remove what killed writers of the status left; call it while no job runs."""
        remove_leftovers(self.folder, also=(f"{self.status.name}.*",))  # named so before they had one naming

    def lock(self) -> ProcessLock:
        """A new handle on the lock that the child holds for its life."""
        return ProcessLock(self.folder / "running.lock")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Inside, no other process can start or end a job here. Raises JobError."""
        lock = ProcessLock(self.folder / "exclusive.lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            acquired = lock.try_acquire(wait=LOCK_TIMEOUT_SECONDS)
        except OSError as error:
            raise JobError(sentence(error)) from error
        if not acquired:
            raise JobError("Another process is starting a training. Try again in a moment.")
        try:
            yield
        finally:
            lock.release()


def sentence(error: BaseException) -> str:
    """Why a job could not start or go on, for people."""
    if isinstance(error, RecsysError):
        return str(error)[:MAX_DETAIL]
    if isinstance(error, MemoryError):
        return "The training ran out of memory. Close other programs or choose a smaller preset."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"The disk is full ({error.strerror}). Free some space, then try again."
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        path = error.filename or "the models folder"
        return f"{path} cannot be written ({error.strerror}). Allow writing there, or set RECSYS_MODELS."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be used ({error.strerror}). Correct that, then try again."
    if isinstance(error, (KeyboardInterrupt, SystemExit)):
        return "The training was stopped."
    return f"The training failed with {type(error).__name__}: {error}"[:MAX_DETAIL]


_EMPTY = JobStatus()
