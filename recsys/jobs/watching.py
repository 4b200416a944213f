"""Keeps a child process within its memory and its time; what goes beyond is ended, and told why."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from typing import Self

from recsys.locks import own_mb
from recsys.settings import memory_mb

LOOK_SECONDS = 0.2
LONGEST_SECONDS = 6 * 3600.0


@dataclass(frozen=True)
class Limits:
    """What a job may use: megabytes that it holds alone (`locks.own_mb`; None: no limit) and seconds.

    `with_parent` lets it keep the time itself, and end when the process that started it does.
    """

    memory_mb: float | None = None
    seconds: float = LONGEST_SECONDS
    with_parent: bool = False

    @classmethod
    def of_settings(cls) -> Self:
        """The host's: `RECSYS_MEMORY_MB`. Raises InputError for a setting that is no number."""
        return cls(memory_mb=memory_mb())

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
