"""Latencies of one operation, and whether their 95th percentile is within a limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import result_files

HEADER = f"{'milliseconds':<46}{'n':>6} {'p50':>8} {'p95':>8} {'max':>8} {'limit':>8}  at p95"


@dataclass(frozen=True)
class Latencies:
    """Latencies of one operation and the limit of their 95th percentile, all in milliseconds."""

    operation: str
    milliseconds: np.ndarray  # float64 (calls,)
    limit: float

    @property
    def p50(self) -> float:
        return float(np.percentile(self.milliseconds, 50))

    @property
    def p95(self) -> float:
        return float(np.percentile(self.milliseconds, 95))

    @property
    def within_limit(self) -> bool:
        return self.p95 < self.limit

    def text_row(self) -> str:
        """One line under `HEADER`."""
        verdict = "held" if self.within_limit else "NOT HELD"
        numbers = f"{len(self.milliseconds):6d} {self.p50:8.1f} {self.p95:8.1f} {self.milliseconds.max():8.1f}"
        return f"{self.operation:<46}{numbers} {self.limit:8.0f}  {verdict}"


def timed(calls: Sequence[Callable[[], object]]) -> np.ndarray:
    """Milliseconds of each call, after a warm-up of one call in ten."""
    for call in calls[: max(1, len(calls) // 10)]:
        call()
    milliseconds = []
    for call in calls:
        began = time.perf_counter()
        call()
        milliseconds.append(1000 * (time.perf_counter() - began))
    return np.array(milliseconds)


def text_table(measurements: Sequence[Latencies]) -> str:
    """All measurements as lines of text under one header."""
    return "\n".join([HEADER, *(latencies.text_row() for latencies in measurements)])


def write(name: str, title: str, note: str, measurements: Sequence[Latencies]) -> None:
    """Write the measurements as results/NAME.md, under a title and a note, and as results/NAME.json."""
    rows = [
        [each.operation, len(each.milliseconds), f"{each.p50:.0f}", f"{each.p95:.0f}", f"{each.limit:.0f}"]
        for each in measurements
    ]
    table = result_files.markdown_table(["operation", "calls", "p50", "p95", "limit at p95"], rows)
    record = {
        each.operation: {"p50": round(each.p50), "p95": round(each.p95), "limit": each.limit} for each in measurements
    }
    result_files.write(name, [f"# {title}", "", note, "", *table], record)
