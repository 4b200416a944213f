"""Processes: which are alive, which is the parent, and how Python is started without a launcher."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from recsys.core import process
from recsys.core.process import has_parent, parent_alive, process_alive, without_launcher
from recsys.settings import REPOSITORY

ORPHAN = """
import os, sys, time
from recsys.core.process import has_parent, parent_alive
parent = os.getppid()
print(has_parent(parent), parent_alive(parent), flush=True)
while os.getppid() == parent: time.sleep(0.01)
print(has_parent(parent), parent_alive(parent), flush=True)
"""


def test_an_ended_process_is_not_alive():
    child = subprocess.Popen([sys.executable, "-c", ""])
    assert process_alive(os.getpid())
    child.wait()
    assert not process_alive(child.pid)
    assert not process_alive(-os.getpid()), "no process group either"


def test_the_parent_is_the_one_that_started_this_process():
    assert has_parent(os.getppid())
    assert parent_alive(os.getppid())
    assert not has_parent(os.getpid())
    assert not parent_alive(os.getpid())


@pytest.mark.skipif(os.name == "nt", reason="there an orphan's parent keeps its number")
def test_an_orphan_has_no_parent():
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]]); sys.stdin.readline()"
    starter = subprocess.Popen(
        [sys.executable, "-c", code, ORPHAN], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with starter:
        assert starter.stdout.readline() == "True True\n"
        starter.stdin.close()
        assert starter.stdout.readline() == "False False\n"


def test_the_launcher_of_a_virtual_environment_is_avoided_on_windows(monkeypatch):
    monkeypatch.setattr(process.sys, "_base_executable", "C:/Python/python.exe")
    command = [sys.executable, "-m", "recsys"]
    direct = (["C:/Python/python.exe", "-m", "recsys"], {"__PYVENV_LAUNCHER__": sys.executable})
    assert without_launcher(command, windows=True) == direct
    assert without_launcher(command, windows=False) == (command, {})
    assert without_launcher(["other", "-m"], windows=True) == (["other", "-m"], {})
    monkeypatch.setattr(process.sys, "_base_executable", sys.executable)
    assert without_launcher(command, windows=True) == (command, {})
