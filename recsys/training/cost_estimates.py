"""Estimates of the time and memory that a training will take on this host, from the trainings that were measured."""

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
QUICKER = "Choose a smaller preset, fewer trees or fewer ratings."  # the remedy for too little time
FEATURES, TREES = "features", "trees"  # phases that settings make longer
PHASE_SHARES = {FEATURES: 0.5, TREES: 0.4, "": 0.1}  # of the processor time, where no run of this host is known
RECENT_RUNS = 9  # older ones were made with other libraries, or on a host that has changed since
# An estimate this many times over a limit is refused; one that is over it by less may fit, so it is a warning.
TIME_TOLERANCE, TIME_TOLERANCE_ELSEWHERE = 2.0, 4.0  # estimated from runs of this host; of another one
MEMORY_TOLERANCE_ELSEWHERE = 1.25


@dataclass(frozen=True)
class Reference:
    """The measured cost of a preset, alone on two cores."""

    seconds: float
    processor_seconds: float
    megabytes: float


@dataclass(frozen=True)
class Estimate:
    """The cost of a training: seconds on a host that does little else, and megabytes."""

    seconds: float
    megabytes: float
    runs: tuple[str, ...] = ()  # versions of this host whose processor time it is estimated from, newest first
    slowest: float = 0.0  # seconds on the clock that the slowest of them would have taken for this
    weighed: bool = False  # whether the memory is estimated from past runs too
    runs_preset: str = ""  # the preset of those versions; another one than the training's makes the estimate a guess

    def refusal(self, memory_mb: float | None, seconds: float, quicker: str = QUICKER) -> str:
        """Why a host with these limits cannot do it, the remedy `quicker` last; "" when it may."""
        memory_tolerance = 1.0 if self.weighed else MEMORY_TOLERANCE_ELSEWHERE
        if memory_mb is not None and self.megabytes > memory_mb * memory_tolerance:
            return self._memory_sentence(memory_mb)
        if self.seconds > seconds * (TIME_TOLERANCE if self.runs else TIME_TOLERANCE_ELSEWHERE):
            return f"It would take about {_duration(self.seconds)}; the limit is {_duration(seconds)}. {quicker}"
        return ""

    def warning(self, memory_mb: float | None, seconds: float) -> str:
        """Why it may not fit within these limits, although it is worth trying; "" when it fits."""
        if memory_mb is not None and self.megabytes > memory_mb:
            memory = self._memory_sentence(memory_mb)
            return f"{memory} You can try: if it needs more, it is stopped and nothing changes."
        longest = max(self.seconds, self.slowest)
        if longest > seconds:
            return (
                f"On a busy server it may take up to {_duration(longest)}; it is stopped after {_duration(seconds)}. "
                "You can try: if it is stopped, nothing changes."
            )
        return ""

    def _memory_sentence(self, memory_mb: float) -> str:
        return (
            f"It would need about {self.megabytes:,.0f} MB; a training may use {memory_mb:,.0f} MB here "
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
        """A row of `registry.listing` as a run, None if it is another host's or incomplete."""
        config, ratings = _config_of(row), _ratings_of(row)
        phases = {name: seconds for name, seconds in (row.get("processor_phases") or {}).items() if _positive(seconds)}
        if config is None or not (ratings and phases and _positive(row.get("seconds"))):
            return None
        if row.get("preset") not in PRESET_NAMES or row.get("host") != host:
            return None
        return cls(str(row["version"]), row["preset"], config, ratings, row["seconds"], phases)

    @property
    def processor_seconds(self) -> float:
        """Processor seconds of all phases."""
        return sum(self.phases.values())

    def scaled(self, config: TrainingConfig, preset: str, ratings: int) -> float:
        """Processor seconds of this host for another training, scaled by its settings and its number of ratings."""
        growth = reference(preset, ratings).processor_seconds / reference(preset, self.ratings).processor_seconds
        return growth * _scaled_seconds(self.phases, config, self.config)


def estimate(
    config: TrainingConfig, preset: str, ratings: int, past: Sequence[Mapping[str, Any]] = (), host: str | None = None
) -> Estimate:
    """Estimate the cost of a training.

    Parameters
    ----------
    config : TrainingConfig
        Its settings.
    preset : str
        The preset they started from.
    ratings : int
        How many ratings the dataset has.
    past : sequence of mapping
        Past trainings, as rows of `registry.listing`, newest first.
    host : str, optional
        The kind of host that it will run on; by default this one (`process.machine()`).

    Returns
    -------
    Estimate
        From the median over past trainings of the host, each scaled to the settings and the number of ratings: of the
        same preset if there are any, else of the others. Without any, from the project's own measurements.
    """
    runs_of_host = [run for row in past if (run := Run.of(row, host or machine()))]
    runs = ([run for run in runs_of_host if run.preset == preset] or runs_of_host)[:RECENT_RUNS]
    measured = reference(preset, ratings)
    megabytes, weighed = _megabytes(preset, ratings, past)
    clock = min(1.0, max(measured.seconds / measured.processor_seconds, 1 / cores()))  # seconds per processor second
    if not runs:
        factor = _scaled_seconds(PHASE_SHARES, config, TrainingConfig.of(preset))
        return Estimate(measured.processor_seconds * factor * clock, megabytes, weighed=weighed)
    costs = [run.scaled(config, preset, ratings) for run in runs]
    slowest = max(run.seconds * cost / run.processor_seconds for run, cost in zip(runs, costs, strict=True))
    return Estimate(
        median_low(costs) * clock, megabytes, tuple(run.version for run in runs), slowest, weighed, runs[0].preset
    )


def reference(preset: str, ratings: int) -> Reference:
    """The measured cost of a preset, interpolated and extrapolated linearly: time in logarithms, memory not."""
    costs = _costs()[preset]
    sizes, log_sizes, log_ratings = costs["ratings"], _logarithms(costs["ratings"]), math.log(max(ratings, 1))
    return Reference(
        seconds=math.exp(_interpolated(log_ratings, log_sizes, _logarithms(costs["seconds"]))),
        processor_seconds=math.exp(_interpolated(log_ratings, log_sizes, _logarithms(costs["processor_seconds"]))),
        megabytes=_interpolated(ratings, sizes, costs["megabytes"]),
    )


def _megabytes(preset: str, ratings: int, past: Sequence[Mapping[str, Any]]) -> tuple[float, bool]:
    """Megabytes, and whether they are estimated from past runs.

    The median over runs of the preset on any host, since a processor makes no difference; else what was measured.
    """
    measured = reference(preset, ratings).megabytes
    differences = [
        row["peak_own_mb"] - reference(preset, rows).megabytes
        for row in past
        if row.get("preset") == preset and _positive(row.get("peak_own_mb")) and (rows := _ratings_of(row))
    ]
    return measured + (median_low(differences[:RECENT_RUNS]) if differences else 0.0), bool(differences)


def _duration(seconds: float) -> str:
    return f"{seconds:,.0f} seconds" if seconds < 120 else f"{seconds / 60:,.0f} minutes"


def _logarithms(values: Sequence[float]) -> list[float]:
    return np.log(values).tolist()


def _interpolated(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """The line through the two nearest points at x, beyond the ends too; `xs` ascend."""
    index = int(np.clip(np.searchsorted(xs, x) - 1, 0, len(xs) - 2))
    slope = (ys[index + 1] - ys[index]) / (xs[index + 1] - xs[index])
    return float(ys[index] + slope * (x - xs[index]))


def _scaled_seconds(phases: Mapping[str, float], config: TrainingConfig, measured: TrainingConfig) -> float:
    """What phases that took so long with the measured settings take with others."""
    factors = _phase_factors(config, measured)
    return sum(seconds * factors.get(phase, 1.0) for phase, seconds in phases.items())


def _phase_factors(config: TrainingConfig, measured: TrainingConfig) -> dict[str, float]:
    """How many times longer each phase takes than with the measured settings: by the work that it repeats."""
    rows = _rows_per_rating(config) / _rows_per_rating(measured)
    return {
        FEATURES: rows * _feature_work(config) / _feature_work(measured),
        TREES: rows * _tree_work(config) / _tree_work(measured),
    }


def _feature_work(config: TrainingConfig) -> float:
    """Times that the features are learned for known users, times the EM steps of each."""
    return (config.cross_fitting.folds + 2) * (config.gaussian_process.em_iterations + 1)


def _tree_work(config: TrainingConfig) -> float:
    return config.boosting.trees * config.boosting.depth


def _rows_per_rating(config: TrainingConfig) -> float:
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
    """How many ratings a row's training had; 0 when it is not known."""
    ratings = (row.get("data") or {}).get("ratings")
    return ratings if isinstance(ratings, int) and ratings > 0 else 0


def _positive(amount: object) -> bool:
    return isinstance(amount, int | float) and 0 < amount < math.inf


@cache
def _costs() -> dict[str, dict[str, list[float]]]:
    return json.loads(COSTS.read_text("utf-8"))
