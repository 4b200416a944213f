"""How long a training will take on this host, and how much memory, judged by those that were measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median_low
from typing import Any, Self

import numpy as np

from recsys.config import PRESET_NAMES, TrainingConfig
from recsys.core.process import cores, machine
from recsys.errors import InputError

COSTS = Path(__file__).with_name("costs.json")  # written by `python benchmarks/growth.py`
QUICKER = "Choose a smaller preset, fewer trees or fewer ratings."  # what to do when there is too little time
FEATURES, TREES = "features", "trees"  # phases that settings make longer
SHARES = {FEATURES: 0.5, TREES: 0.4, "": 0.1}  # of the processor time, where no run of this host tells
RECENT_RUNS = 9  # older ones were made with other libraries, or on a host that has changed since
# An estimate this many times over a limit cannot fit; one that is over it by less may, so it is a warning.
TIME_DOUBT, TIME_DOUBT_ELSEWHERE = 2.0, 4.0  # judged by runs of this host; by those of another one
MEMORY_DOUBT_ELSEWHERE = 1.25


@dataclass(frozen=True)
class Reference:
    """What a preset cost where the project measured it, alone on two cores."""

    seconds: float
    processor_seconds: float
    megabytes: float


@dataclass(frozen=True)
class Estimate:
    """What a training will cost: seconds on a host that does little else, and megabytes."""

    seconds: float
    megabytes: float
    runs: tuple[str, ...] = ()  # the versions of this host by whose processor time it was judged, newest first
    slowest: float = 0.0  # seconds on the clock that the slowest of them would have taken for this
    weighed: bool = False  # whether the memory is that of past runs too

    def refusal(self, memory_mb: float | None, seconds: float, quicker: str = QUICKER) -> str:
        """Why a host with these limits cannot do it, the remedy `quicker` last; "" when it may."""
        memory_doubt = 1.0 if self.weighed else MEMORY_DOUBT_ELSEWHERE
        if memory_mb is not None and self.megabytes > memory_mb * memory_doubt:
            return self._memory(memory_mb)
        if self.seconds > seconds * (TIME_DOUBT if self.runs else TIME_DOUBT_ELSEWHERE):
            return f"It would take about {_span(self.seconds)}, and may take {_span(seconds)} here. {quicker}"
        return ""

    def warning(self, memory_mb: float | None, seconds: float) -> str:
        """Why it may not fit within these limits, although it is worth trying; "" when nothing speaks against it."""
        if memory_mb is not None and self.megabytes > memory_mb:
            return f"{self._memory(memory_mb)} You can try: it is ended if it takes more, and nothing changes then."
        longest = max(self.seconds, self.slowest)
        if longest > seconds:
            return (
                f"It may take up to {_span(longest)} when this host is busy, and is ended after {_span(seconds)}. "
                "You can try: nothing changes if it is ended."
            )
        return ""

    def _memory(self, memory_mb: float) -> str:
        return (
            f"It would need about {self.megabytes:,.0f} MB, and a training may hold {memory_mb:,.0f} MB here "
            "(RECSYS_MEMORY_MB). Choose a smaller preset or fewer ratings."
        )


@dataclass(frozen=True)
class Run:
    """A past training of this host, with the processor seconds of each phase: those do not grow on a busy host."""

    version: str
    preset: str
    config: TrainingConfig
    ratings: int
    seconds: float
    phases: Mapping[str, float]

    @classmethod
    def of(cls, row: Mapping[str, Any], host: str) -> Self | None:
        """A row of `registry.listing` as a run, None if it is another host's or does not say enough."""
        config, ratings = _config_of(row), _ratings_of(row)
        phases = {name: spent for name, spent in (row.get("processor_phases") or {}).items() if _positive(spent)}
        told = config and ratings and phases and _positive(row.get("seconds"))
        if not told or row.get("preset") not in PRESET_NAMES or row.get("host") != host:
            return None
        return cls(str(row["version"]), row["preset"], config, ratings, row["seconds"], phases)

    @property
    def processor_seconds(self) -> float:
        """Of all phases."""
        return sum(self.phases.values())

    def scaled(self, config: TrainingConfig, preset: str, ratings: int) -> float:
        """Processor seconds of this host for another training: by the settings of each phase, and by the rows."""
        growth = reference(preset, ratings).processor_seconds / reference(preset, self.ratings).processor_seconds
        return growth * _spent(self.phases, config, self.config)


def estimate(
    config: TrainingConfig, preset: str, ratings: int, past: Sequence[Mapping[str, Any]] = (), host: str | None = None
) -> Estimate:
    """What a training of so many ratings will cost.

    `past` are rows of `registry.listing`, newest first. The median over the runs of this `host` (default:
    `locks.machine()`) counts, each scaled to the settings and the number of ratings: of the same preset if there
    are any, else of the others. Without one the project's own measurements count.
    """
    known = [run for row in past if (run := Run.of(row, host or machine()))]
    runs = ([run for run in known if run.preset == preset] or known)[:RECENT_RUNS]
    curve = reference(preset, ratings)
    megabytes, weighed = _megabytes(preset, ratings, past)
    clock = min(1.0, max(curve.seconds / curve.processor_seconds, 1 / cores()))  # seconds for one of the processor
    if not runs:
        processor = curve.processor_seconds * _spent(SHARES, config, TrainingConfig.of(preset))
        return Estimate(processor * clock, megabytes, weighed=weighed)
    costs = [run.scaled(config, preset, ratings) for run in runs]
    slowest = max(run.seconds * cost / run.processor_seconds for run, cost in zip(runs, costs, strict=True))
    return Estimate(median_low(costs) * clock, megabytes, tuple(run.version for run in runs), slowest, weighed)


def reference(preset: str, ratings: int) -> Reference:
    """What the preset cost where it was measured, straight between the sizes and on beyond them; time in logarithms."""
    costs = _costs()[preset]
    sizes, at = costs["ratings"], max(ratings, 1)
    curves = costs["seconds"], costs["processor_seconds"]
    times = (math.exp(_between(math.log(at), np.log(sizes), np.log(curve))) for curve in curves)
    return Reference(*times, _between(ratings, sizes, costs["megabytes"]))


def _megabytes(preset: str, ratings: int, past: Sequence[Mapping[str, Any]]) -> tuple[float, bool]:
    """The median of what runs of the preset held, on any host, scaled to the number of ratings; whether there are any.

    A processor makes no difference to it. Without a run it is what the project measured.
    """
    expected = reference(preset, ratings).megabytes
    beyond = [
        row["peak_own_mb"] - reference(preset, rows).megabytes
        for row in past
        if row.get("preset") == preset and _positive(row.get("peak_own_mb")) and (rows := _ratings_of(row))
    ]
    return expected + (median_low(beyond[:RECENT_RUNS]) if beyond else 0.0), bool(beyond)


def _span(seconds: float) -> str:
    return f"{seconds:,.0f} seconds" if seconds < 120 else f"{seconds / 60:,.0f} minutes"


def _between(at: float, known: Sequence[float], heights: Sequence[float]) -> float:
    place = int(np.clip(np.searchsorted(known, at) - 1, 0, len(known) - 2))
    slope = (heights[place + 1] - heights[place]) / (known[place + 1] - known[place])
    return float(heights[place] + slope * (at - known[place]))


def _spent(phases: Mapping[str, float], config: TrainingConfig, known: TrainingConfig) -> float:
    """What phases that took so long with the known settings take with others."""
    longer = _longer(config, known)
    return sum(spent * longer.get(phase, 1.0) for phase, spent in phases.items())


def _longer(config: TrainingConfig, known: TrainingConfig) -> dict[str, float]:
    """How many times longer each phase lasts than with other settings: by the work that it repeats."""
    rows = _rows(config) / _rows(known)
    return {
        FEATURES: rows * _feature_work(config) / _feature_work(known),
        TREES: rows * _tree_work(config) / _tree_work(known),
    }


def _feature_work(config: TrainingConfig) -> float:
    """Times that the features are learned, times the EM steps of each."""
    return (config.cross_fitting.folds + 1) * (config.gaussian_process.em_iterations + 1)


def _tree_work(config: TrainingConfig) -> float:
    return config.boosting.trees * config.boosting.depth


def _rows(config: TrainingConfig) -> float:
    """Training rows for each rating."""
    return (1 - config.test_fraction) * (1 + config.cross_fitting.cold_start_fraction)


def _config_of(row: Mapping[str, Any]) -> TrainingConfig | None:
    """The settings of a row; None if it has none or this code does not know them."""
    settings = row.get("settings")
    try:
        return TrainingConfig.of(**settings) if isinstance(settings, Mapping) and settings else None
    except (InputError, TypeError):
        return None


def _ratings_of(row: Mapping[str, Any]) -> int:
    """How many ratings a row's training had; 0 when it does not say."""
    ratings = (row.get("data") or {}).get("ratings")
    return ratings if isinstance(ratings, int) and ratings > 0 else 0


def _positive(amount: object) -> bool:
    return isinstance(amount, int | float) and 0 < amount < math.inf


@cache
def _costs() -> dict[str, dict[str, list[float]]]:
    return json.loads(COSTS.read_text("utf-8"))
