"""How long a training will take on this host, and how much memory, judged by those that were measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from recsys.recipe import Recipe

COSTS = Path(__file__).with_name("costs.json")  # written by `python benchmarks/growth.py`
QUICKER = "Choose a smaller preset, fewer trees or fewer ratings."  # what to do when there is too little time
FEATURES, TREES = "features", "trees"  # phases that settings make longer


@dataclass(frozen=True)
class Estimate:
    """Seconds and megabytes, and the version of this host whose training they were judged by; "" for none."""

    seconds: float
    megabytes: float
    by: str = ""

    def over(self, memory_mb: float | None, seconds: float, quicker: str = QUICKER) -> str:
        """Why a host with these limits can't do it, as sentences, the last of them `quicker`; "" when it can."""
        if memory_mb is not None and self.megabytes > memory_mb:
            return (
                f"It would need about {self.megabytes:,.0f} MB, and a training may hold {memory_mb:,.0f} MB here "
                "(RECSYS_MEMORY_MB). Choose a smaller preset or fewer ratings."
            )
        if self.seconds > seconds:
            return f"It would take about {_span(self.seconds)}, and may take {_span(seconds)} here. {quicker}"
        return ""


def estimate(recipe: Recipe, preset: str, ratings: int, past: Sequence[Mapping[str, Any]] = ()) -> Estimate:
    """What a training of so many ratings will cost.

    `past` are rows of `registry.listing`, newest first. The newest one of the preset that says what it cost is
    scaled to the number of ratings and to the settings; without one, the project's own measurements are.
    """
    known = next((row for row in past if _telling(row, preset)), None)
    curve = measured(preset, ratings)
    if known is None:
        return Estimate(curve.seconds * max(_longer(recipe, Recipe.of(preset)).values()), curve.megabytes)
    before = measured(preset, int(known["data"]["ratings"]))
    longer = _longer(recipe, Recipe(**known["settings"]))
    phases = known.get("phases") or {TREES: known["seconds"]}
    seconds = sum(spent * longer.get(phase, 1.0) for phase, spent in phases.items())
    peak = known.get("peak_own_mb") or before.megabytes
    return Estimate(
        seconds * curve.seconds / before.seconds, peak + curve.megabytes - before.megabytes, str(known["version"])
    )


def measured(preset: str, ratings: int) -> Estimate:
    """What the preset cost where it was measured, straight between the sizes and on beyond them; time in logarithms."""
    told = _costs()[preset]
    seconds = math.exp(_between(math.log(max(ratings, 1)), np.log(told["ratings"]), np.log(told["seconds"])))
    return Estimate(seconds, _between(ratings, told["ratings"], told["megabytes"]))


def _span(seconds: float) -> str:
    return f"{seconds:,.0f} seconds" if seconds < 120 else f"{seconds / 60:,.0f} minutes"


def _between(at: float, known: Sequence[float], heights: Sequence[float]) -> float:
    place = int(np.clip(np.searchsorted(known, at) - 1, 0, len(known) - 2))
    slope = (heights[place + 1] - heights[place]) / (known[place + 1] - known[place])
    return float(heights[place] + slope * (at - known[place]))


def _longer(recipe: Recipe, known: Recipe) -> dict[str, float]:
    """How many times longer each phase lasts than with other settings: by the work that it repeats."""
    return {
        FEATURES: (recipe.folds + 1) / (known.folds + 1) * (recipe.sweeps + 1) / (known.sweeps + 1),
        TREES: recipe.trees / known.trees * recipe.depth / known.depth,
    }


def _telling(row: Mapping[str, Any], preset: str) -> bool:
    told = row.get("preset") == preset and row.get("seconds") and (row.get("data") or {}).get("ratings")
    return bool(told) and isinstance(row.get("settings"), Mapping)


@cache
def _costs() -> dict[str, dict[str, list[float]]]:
    return json.loads(COSTS.read_text("utf-8"))
