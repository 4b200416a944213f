"""Locks end with their holder: real processes, real kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from recsys.core.file_lock import ProcessLock
from recsys.core.process import process_alive
from recsys.settings import REPOSITORY

HOLDER_CODE = """
import subprocess, sys, time
from recsys.core.file_lock import ProcessLock
lock = ProcessLock(sys.argv[1])
print(lock.try_acquire(), flush=True)
if len(sys.argv) > 2:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], close_fds=False)
    print(child.pid, flush=True)
time.sleep(30)
"""


@pytest.fixture
def holder(tmp_path):
    """Starts processes that take the lock and sleep; they are killed at the end."""
    processes = []

    def start(*extra: str) -> subprocess.Popen:
        command = [sys.executable, "-c", HOLDER_CODE, str(tmp_path / "lock"), *extra]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout.readline().strip() == "True"
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_lock_has_one_holder(tmp_path):
    first, second = ProcessLock(tmp_path / "lock"), ProcessLock(tmp_path / "lock")
    assert not first.is_locked()
    assert first.try_acquire()
    assert first.is_locked()
    assert second.is_locked()
    assert not second.try_acquire()
    assert not first.try_acquire(), "a lock is not taken twice, not even by its holder"
    first.release()
    first.release()
    assert not second.is_locked()
    assert second.try_acquire()
    second.release()


def test_waiting_takes_the_lock_once_it_is_free(tmp_path):
    first, second = ProcessLock(tmp_path / "lock"), ProcessLock(tmp_path / "lock")
    first.try_acquire()
    started = time.monotonic()
    assert not second.try_acquire(wait=0.1)
    assert 0.1 <= time.monotonic() - started < 1
    first.release()
    assert second.try_acquire(wait=0.1)
    second.release()


def test_is_locked_does_not_take_the_lock(tmp_path):
    lock = ProcessLock(tmp_path / "lock")
    lock.try_acquire()
    lock.release()
    assert not any(lock.is_locked() for _ in range(50))
    assert lock.try_acquire()
    lock.release()


def test_a_missing_folder_is_an_error_not_a_free_lock(tmp_path):
    lock = ProcessLock(tmp_path / "nowhere" / "lock")
    assert not lock.is_locked()
    with pytest.raises(FileNotFoundError):
        lock.try_acquire()


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_the_lock_is_free_at_once_after_sigkill(holder, tmp_path):
    process = holder()
    lock = ProcessLock(tmp_path / "lock")
    assert lock.is_locked()
    assert not lock.try_acquire()
    process.send_signal(signal.SIGKILL)
    assert lock.try_acquire(wait=1.0)
    lock.release()


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_surviving_grandchild_does_not_hold_the_lock(holder, tmp_path):
    process = holder("with a child")
    grandchild = int(process.stdout.readline())
    try:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process_alive(grandchild)
        lock = ProcessLock(tmp_path / "lock")
        assert lock.try_acquire(wait=1.0)
        lock.release()
    finally:
        os.kill(grandchild, signal.SIGKILL)
