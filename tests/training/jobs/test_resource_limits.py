"""A job that takes more memory or time than its limits is ended with a reason, and another can start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from recsys.training import jobs
from recsys.training.jobs import Limits, resource_limits
from recsys.training.jobs.resource_limits import watch
from tests.training.jobs.test_jobs import QUICK, command, ended, folder, registry, until

__all__ = ["folder", "registry"]  # fixtures
GREEDY = (
    'report("trees", 0.5); block = bytearray(200 * 2**20); block[::4096] = b"x" * len(block[::4096]); time.sleep(60)'
)


def test_a_job_over_its_memory_is_ended_with_a_reason(folder):
    jobs.start(folder=folder, command=command(folder, GREEDY), limits=Limits(memory_mb=150))
    status = until(folder, lambda status: "more than the allowed 150 MB" in status.detail)
    assert (status.state, status.version) == ("failed", "")
    jobs.start(folder=folder, command=command(folder, QUICK), limits=Limits(memory_mb=150))
    assert until(folder, ended).state == "done"


def test_a_job_over_its_time_is_ended_with_a_reason(folder):
    body = 'report("trees", 0.5); time.sleep(60)'
    jobs.start(folder=folder, command=command(folder, body), limits=Limits(seconds=1.0))
    assert "more than the allowed 1 seconds" in until(folder, lambda status: "seconds" in status.detail).detail


def test_the_setting_is_the_limit(folder, monkeypatch):
    monkeypatch.setenv("RECSYS_MEMORY_MB", "150")
    assert jobs.ensure_ready(folder=folder, command=command(folder, GREEDY)).running
    assert "150 MB" in until(folder, lambda status: "MB" in status.detail).detail


def test_a_wrong_setting_is_a_sentence_and_starts_nothing(folder, monkeypatch):
    monkeypatch.setenv("RECSYS_MEMORY_MB", "much")
    status = jobs.ensure_ready(folder=folder, command=command(folder, QUICK))
    assert status.state == "failed"
    assert "RECSYS_MEMORY_MB: received 'much'" in status.detail
    assert not (folder / "children.txt").exists()


def test_a_process_that_ends_by_itself_has_no_reason():
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    assert watch(process, Limits(memory_mb=10_000.0)) == (3, "")


@pytest.mark.parametrize(
    ("setting", "host", "allowed", "scarce"),
    [
        ("", None, None, False),
        ("", 690.0, 300, True),
        ("", 200.0, 100, True),
        ("", 16_000.0, 15_610, False),
        ("450", 690.0, 450, True),
        ("2000", 690.0, 2000, False),
    ],
)
def test_the_memory_of_a_job_is_the_setting_or_what_the_server_leaves(monkeypatch, setting, host, allowed, scarce):
    monkeypatch.setenv("RECSYS_MEMORY_MB", setting)
    monkeypatch.setattr(resource_limits, "host_mb", lambda: host)
    assert resource_limits.allowed_mb() == allowed
    assert resource_limits.scarce() == scarce
    assert Limits.of_settings().memory_mb == allowed
