"""Which baseline a number must be compared with: the one that is hardest to beat in that metric."""

from __future__ import annotations

import math
from collections.abc import Mapping

from recsys.evaluation.reports import MODEL, Report
from recsys.glossary import metric


def strongest(name: str, values: Mapping[str, float | None]) -> str | None:
    """The baseline with the best value of a metric; the first of equals.

    `values` maps baselines to their values, None or NaN where undefined. None when no value is known, or when
    neither more nor less of the metric is better.
    """
    gains = {model: metric(name).gain(math.nan if value is None else value) for model, value in values.items()}
    known = {model: gain for model, gain in gains.items() if not math.isnan(gain)}
    return max(known, key=lambda model: known[model], default=None)


def strongest_baseline(report: Report, name: str) -> tuple[str, float] | None:
    """The strongest baseline of a report in one metric over all held-out rows, with its value; None without any."""
    table = report.table
    rows = table[(table["metric"] == name) & (table["slice"] == "all") & (table["model"] != MODEL)]
    values = dict(zip(rows["model"], rows["value"].astype(float), strict=True))
    model = strongest(name, values)
    return None if model is None else (model, values[model])
