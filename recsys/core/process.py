"""Processes: whether one is alive, how to start, end and deprioritise one; what kind of machine the host is.

psutil is used where the standard library does not work on Windows. The processor's name and the limit of open files
are our own: psutil does not have the name, and sets that limit on Linux only.
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

LOW_PRIORITY = 10  # a "nice" value: requests of pages go before the training of trees


def process_alive(pid: int) -> bool:
    """Whether a process of this id may be alive; an ended one counts until its parent has read its exit code."""
    import psutil  # here and below: 20 ms that most commands do without

    return psutil.pid_exists(pid)


def has_parent(pid: int) -> bool:
    """Whether the process of this id is still the parent of this one."""
    if os.name != "nt":
        return os.getppid() == pid
    return parent_alive(pid)


def parent_alive(pid: int) -> bool:
    """`has_parent` for Windows, where a parent's id stays after its end, and may by now be that of another process."""
    import psutil

    with suppress(psutil.AccessDenied):
        parent = psutil.Process().parent()
        return parent is not None and parent.pid == pid
    return True


def interrupt() -> None:
    """Raise KeyboardInterrupt in the main thread, as Ctrl-C does, even while it waits. Call it from another thread.

    The program must first call `signal.signal(SIGINT, signal.default_int_handler)`: children of a server that was
    started in the background ignore Ctrl-C.
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
    """The kind of host: architecture, processor and cores. Equal hosts need about the same time for the same work."""
    model = platform.processor()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return f"{platform.machine()}, {model or 'unknown processor'}, {cores()} cores"


def end_process(pid: int, at_once: bool = False) -> None:
    """Ask a process to end, or kill it `at_once`; nothing if it has ended. Raises OSError when it is not permitted."""
    kill = at_once and os.name != "nt"  # on Windows SIGTERM kills too
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL if kill else signal.SIGTERM)


def background_options() -> dict[str, Any]:
    """Options for `subprocess.Popen`: a new process group, so that Ctrl-C in the terminal ends the server alone."""
    if os.name == "nt":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def without_launcher(command: Sequence[str], windows: bool = os.name == "nt") -> tuple[list[str], dict[str, str]]:
    """The command, and variables for its environment, so that the process started is Python itself.

    On Windows the `python.exe` of a virtual environment starts a second process that does the work, so id, parent and
    memory of the first say nothing about the work; `multiprocessing` avoids it in the same way.
    """
    base = getattr(sys, "_base_executable", sys.executable)
    if not windows or command[0] != sys.executable or base == sys.executable:
        return list(command), {}
    return [base, *command[1:]], {"__PYVENV_LAUNCHER__": sys.executable}


def lower_priority(pid: int) -> None:
    """Lower the priority of a process that has just started (its later threads inherit it)."""
    if os.name != "nt":  # on Windows `background_options` sets the priority
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, LOW_PRIORITY)


def raise_open_files(count: int) -> int | None:
    """Let this process open more files and connections, up to what the system allows.

    Returns how many it can open now; None if unlimited or unknown.
    """
    if os.name == "nt":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < target:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if limit == resource.RLIM_INFINITY else limit
