"""Memory of a process, of the host and of its container, measured on real processes where possible."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from recsys.core import memory
from recsys.core.memory import host_mb, own_mb, peak_mb, peak_own_mb, resident_mb
from recsys.settings import REPOSITORY

MEGABYTE = 2**20
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux's own")


def test_memory_of_this_process():
    resident_before, own_before = resident_mb(os.getpid()), own_mb(os.getpid())
    block = bytearray(64 * MEGABYTE)
    block[::4096] = b"x" * len(block[::4096])
    assert 50 < resident_mb(os.getpid()) - resident_before < 100
    assert 50 < own_mb(os.getpid()) - own_before < 100


def test_memory_of_another_process_and_of_an_ended_one():
    code = "held = bytearray(b'x' * 64 * 2**20); print('ready', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        assert 64 < own_mb(child.pid) < resident_mb(child.pid) < 64 + 60
        child.communicate(b"\n")
    assert (resident_mb(child.pid), own_mb(child.pid)) == (None, None)
    assert (resident_mb(2**22 + 1), own_mb(2**22 + 1)) == (None, None)


@linux
def test_memory_equals_that_of_the_kernel():
    pages = [int(number) for number in Path("/proc/self/statm").read_text().split()]
    size = os.sysconf("SC_PAGE_SIZE") / MEGABYTE
    assert resident_mb(os.getpid()) == pytest.approx(pages[1] * size, abs=1)
    assert own_mb(os.getpid()) == pytest.approx((pages[1] - pages[2]) * size, abs=1)


@linux
def test_a_mapped_file_is_no_own_memory(tmp_path):
    path = tmp_path / "shared"
    path.write_bytes(b"x" * 64 * MEGABYTE)
    resident_before, own_before = resident_mb(os.getpid()), own_mb(os.getpid())
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        assert sum(mapped[::4096]) == 64 * 256 * ord("x")
        assert resident_mb(os.getpid()) - resident_before > 50
        assert own_mb(os.getpid()) - own_before < 10


class FakeProcess:
    """A process as psutil describes it on one system; `unique` is None where the full figures are not permitted."""

    def __init__(self, unique: int | None = None, **info: int) -> None:
        self.info, self.unique = SimpleNamespace(**info), unique

    def memory_info(self):
        return self.info

    def memory_full_info(self):
        if self.unique is None:
            raise psutil.AccessDenied(1)
        return SimpleNamespace(uss=self.unique)


@pytest.mark.parametrize(
    ("process", "own"),
    [
        (FakeProcess(rss=100 * MEGABYTE, shared=30 * MEGABYTE), 70),  # Linux
        (FakeProcess(rss=100 * MEGABYTE, private=130 * MEGABYTE, peak_wset=150 * MEGABYTE), 130),  # Windows
        (FakeProcess(rss=100 * MEGABYTE, unique=60 * MEGABYTE), 60),  # macOS, of itself
        (FakeProcess(rss=100 * MEGABYTE), 100),  # macOS, of a child
    ],
)
def test_own_memory_on_each_system(monkeypatch, process, own):
    monkeypatch.setattr(psutil, "Process", lambda pid: process)
    assert resident_mb(1) == 100
    assert own_mb(1) == own


def test_the_peak_stays_after_memory_is_freed():
    code = (
        "import os\nfrom recsys.core.memory import own_mb, peak_own_mb\nbefore = own_mb(os.getpid())\n"
        "held = bytearray(b'x' * 64 * 2**20)\ndel held\nprint(before, own_mb(os.getpid()), peak_own_mb())"
    )
    own_before, own_after, peak = map(float, subprocess.check_output([sys.executable, "-c", code]).split())
    assert own_after < own_before + 20
    assert own_before + 50 < peak < own_before + 160


@linux
def test_the_peak_is_not_that_of_the_process_that_started_this_one():
    code = "from recsys.core.memory import peak_mb; print(peak_mb())"
    block = bytearray(b"x" * 128 * MEGABYTE)
    peak = float(subprocess.check_output([sys.executable, "-c", code], cwd=REPOSITORY))
    assert peak < 100 < len(block) / MEGABYTE < peak_mb()


@pytest.mark.parametrize(
    ("platform", "peak", "own_peak"), [("darwin", 96, 66), ("win32", 150, 140)], ids=["macOS", "Windows"]
)
def test_the_peak_on_other_systems(monkeypatch, platform, peak, own_peak):
    usage = SimpleNamespace(ru_maxrss=96 * MEGABYTE)  # bytes on macOS, kilobytes on Linux
    info = {"private": 70 * MEGABYTE, "peak_wset": 150 * MEGABYTE, "peak_pagefile": 140 * MEGABYTE}
    process = FakeProcess(rss=100 * MEGABYTE, unique=70 * MEGABYTE, **(info if platform == "win32" else {}))
    monkeypatch.setattr(memory, "sys", SimpleNamespace(platform=platform))
    resource = SimpleNamespace(RUSAGE_SELF=0, getrusage=lambda process: usage)
    monkeypatch.setitem(sys.modules, "resource", resource)
    monkeypatch.setattr(psutil, "Process", lambda pid=None: process)
    assert (peak_mb(), peak_own_mb()) == (peak, own_peak)


@linux
def test_freed_memory_is_returned():
    code = (
        "import os, threading\nimport numpy as np\nfrom recsys.core.memory import return_freed_memory, resident_mb\n"
        "assert return_freed_memory()\n"
        "def work():\n    for size in range(9, 31): np.ones(size << 17)\n"
        "threads = [threading.Thread(target=work) for _ in range(4)]\n"
        "before = resident_mb(os.getpid())\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "print(resident_mb(os.getpid()) - before)"
    )
    completed = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert float(completed.stdout) < 15


@pytest.fixture
def machine_of_16_gb(monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=16_000 * MEGABYTE))


@pytest.mark.parametrize(
    ("group", "files", "megabytes"),
    [
        ("0::/", {}, 16_000),
        ("0::/", {"memory.max": "max"}, 16_000),
        ("0::/", {"memory.max": str(690 * 2**20)}, 690),
        ("0::/some/where", {"memory.max": "max", "some/where/memory.max": str(512 * 2**20)}, 512),
        ("0::/outside/name", {"memory.max": str(690 * 2**20)}, 690),
        ("4:memory:/box", {"memory/memory.limit_in_bytes": str(2**63 - 4096)}, 16_000),
        ("4:memory:/box\n0::/", {"memory/box/memory.limit_in_bytes": str(690 * 2**20)}, 690),
        ("3:cpu:/box", {"box/memory.max": str(690 * 2**20)}, 16_000),
    ],
)
def test_the_host_has_the_memory_of_its_machine_or_its_container(tmp_path, machine_of_16_gb, group, files, megabytes):
    contents = {"proc/self/cgroup": f"{group}\n"} | {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    for name, text in contents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert host_mb(tmp_path) == megabytes


def test_without_control_groups_the_host_has_the_memory_of_the_machine(tmp_path, machine_of_16_gb):
    assert host_mb(tmp_path) == 16_000


@linux
def test_memory_of_the_machine_equals_that_of_the_kernel(tmp_path):
    name, kilobytes, _ = Path("/proc/meminfo").read_text().splitlines()[0].split()
    assert name == "MemTotal:"
    assert host_mb(tmp_path) == int(kilobytes) / 1024


def test_memory_of_an_unreadable_host_is_unknown(tmp_path, monkeypatch):
    def refuse():
        raise FileNotFoundError("/proc/meminfo")

    monkeypatch.setattr(psutil, "virtual_memory", refuse)
    assert host_mb(tmp_path) is None
