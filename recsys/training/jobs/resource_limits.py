"""Keeps a child process within its memory and its time: one that takes more is ended, with a reason."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from typing import Self

from recsys.core.memory import host_mb, own_mb
from recsys.settings import MIN_MEMORY_MB, memory_mb

CHECK_SECONDS = 0.2
MAX_SECONDS = 6 * 3600.0
SERVER_MB, SYSTEM_MB = 320, 70  # memory of the host for the server with its libraries, and for the system
ENOUGH_MB = 1000  # for two jobs beside each other


def allowed_mb() -> int | None:
    """Megabytes that a job may hold: `RECSYS_MEMORY_MB`, else what the server leaves of the host.

    None where the system does not report its memory. Raises InputError for a setting that is no number.
    """
    if (setting := memory_mb()) is not None:
        return setting
    host = host_mb()
    return None if host is None else max(int(host) - SERVER_MB - SYSTEM_MB, MIN_MEMORY_MB)


def scarce() -> bool:
    """Whether memory is too little for two jobs at once. Raises InputError as above."""
    allowed = allowed_mb()
    return allowed is not None and allowed < ENOUGH_MB


@dataclass(frozen=True)
class Limits:
    """What a job may use: megabytes that it holds alone (`memory.own_mb`; None: no limit) and seconds.

    `with_parent` makes the child keep the time itself, and end when the process that started it does.
    """

    memory_mb: float | None = None
    seconds: float = MAX_SECONDS
    with_parent: bool = False

    @classmethod
    def of_settings(cls) -> Self:
        """The limits of this host (`allowed_mb`). Raises InputError for a setting that is no number."""
        return cls(memory_mb=allowed_mb())

    def exceeded(self, used_mb: float | None, seconds: float) -> str:
        """Why a job has to be ended, as a sentence; "" when it may go on."""
        if self.memory_mb is not None and used_mb is not None and used_mb > self.memory_mb:
            return (
                f"It needed more than the allowed {self.memory_mb:,.0f} MB and was stopped. Nothing was changed. "
                "Choose a smaller preset or fewer ratings, or allow more with RECSYS_MEMORY_MB."
            )
        if seconds > self.seconds:
            return (
                f"It needed more than the allowed {self.seconds:,.0f} seconds and was stopped. Nothing was changed. "
                "Choose a smaller preset or fewer trees."
            )
        return ""


def watch(process: subprocess.Popen[bytes], limits: Limits) -> tuple[int, str]:
    """Wait for a child to end, or end it. Returns its exit code and why it was ended ("" when it ended by itself)."""
    start, why = time.monotonic(), ""
    while True:
        try:
            return process.wait(CHECK_SECONDS), why
        except subprocess.TimeoutExpired:
            why = why or limits.exceeded(own_mb(process.pid), time.monotonic() - start)
            if why:
                process.kill()
