"""Keeps a child process within its memory and its time; what goes beyond is ended, and told why."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from typing import Self

from recsys.core.memory import host_mb, own_mb
from recsys.settings import LEAST_MEMORY_MB, memory_mb

LOOK_SECONDS = 0.2
LONGEST_SECONDS = 6 * 3600.0
SERVER_MB, SPARE_MB = 320, 70  # of a host that are no job's: the server's, with the libraries, and the system's
PLENTY_MB = 1000  # from here on two jobs have room beside each other


def allowed_mb() -> int | None:
    """Megabytes that a job may hold: `RECSYS_MEMORY_MB`, else what the host has beside the server.

    None where the system does not tell. Raises InputError for a setting that is no number.
    """
    if (told := memory_mb()) is not None:
        return told
    host = host_mb()
    return None if host is None else max(int(host) - SERVER_MB - SPARE_MB, LEAST_MEMORY_MB)


def scarce() -> bool:
    """Whether memory is so little that one job has to end before the next begins. Raises InputError as above."""
    allowed = allowed_mb()
    return allowed is not None and allowed < PLENTY_MB


@dataclass(frozen=True)
class Limits:
    """What a job may use: megabytes that it holds alone (`memory.own_mb`; None: no limit) and seconds.

    `with_parent` lets it keep the time itself, and end when the process that started it does.
    """

    memory_mb: float | None = None
    seconds: float = LONGEST_SECONDS
    with_parent: bool = False

    @classmethod
    def of_settings(cls) -> Self:
        """The host's (`allowed_mb`). Raises InputError for a setting that is no number."""
        return cls(memory_mb=allowed_mb())

    def exceeded(self, used_mb: float | None, seconds: float) -> str:
        """Why a job has to be ended, as a sentence; "" when it may go on."""
        if self.memory_mb is not None and used_mb is not None and used_mb > self.memory_mb:
            return (
                f"It needed more than the {self.memory_mb:,.0f} MB that it may use and was ended. Nothing was changed. "
                "Choose a smaller preset or fewer ratings, or allow more with RECSYS_MEMORY_MB."
            )
        if seconds > self.seconds:
            return (
                f"It was not done after the {self.seconds:,.0f} seconds that it may take and was ended. Nothing was "
                "changed. Choose a smaller preset or fewer trees."
            )
        return ""


def watch(process: subprocess.Popen[bytes], limits: Limits) -> tuple[int, str]:
    """Wait for a child to end, or end it: its exit code, and the sentence why it was ended ("" when it did itself)."""
    began, why = time.monotonic(), ""
    while True:
        try:
            return process.wait(LOOK_SECONDS), why
        except subprocess.TimeoutExpired:
            why = why or limits.exceeded(own_mb(process.pid), time.monotonic() - began)
            if why:
                process.kill()
