"""The limits that a child process keeps by itself: its time, and the life of the process that started it."""

from __future__ import annotations

from dataclasses import dataclass

from recsys.core.process import has_parent
from recsys.training.jobs.resource_limits import Limits

INSIST_SECONDS = 5.0  # a step that does not react to an interrupt for so long is ended with the whole process
ORPHANED = "The server was stopped, so the job was stopped too. Nothing was changed."


@dataclass(frozen=True)
class Deadline:
    """How long a job may go on: so many seconds, and only as long as the process of a number is its parent.

    The parent watches too (`resource_limits`); this holds when the parent is no more.
    """

    seconds: float = 0.0  # 0: as long as it takes
    parent: int = 0  # 0: whether a process waits for it or not

    def why_end(self, seconds: float) -> str:
        """Why a job that took so long has to end, as a sentence; "" when it may go on."""
        if self.parent and not has_parent(self.parent):
            return ORPHANED
        return Limits(seconds=self.seconds).exceeded(None, seconds) if self.seconds else ""
