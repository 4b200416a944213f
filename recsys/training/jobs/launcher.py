"""The server's side of a training job: start it, say how it stands, start no second one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from recsys.core.process import background_options, lower_priority, process_alive, without_launcher
from recsys.core.regular_file import opener, read_regular
from recsys.errors import JobError, RecsysError
from recsys.settings import checkout, models_folder
from recsys.training.jobs.files import (
    LONGEST_DETAIL,
    MOST_BYTES,
    TRAINING,
    JobFolder,
    JobStatus,
    read_status,
    sentence,
    write_status,
)
from recsys.training.jobs.resource_limits import Limits, watch
from recsys.training.jobs.worker import HEARTBEAT_SECONDS

EMPTY: Mapping[str, object] = MappingProxyType({})
SERVER = "the server, at its start"  # who asks for a model where there is none
STARTING = "start"  # the phase between spawning the child and the child taking the lock
GRACE_SECONDS = 60.0  # the longest that a busy host may need for a child's imports
SILENT_END = "The process ended without saying why (killed, or out of memory?). Nothing was changed."


def status(folder: Path | None = None) -> JobStatus:
    """The current or last job of a models folder (default: `settings.models_folder()`). Never raises.

    A job is running while its process holds the lock, or was spawned a moment ago; one that says "running"
    while the lock is free was killed, and is reported as failed.
    """
    place = JobFolder.of(folder)
    found = read_status(place.status)
    while found.state in ("running", "none"):
        if _alive(place, found):
            return replace(found, state="running")
        again = read_status(place.status)  # a job writes its last words before it frees the lock
        if again == found:
            return _ended(place, found)
        found = again
    return found


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
    """Start a training in a child process and return at once.

    `settings` change single settings of the preset; `who` asks and `why` go into the journal.
    `command` replaces the training's command line, for one that does a job of another `kind`; `limits` those of the
    host. Raises JobError when a job runs already, or when the folder cannot be written.
    """
    place = JobFolder.of(folder)
    with place.exclusive():
        if status(folder).running:
            raise JobError("A training is running already. Wait until it has ended, then start the next.")
        asked = {"preset": preset, "data": dataset, "seed": seed, "who": who, "why": why}
        if limits and limits.with_parent:
            asked |= {"seconds": limits.seconds, "parent": os.getpid()}
        return _spawn(place, command or _command(place, asked, settings or {}), kind, limits, who)


def ensure_ready(retry: bool = False, folder: Path | None = None, command: Sequence[str] | None = None) -> JobStatus:
    """Start the first training if there is no model yet; call it as often as you like. Never raises JobError.

    Returns state "done" when a model is active, else the running job, else the failed one, which is started
    anew only with `retry`.
    """
    try:
        known = _settled(folder, retry)
        if known:
            return known
        place = JobFolder.of(folder)
        with place.exclusive():
            # Asked again: while we waited, another thread's job may have begun or even finished.
            known = _settled(folder, retry)
            # The first of all: a model that the owner keeps elsewhere is fetched rather than trained.
            return known or _spawn(place, command or [*_command(place, {"preset": "quick", "who": SERVER}), "--first"])
    except RecsysError as error:
        return JobStatus(state="failed", detail=str(error), updated=time.time())


def _command(place: JobFolder, asked: Mapping[str, object], settings: Mapping[str, object] = EMPTY) -> list[str]:
    """The command line of a training. Each option is one word, so that no value is taken for another option."""
    options = [f"--{name}={value}" for name, value in asked.items() if value != ""]
    changed = [f"--set={name}={value}" for name, value in settings.items()]
    return [sys.executable, "-m", "recsys", "train", f"--job={place.folder.parent}", *options, *changed]


def _settled(folder: Path | None, retry: bool) -> JobStatus | None:
    """What `ensure_ready` answers without starting anything, or None if it should start."""
    version = _active_version(folder)
    if version:
        return JobStatus(state="done", fraction=1.0, version=version)
    known = status(folder)
    return known if known.running or (known.state == "failed" and not retry) else None


def _active_version(folder: Path | None) -> str | None:
    from recsys.registry import Registry

    return Registry(folder or models_folder()).active_version()


def _spawn(
    place: JobFolder, command: Sequence[str], kind: str = TRAINING, limits: Limits | None = None, who: str = ""
) -> JobStatus:
    """Start the child and say so; the caller has the turn. Raises JobError, InputError for a wrong limit."""
    limits = limits or Limits.of_settings()
    place.remove_leftovers()
    now = time.time()
    first = JobStatus("running", STARTING, message="Starting.", started=now, updated=now, kind=kind, who=who)
    try:
        write_status(place.status, first)  # a full or read-only disk refuses before there is a child
        process = _popen(place, command)
    except OSError as error:
        with suppress(OSError):
            write_status(place.status, replace(first, state="failed", detail=sentence(error)))
        raise JobError(sentence(error)) from error
    first = replace(first, pid=process.pid)
    with suppress(OSError):  # the child says its number itself in a moment
        write_status(place.status, first)
    threading.Thread(target=_reap, args=(process, place, limits), name="job-reaper", daemon=True).start()
    return first


def _popen(place: JobFolder, command: Sequence[str]) -> subprocess.Popen[bytes]:
    # The server's sockets stay here (close_fds), and parent and child mean the same models folder.
    direct, variables = without_launcher(command)
    environment = os.environ | {"RECSYS_MODELS": str(place.folder.parent)} | variables
    with open(place.log, "wb", opener=opener) as log:
        process = subprocess.Popen(
            direct,
            cwd=checkout(),  # where `-m recsys` finds the package; an installed one is found from any folder
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            close_fds=True,
            **background_options(),
        )
    lower_priority(process.pid)
    return process


def _reap(process: subprocess.Popen[bytes], place: JobFolder, limits: Limits) -> None:
    """Wait for the child, so that no zombie stays, and say for it how it died if it could not."""
    code, why = watch(process, limits)
    with suppress(JobError, OSError), place.exclusive():
        found = read_status(place.status)
        if found.running and found.pid == process.pid:
            detail = why or (_with_log(place, _exit_sentence(code)) if code >= 0 else _exit_sentence(code))
            write_status(place.status, replace(found, state="failed", detail=detail, updated=time.time()))


def _alive(place: JobFolder, found: JobStatus) -> bool:
    age = abs(time.time() - found.updated)
    try:
        if place.lock().is_locked():
            return True
    except OSError:  # not permitted to ask the lock: believe a fresh heartbeat
        return found.running and age < 10 * HEARTBEAT_SECONDS
    starting = found.running and found.phase == STARTING and age < GRACE_SECONDS
    return starting and (found.pid == 0 or process_alive(found.pid))


def _ended(place: JobFolder, found: JobStatus) -> JobStatus:
    if found.state == "none":
        return found
    return replace(found, state="failed", detail=_with_log(place, SILENT_END))


def _exit_sentence(code: int) -> str:
    if code >= 0:
        return f"The training ended with exit code {code} before it could say why. Nothing was changed."
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    cause = ": most often the system was out of memory" if name == "SIGKILL" else ""
    return f"The training was killed from outside ({name}){cause}. Nothing was changed."


def _with_log(place: JobFolder, text: str) -> str:
    """The text and the last line that the process wrote, if any."""
    with suppress(OSError):
        lines = read_regular(place.log, MOST_BYTES)[-4000:].decode("utf-8", "replace").replace("\r", "\n").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"{text} Its last line was: {last}"[:LONGEST_DETAIL] if last else text
    return text
