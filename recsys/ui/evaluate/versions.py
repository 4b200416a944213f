"""Section: the versions on the shelf against each other, and what each gain costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from recsys.charts.evaluate_versions import Side, describe, tradeoff
from recsys.charts.layout import name as name_of
from recsys.evaluation.strongest import strongest_baseline
from recsys.glossary import metric
from recsys.glossary.entry import PERCENT
from recsys.registry.listing import METRICS
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import clean, plain
from recsys.ui.common.theme import look
from recsys.ui.common.version_rows import rows as rows_of_registry
from recsys.ui.evaluate.view import View

COSTS = {"seconds": "Training time, in seconds", "bytes": "Size, in megabytes"}
WHOLE = 1e6  # bytes of a megabyte
AXES = (*METRICS, *COSTS)


def show(view: View) -> None:
    """The section."""
    rows = rows_of_registry()
    table, problems = readable(rows), [row for row in rows if "problem" in row]
    left, right = st.columns(2, wrap=False)
    names = {name: COSTS.get(name, metric(name).label) for name in AXES}
    x = str(left.selectbox("Across", AXES, index=AXES.index("seconds"), format_func=names.get, key="evaluate_across"))
    y = str(right.selectbox("Up", AXES, index=AXES.index("log_loss"), format_func=names.get, key="evaluate_up"))
    known = table.dropna(subset=[x, y])
    if len(known):
        sides = _side(view, x), _side(view, y)
        draw(tradeoff(known, *sides, look()), describe(known, *sides), "tradeoff")
        st.caption(
            "Whiskers: 95 % intervals. Beside the name of a metric: its best baseline. Versions measured on other "
            "held-out ratings cannot be compared by eye."
        )
    else:
        st.info("No version on the shelf has both of these.", icon=":material/help:")
    st.dataframe(_shown(table), hide_index=True, key="evaluate_versions", alt="The versions on the shelf, newest first")
    for row in problems:
        st.caption(f":material/warning: {plain(row['version'])}: {plain(row['problem'], 300)}")
    meanings(METRICS)


def readable(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The versions that could be read, newest first: the columns of `_columns`, undefined numbers NaN."""
    return pd.DataFrame([_row(row) for row in rows if "problem" not in row], columns=_columns())


def _columns() -> list[str]:
    ends = [f"{name}{end}" for name in METRICS for end in ("", " low", " high")]
    return ["version", "active", "created", "preset", *COSTS, *ends, "words"]


def _row(told: Mapping[str, Any]) -> dict[str, Any]:
    measured = {name: _floats(told["metrics"].get(name) or (None,) * 3) for name in METRICS}
    words = [f"{metric(name).label} {metric(name).write(value)}" for name, (value, _, _) in measured.items()]
    head = {name: told.get(name) for name in ("version", "active", "created", "preset")}
    ends = {
        f"{name}{end}": value
        for name, values in measured.items()
        for end, value in zip(("", " low", " high"), values, strict=True)
    }
    costs = {"seconds": _floats([told.get("seconds")])[0], "bytes": told["bytes"] / WHOLE}
    return head | costs | ends | {"words": "<br>".join([str(told["version"]), *words])}


def _floats(values: Any) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]


def _side(view: View, name: str) -> Side:
    """One axis; for a metric with the best baseline of the active version."""
    if name in COSTS:
        return Side(name, COSTS[name])
    entry = metric(name)
    best = strongest_baseline(view.report, name)
    beside = f"; {name_of(best[0]).lower()} {entry.write(best[1])}" if best else ""
    title = f"{entry.label} ({entry.better.lower().rstrip('.')}{beside})"
    return Side(name, title, ".1%" if entry.form == PERCENT else "")


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table as people read it."""
    figures = {metric(name).label: [metric(name).write(value) for value in table[name]] for name in METRICS}
    return pd.DataFrame(
        {
            "Version": [f"{row.version}{' (active)' if row.active else ''}" for row in table.itertuples()],
            "Made": [_day(str(created)) for created in table["created"]],
            "Preset": [clean(preset or "–") for preset in table["preset"]],
            **figures,
            "Time": ["–" if seconds != seconds else f"{seconds:.0f} s" for seconds in table["seconds"]],
            "Size": [f"{size:.1f} MB" for size in table["bytes"]],
        }
    )


def _day(stamp: str) -> str:
    try:
        return f"{datetime.fromisoformat(stamp):%d %b %Y, %H:%M}"
    except ValueError:
        return "–"
