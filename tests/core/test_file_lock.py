"""Locks that die with their holder: real processes, real kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from recsys.core.file_lock import ProcessLock
from recsys.core.memory import host_mb
from recsys.core.process import process_alive
from recsys.settings import REPOSITORY

HOLD = """
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
    """Start a process that takes the lock and sleeps; whatever is left is killed at the end."""
    started = []

    def start(*extra: str) -> subprocess.Popen:
        command = [sys.executable, "-c", HOLD, str(tmp_path / "lock"), *extra]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline().strip() == "True"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_one_holder_at_a_time(tmp_path):
    first, second = ProcessLock(tmp_path / "lock"), ProcessLock(tmp_path / "lock")
    assert not first.held_by_someone()
    assert first.try_acquire()
    assert first.held_by_someone()
    assert second.held_by_someone()
    assert not second.try_acquire()
    assert not first.try_acquire(), "a lock is not taken twice, not even by its holder"
    first.release()
    first.release()
    assert not second.held_by_someone()
    assert second.try_acquire()
    second.release()


def test_waiting_gets_the_lock_when_it_becomes_free(tmp_path):
    first, second = ProcessLock(tmp_path / "lock"), ProcessLock(tmp_path / "lock")
    first.try_acquire()
    before = time.monotonic()
    assert not second.try_acquire(wait=0.1)
    assert 0.1 <= time.monotonic() - before < 1
    first.release()
    assert second.try_acquire(wait=0.1)
    second.release()


def test_looking_leaves_the_lock_free(tmp_path):
    lock = ProcessLock(tmp_path / "lock")
    lock.try_acquire()
    lock.release()
    assert not any(lock.held_by_someone() for _ in range(50))
    assert lock.try_acquire()
    lock.release()


def test_a_missing_folder_is_an_error_not_a_free_lock(tmp_path):
    lock = ProcessLock(tmp_path / "nowhere" / "lock")
    assert not lock.held_by_someone()
    with pytest.raises(FileNotFoundError):
        lock.try_acquire()


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_the_lock_is_free_at_once_after_sigkill(holder, tmp_path):
    process = holder()
    lock = ProcessLock(tmp_path / "lock")
    assert lock.held_by_someone()
    assert not lock.try_acquire()
    process.send_signal(signal.SIGKILL)
    assert lock.try_acquire(wait=1.0)
    lock.release()


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_surviving_grandchild_does_not_keep_the_lock(holder, tmp_path):
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


@pytest.mark.skipif(os.name == "nt", reason="always True there")
def test_a_process_that_is_gone_is_not_alive():
    process = subprocess.Popen([sys.executable, "-c", ""])
    assert process_alive(os.getpid())
    process.wait()
    assert not process_alive(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own")
def test_freed_memory_goes_back():
    code = (
        "import os, threading\nimport numpy as np\nfrom recsys.core.memory import hand_memory_back, resident_mb\n"
        "assert hand_memory_back()\n"
        "def work():\n    for size in range(9, 31): np.ones(size << 17)\n"
        "threads = [threading.Thread(target=work) for _ in range(4)]\n"
        "before = resident_mb(os.getpid())\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "print(resident_mb(os.getpid()) - before)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert float(ran.stdout) < 15


@pytest.mark.parametrize(
    ("group", "files", "most"),
    [
        ("0::/", {}, 16_000),
        ("0::/", {"memory.max": "max"}, 16_000),
        ("0::/", {"memory.max": str(690 * 2**20)}, 690),
        ("0::/some/where", {"memory.max": "max", "some/where/memory.max": str(512 * 2**20)}, 512),
        ("4:memory:/box", {"memory/memory.limit_in_bytes": str(2**63 - 4096)}, 16_000),
        ("4:memory:/box\n0::/", {"memory/box/memory.limit_in_bytes": str(690 * 2**20)}, 690),
        ("3:cpu:/box", {"box/memory.max": str(690 * 2**20)}, 16_000),
    ],
)
def test_a_host_has_what_its_machine_or_its_container_may_hold(tmp_path, group, files, most):
    told = {"proc/meminfo": f"MemTotal: {16_000 * 1024} kB\nMemFree: 1 kB\n", "proc/self/cgroup": f"{group}\n"}
    for name, text in (told | {f"sys/fs/cgroup/{name}": text for name, text in files.items()}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert host_mb(tmp_path) == most


def test_a_system_that_does_not_tell_has_no_size(tmp_path):
    assert host_mb(tmp_path) is None
