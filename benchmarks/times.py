"""The times of one way of asking, and whether they hold their limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Measured:
    """The times of one way of asking, in milliseconds, and the limit that 95 of 100 must hold."""

    what: str
    times: np.ndarray
    limit: float

    @property
    def middle(self) -> float:
        return float(np.percentile(self.times, 50))

    @property
    def high(self) -> float:
        return float(np.percentile(self.times, 95))

    @property
    def held(self) -> bool:
        return self.high < self.limit

    def line(self) -> str:
        """The row of a table: what, how many, p50, p95, largest, limit at p95 and whether it holds."""
        verdict = "held" if self.held else "NOT HELD"
        numbers = f"{len(self.times):6d} {self.middle:8.1f} {self.high:8.1f} {self.times.max():8.1f}"
        return f"{self.what:<46}{numbers} {self.limit:8.0f}  {verdict}"


def timed(calls: Sequence[Callable[[], object]]) -> np.ndarray:
    """Milliseconds of each call, after one in ten to warm up."""
    for call in calls[: max(1, len(calls) // 10)]:
        call()
    times = []
    for call in calls:
        began = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - began))
    return np.array(times)


def table(measured: Sequence[Measured]) -> str:
    """All of them as lines of text."""
    head = f"{'milliseconds':<46}{'n':>6} {'p50':>8} {'p95':>8} {'max':>8} {'limit':>8}  at p95"
    return "\n".join([head, *(row.line() for row in measured)])
