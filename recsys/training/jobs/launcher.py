"""The server's side of a job: starts the child process, reads its status, and starts no second one."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from recsys.core.process import background_options, lower_priority, process_alive, without_launcher
from recsys.core.regular_file import opener, read_regular
from recsys.errors import JobError, RecsysError
from recsys.settings import checkout, models_folder
from recsys.training.job_order import TRAINING, JobOrder
from recsys.training.jobs.files import (
    MAX_DETAIL,
    MAX_STATUS_BYTES,
    JobFolder,
    JobStatus,
    ended_early,
    read_status,
    sentence,
    write_status,
)
from recsys.training.jobs.resource_limits import Limits, watch
from recsys.training.jobs.worker import HEARTBEAT_SECONDS

SERVER = "the server, at its start"  # who asks for a model where there is none
STARTING = "start"  # the phase between spawning the child and the child taking the lock
GRACE_SECONDS = 60.0  # the longest that a busy host may need for a child's imports
SILENT_END = "The process ended without a message (killed, or out of memory?). Nothing was changed."
# On a busy host, OpenMP threads that spin while they wait halve the speed. It is read when the library is loaded.
THREADS = {"OMP_WAIT_POLICY": "PASSIVE"}


def status(folder: Path | None = None) -> JobStatus:
    """The current or last job of a models folder (default: `settings.models_folder()`). Never raises.

    A job is running while its process holds the lock, or was spawned a moment ago; one that says "running"
    while the lock is free was killed, and is reported as failed.
    """
    job_folder = JobFolder.of(folder)
    stored = read_status(job_folder.status)
    while stored.state in ("running", "none"):
        if _alive(job_folder, stored):
            return replace(stored, state="running")
        latest = read_status(job_folder.status)  # a job writes its last status before it frees the lock
        if latest == stored:
            return _silent_end(job_folder, stored)
        stored = latest
    return stored


def start(
    preset: str = "quick",
    dataset: str = "ml-100k",
    seed: int = 0,
    folder: Path | None = None,
    command: Sequence[str] | None = None,
    kind: str = TRAINING,
    limits: Limits | None = None,
    who: str = "",
    why: str = "",
    settings: Mapping[str, object] | None = None,
) -> JobStatus:
    """Start a job in a child process and return at once.

    Parameters
    ----------
    preset, dataset, seed, settings
        The training configuration, as `pipeline.train_and_publish` takes it.
    folder : Path, optional
        The models folder; by default that of the settings.
    command : sequence of str, optional
        The child's command line in place of a training's, for a job of another `kind`.
    kind : str
        `TRAINING` or `EVALUATION`.
    limits : Limits, optional
        Memory and time; by default those of the host.
    who, why : str
        Who asks and why, for the event log.

    Raises
    ------
    JobError
        A job runs already, or the folder cannot be written.
    """
    job_folder = JobFolder.of(folder)
    with job_folder.exclusive():
        if status(folder).running:
            raise JobError("A training is already running. Wait until it is done, then start the next.")
        order = JobOrder(str(job_folder.models), data=dataset, preset=preset, seed=seed, settings=settings or {})
        order = replace(order, who=who or order.who, why=why)
        if limits and limits.with_parent:
            order = replace(order, seconds=limits.seconds, parent=os.getpid())
        return _spawn(job_folder, command or order.command(), kind, limits, who)


def ensure_ready(retry: bool = False, folder: Path | None = None, command: Sequence[str] | None = None) -> JobStatus:
    """Start the first training if there is no model yet; call it as often as you like. Never raises JobError.

    Returns state "done" when a model is active, else the running job, else the failed one, which is started
    anew only with `retry`.
    """
    try:
        known_status = _status_without_start(folder, retry)
        if known_status:
            return known_status
        job_folder = JobFolder.of(folder)
        with job_folder.exclusive():
            # Again: while we waited, another thread's job may have begun or even finished.
            known_status = _status_without_start(folder, retry)
            if known_status:
                return known_status
            order = JobOrder(str(job_folder.models), preset="quick", who=SERVER, remote_bundle_first=True)
            return _spawn(job_folder, command or order.command())
    except RecsysError as error:
        return JobStatus(state="failed", detail=str(error), updated=time.time())


def _status_without_start(folder: Path | None, retry: bool) -> JobStatus | None:
    """What `ensure_ready` returns without starting anything, or None if it should start."""
    version = _active_version(folder)
    if version:
        return JobStatus(state="done", fraction=1.0, version=version)
    current = status(folder)
    return current if current.running or (current.state == "failed" and not retry) else None


def _active_version(folder: Path | None) -> str | None:
    from recsys.registry import Registry

    return Registry(folder or models_folder()).active_version()


def _spawn(
    job_folder: JobFolder, command: Sequence[str], kind: str = TRAINING, limits: Limits | None = None, who: str = ""
) -> JobStatus:
    """Start the child and write its status, inside `exclusive`. Raises JobError, InputError for a wrong limit."""
    limits = limits or Limits.of_settings()
    job_folder.remove_leftovers()
    now = time.time()
    first = JobStatus("running", STARTING, message="Starting.", started=now, updated=now, kind=kind, who=who)
    try:
        write_status(job_folder.status, first)  # a full or read-only disk refuses before there is a child
        process = _popen(job_folder, command)
    except OSError as error:
        with suppress(OSError):
            write_status(job_folder.status, replace(first, state="failed", detail=sentence(error)))
        raise JobError(sentence(error)) from error
    first = replace(first, pid=process.pid)
    with suppress(OSError):  # the child writes its number itself in a moment
        write_status(job_folder.status, first)
    threading.Thread(target=_reap, args=(process, job_folder, limits), name="job-reaper", daemon=True).start()
    return first


def _popen(job_folder: JobFolder, command: Sequence[str]) -> subprocess.Popen[bytes]:
    # The server's sockets stay here (close_fds), and parent and child mean the same models folder.
    direct, variables = without_launcher(command)
    environment = THREADS | os.environ | {"RECSYS_MODELS": str(job_folder.models)} | variables
    with open(job_folder.log, "wb", opener=opener) as log:
        process = subprocess.Popen[bytes](
            direct,
            cwd=checkout(),  # where `-m recsys...` finds the package; an installed one is found from any folder
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            close_fds=True,
            **background_options(),
        )
    lower_priority(process.pid)
    return process


def _reap(process: subprocess.Popen[bytes], job_folder: JobFolder, limits: Limits) -> None:
    """Wait for the child, so that no zombie stays, and write how it died if it could not."""
    code, why = watch(process, limits)
    with suppress(JobError, OSError), job_folder.exclusive():
        last = read_status(job_folder.status)
        if last.running and last.pid == process.pid:
            detail = why or (_with_log(job_folder, _exit_sentence(code)) if code >= 0 else _exit_sentence(code))
            write_status(job_folder.status, replace(ended_early(last, detail), updated=time.time()))


def _alive(job_folder: JobFolder, stored: JobStatus) -> bool:
    age = abs(time.time() - stored.updated)
    try:
        if job_folder.lock().is_locked():
            return True
    except OSError:  # not permitted to test the lock: believe a fresh heartbeat
        return stored.running and age < 10 * HEARTBEAT_SECONDS
    starting = stored.running and stored.phase == STARTING and age < GRACE_SECONDS
    return starting and (stored.pid == 0 or process_alive(stored.pid))


def _silent_end(job_folder: JobFolder, stored: JobStatus) -> JobStatus:
    if stored.state == "none":
        return stored
    return ended_early(stored, _with_log(job_folder, SILENT_END))


def _exit_sentence(code: int) -> str:
    if code >= 0:
        return f"The training ended with exit code {code} and no message. Nothing was changed."
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    cause = ": the system was probably out of memory" if name == "SIGKILL" else ""
    return f"The training was killed from outside ({name}){cause}. Nothing was changed."


def _with_log(job_folder: JobFolder, text: str) -> str:
    """The text and the last line that the process wrote, if any."""
    with suppress(OSError):
        log = read_regular(job_folder.log, MAX_STATUS_BYTES)[-4000:].decode("utf-8", "replace")
        lines = log.replace("\r", "\n").split("\n")
        last_line = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"{text} Its last line was: {last_line}"[:MAX_DETAIL] if last_line else text
    return text
