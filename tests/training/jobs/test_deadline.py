"""A job with a deadline ends by itself: when its time is over though nobody watches, and when its server has gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from recsys.__main__ import _parser
from recsys.settings import REPOSITORY
from recsys.training import jobs
from recsys.training.jobs import Deadline, JobStatus, Limits, Reporter, launcher
from recsys.training.jobs.files import JobFolder, write_status
from tests.training.jobs.test_jobs import command, ended, folder, posix, registry, until

__all__ = ["folder", "registry"]  # fixtures
TIDY = """
    beside = folder / ".new-bundle"
    try:
        beside.touch(); report("save", 0.5); time.sleep(60)
    finally:
        beside.unlink()
"""
DEAF = """
    report("trees", 0.5)
    while True:
        try: time.sleep(60)
        except KeyboardInterrupt: pass
"""


def with_deadline(folder, body: str, deadline: str) -> list[str]:
    """A fake training with a deadline, which is quick to insist."""
    program, option, code, *rest = command(folder, body.strip())
    code = code.replace("heartbeat=0.05", f"heartbeat=0.05, deadline=worker.Deadline({deadline})")
    return [program, option, f"from recsys.training.jobs import worker; worker.INSIST_SECONDS = 0.3\n{code}", *rest]


@pytest.mark.parametrize("body", [TIDY, DEAF], ids=["tidy", "deaf"])
def test_it_ends_when_its_time_is_over_though_nobody_watches(folder, body):
    process = subprocess.Popen(with_deadline(folder, body, "seconds=0.5"), cwd=REPOSITORY)
    assert process.wait(10) != 0
    found = jobs.status(folder)
    assert found.state == "failed"
    assert "was not done after the" in found.detail
    assert not JobFolder.of(folder).lock().is_locked()
    assert not (folder / ".new-bundle").exists()


@posix
def test_it_ends_with_the_server_that_it_is_for_and_leaves_nothing(folder):
    code = "import os, subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    body = with_deadline(folder, TIDY, "parent=os.getppid()")
    server = subprocess.Popen([sys.executable, "-c", code, *body], cwd=REPOSITORY)
    until(folder, lambda found: found.phase == "save")
    time.sleep(0.3)
    assert jobs.status(folder).running, "as long as the server is there, it goes on"
    server.kill()
    server.wait()
    found = until(folder, ended, seconds=3)
    assert "server that it was for has ended" in found.detail
    assert not (folder / ".new-bundle").exists()


@posix
def test_it_hears_where_its_server_was_told_to_ignore_ctrl_c(folder):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # children inherit it
    try:
        process = subprocess.Popen(with_deadline(folder, TIDY, "seconds=0.5"), cwd=REPOSITORY)
    finally:
        signal.signal(signal.SIGINT, before)
    process.wait(10)
    assert not (folder / ".new-bundle").exists()


def test_the_time_counts_from_when_it_was_asked_for(folder):
    place = JobFolder.of(folder)
    place.folder.mkdir()
    asked = JobStatus("running", pid=os.getpid(), started=time.time() - 100)
    write_status(place.status, asked)
    with pytest.raises(KeyboardInterrupt), Reporter(folder, heartbeat=0.05, deadline=Deadline(seconds=50)):
        time.sleep(10)
    assert "after the 50 seconds" in jobs.status(folder).detail


def test_a_deadline_is_as_long_as_it_says():
    assert Deadline().why_end(10**9) == ""
    assert Deadline(seconds=60).why_end(60) == ""
    assert "not done after the 60 seconds" in Deadline(seconds=60).why_end(60.1)
    assert Deadline(parent=os.getppid()).why_end(10**9) == ""


def test_the_training_is_told_its_deadline(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(launcher, "_spawn", lambda place, command, *_: asked.append(command))
    jobs.start(folder=folder, limits=Limits(seconds=60.0, with_parent=True))
    jobs.start(folder=folder, limits=Limits(seconds=60.0))
    told = [_parser().parse_args(each[3:]) for each in asked]
    assert [(given.seconds, given.parent) for given in told] == [(60.0, os.getpid()), (0.0, 0)]
