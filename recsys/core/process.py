"""Processes: whether one lives, how it is started, asked to end and told to give way; what the host is.

psutil answers where Windows needs another way than the standard library's. The processor's name and the limit of open
files are read by ourselves: psutil does not tell the name, and sets that limit on Linux only.
"""

from __future__ import annotations

import _thread
import os
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

if os.name != "nt":
    import resource

LOW_PRIORITY = 10  # a step of politeness: the page's answers go before the training's trees


def process_alive(pid: int) -> bool:
    """Whether a process of this number may be alive; one that ended stays until its parent has asked for its code."""
    import psutil  # here and below: 20 ms that most commands do without

    return psutil.pid_exists(pid)


def has_parent(pid: int) -> bool:
    """Whether the process of this number is still this one's parent."""
    if os.name != "nt":
        return os.getppid() == pid
    return parent_alive(pid)


def parent_alive(pid: int) -> bool:
    """The same for Windows, where the number of a parent that ended stays, and may be another process's by now."""
    import psutil

    with suppress(psutil.AccessDenied):
        parent = psutil.Process().parent()
        return parent is not None and parent.pid == pid
    return True


def interrupt() -> None:
    """Raise KeyboardInterrupt in the main thread, as Ctrl-C does, waking it where it waits; for any other thread.

    First the program has to have said `signal.signal(SIGINT, signal.default_int_handler)`: children of a server that
    was started in the background ignore Ctrl-C.
    """
    if os.name == "nt":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def cores() -> int:
    """Processor cores that this process may use at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def machine() -> str:
    """The kind of host, as words: two that are alike need about the same processor time for the same work."""
    model = platform.processor()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return f"{platform.machine()}, {model or 'unknown processor'}, {cores()} cores"


def end_process(pid: int, at_once: bool = False) -> None:
    """Ask a process to end, or end it; nothing when it is gone. Raises OSError when it is not permitted."""
    insist = at_once and os.name != "nt"  # on Windows asking is insisting
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL if insist else signal.SIGTERM)


def background_options() -> dict[str, Any]:
    """Options for `subprocess.Popen`: an own group, so that Ctrl-C in the terminal ends the server alone."""
    if os.name == "nt":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def without_launcher(command: Sequence[str], windows: bool = os.name == "nt") -> tuple[list[str], dict[str, str]]:
    """A command, and what its environment needs, so that the process started is Python itself.

    On Windows the `python.exe` of a virtual environment starts another process that does the work, so its number,
    parent and memory are not those of the work; `multiprocessing` passes it by in the same way.
    """
    base = getattr(sys, "_base_executable", sys.executable)
    if not windows or command[0] != sys.executable or base == sys.executable:
        return list(command), {}
    return [base, *command[1:]], {"__PYVENV_LAUNCHER__": sys.executable}


def lower_priority(pid: int) -> None:
    """Let a process just started give way to others (threads it makes later do the same)."""
    if os.name != "nt":  # on Windows `background_options` has said so already
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, LOW_PRIORITY)


def raise_open_files(wanted: int) -> int | None:
    """Let this process open more files and connections, as far as the system allows; how many, None if unknown."""
    if os.name == "nt":
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    now = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if now == resource.RLIM_INFINITY else now
