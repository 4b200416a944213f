"""The strongest baseline: the one with the best value of a metric."""

from __future__ import annotations

import math
from collections.abc import Mapping

from recsys.evaluation.reports import MODEL, Report
from recsys.glossary import metric


def strongest(name: str, values: Mapping[str, float | None]) -> str | None:
    """The baseline with the best value of a metric; the first one of equals.

    Parameters
    ----------
    name : str
        The metric's name.
    values : mapping of str to float or None
        The metric's value by baseline; None or NaN where undefined.

    Returns
    -------
    str or None
        None if no value is defined, or if neither more nor less of the metric is better.
    """
    goodness = {model: metric(name).gain(math.nan if value is None else value) for model, value in values.items()}
    defined = {model: good for model, good in goodness.items() if not math.isnan(good)}
    return max(defined, key=lambda model: defined[model], default=None)


def strongest_baseline(report: Report, name: str) -> tuple[str, float] | None:
    """Name and value of the strongest baseline of a report, by one metric over all held-out rows; None without any."""
    table = report.table
    rows = table[(table["metric"] == name) & (table["slice"] == "all") & (table["model"] != MODEL)]
    values = dict(zip(rows["model"], rows["value"].astype(float), strict=True))
    model = strongest(name, values)
    return None if model is None else (model, values[model])
