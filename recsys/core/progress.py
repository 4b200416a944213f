"""How a long computation tells how far it is: one callback type, and a timer of its phases."""

from __future__ import annotations

import time
from typing import Protocol


class Progress(Protocol):
    """Callback with the phase, the fraction of it that is done (0 to 1), and a line for people."""

    def __call__(self, phase: str, fraction: float, message: str = "") -> None: ...


def silent(phase: str, fraction: float, message: str = "") -> None:
    """Progress callback that does nothing."""


def tee(*callbacks: Progress) -> Progress:
    """One progress callback that calls all of these, in their order."""

    def call_all(phase: str, fraction: float, message: str = "") -> None:
        for callback in callbacks:
            callback(phase, fraction, message)

    return call_all


class PhaseTimer:
    """Progress callback that also measures each phase, on the clock and of the processor."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._start, self._processor_start = progress, time.monotonic(), time.process_time()
        self._phase_starts: dict[str, tuple[float, float]] = {}  # on the clock, of the processor

    def __call__(self, phase: str, fraction: float, message: str = "") -> None:
        self._phase_starts.setdefault(phase, (self.seconds, self.processor_seconds))
        self._progress(phase, fraction, message)

    @property
    def seconds(self) -> float:
        """Seconds since the timer was made."""
        return time.monotonic() - self._start

    @property
    def processor_seconds(self) -> float:
        """Processor seconds of all threads of this process since the timer was made."""
        return time.process_time() - self._processor_start

    def phases(self) -> dict[str, float]:
        """Seconds by phase, in their order; each lasts until the next begins, the last until now."""
        return self._durations([clock for clock, _ in self._phase_starts.values()], self.seconds)

    def processor_phases(self) -> dict[str, float]:
        """Processor seconds by phase, which other work on a busy host does not make longer."""
        return self._durations([processor for _, processor in self._phase_starts.values()], self.processor_seconds)

    def _durations(self, starts: list[float], now: float) -> dict[str, float]:
        ends = [*starts[1:], now]
        return {
            phase: round(end - start, 1) for phase, start, end in zip(self._phase_starts, starts, ends, strict=True)
        }
