"""A job with a deadline ends by itself: when its time is over without its parent, and when its server has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from recsys.settings import REPOSITORY
from recsys.training import jobs
from recsys.training.job_order import JobOrder
from recsys.training.jobs import Deadline, JobStatus, Limits, Reporter, launcher
from recsys.training.jobs.files import JobFolder, write_status
from tests.training.jobs.test_jobs import command, ended, folder, posix, registry, until

__all__ = ["folder", "registry"]  # fixtures
WITH_CLEANUP = """
    temporary = folder / ".new-bundle"
    try:
        temporary.touch(); report("save", 0.5); time.sleep(60)
    finally:
        temporary.unlink()
"""
NOT_INTERRUPTIBLE = """
    report("trees", 0.5)
    while True:
        try: time.sleep(60)
        except KeyboardInterrupt: pass
"""


def with_deadline(folder, body: str, deadline: str) -> list[str]:
    """The command of a fake training with a deadline, which insists after 0.3 seconds."""
    program, option, code, *rest = command(folder, body.strip())
    code = code.replace("heartbeat=0.05", f"heartbeat=0.05, deadline=worker.Deadline({deadline})")
    return [program, option, f"from recsys.training.jobs import worker; worker.INSIST_SECONDS = 0.3\n{code}", *rest]


@pytest.mark.parametrize("body", [WITH_CLEANUP, NOT_INTERRUPTIBLE], ids=["with cleanup", "not interruptible"])
def test_it_ends_when_its_time_is_over_without_its_parent(folder, body):
    process = subprocess.Popen(with_deadline(folder, body, "seconds=0.5"), cwd=REPOSITORY)
    assert process.wait(10) != 0
    status = jobs.status(folder)
    assert status.state == "failed"
    assert "more than the allowed" in status.detail
    assert not JobFolder.of(folder).lock().is_locked()
    assert not (folder / ".new-bundle").exists()


@posix
def test_it_ends_with_its_server_and_leaves_no_files(folder):
    code = "import os, subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    body = with_deadline(folder, WITH_CLEANUP, "parent=os.getppid()")
    server = subprocess.Popen([sys.executable, "-c", code, *body], cwd=REPOSITORY)
    until(folder, lambda status: status.phase == "save")
    time.sleep(0.3)
    assert jobs.status(folder).running, "as long as the server is there, it goes on"
    server.kill()
    server.wait()
    status = until(folder, ended, seconds=3)
    assert "server was stopped, so the job" in status.detail
    assert not (folder / ".new-bundle").exists()


@posix
def test_it_is_interrupted_where_its_server_ignores_ctrl_c(folder):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # children inherit it
    try:
        process = subprocess.Popen(with_deadline(folder, WITH_CLEANUP, "seconds=0.5"), cwd=REPOSITORY)
    finally:
        signal.signal(signal.SIGINT, before)
    process.wait(10)
    assert not (folder / ".new-bundle").exists()


def test_the_time_counts_from_the_start_by_the_parent(folder):
    job_folder = JobFolder.of(folder)
    job_folder.folder.mkdir()
    write_status(job_folder.status, JobStatus("running", pid=os.getpid(), started=time.time() - 100))
    with pytest.raises(KeyboardInterrupt), Reporter(folder, heartbeat=0.05, deadline=Deadline(seconds=50)):
        time.sleep(10)
    assert "allowed 50 seconds" in jobs.status(folder).detail


def test_a_deadline_lasts_its_seconds():
    assert Deadline().why_end(10**9) == ""
    assert Deadline(seconds=60).why_end(60) == ""
    assert "allowed 60 seconds" in Deadline(seconds=60).why_end(60.1)
    assert Deadline(parent=os.getppid()).why_end(10**9) == ""


def test_the_order_has_the_deadline(folder, monkeypatch):
    commands = []
    monkeypatch.setattr(launcher, "_spawn", lambda job_folder, command, *_: commands.append(command))
    jobs.start(folder=folder, limits=Limits(seconds=60.0, with_parent=True))
    jobs.start(folder=folder, limits=Limits(seconds=60.0))
    orders = [JobOrder.parse(command[-1]) for command in commands]
    assert [(order.seconds, order.parent) for order in orders] == [(60.0, os.getpid()), (0.0, 0)]
