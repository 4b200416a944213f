"""Section: the versions in the registry against each other, and what each gain costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
from recsys.ui.common.text import plain
from recsys.ui.common.theme import look
from recsys.ui.common.version_rows import rows as rows_of_registry
from recsys.ui.evaluate.view import ReportView

COSTS = {"seconds": "Training time, in seconds", "bytes": "Size, in megabytes"}
MEGABYTE = 1e6  # bytes
AXES = (*METRICS, *COSTS)


def show(view: ReportView) -> None:
    """Draw the section."""
    rows = rows_of_registry()
    table, problems = version_table(rows), [row for row in rows if "problem" in row]
    left, right = st.columns(2, wrap=False)
    axis_names = {name: COSTS.get(name, metric(name).label) for name in AXES}
    x = str(
        left.selectbox(
            "X axis", AXES, index=AXES.index("seconds"), format_func=axis_names.__getitem__, key="evaluate_across"
        )
    )
    y = str(
        right.selectbox(
            "Y axis", AXES, index=AXES.index("log_loss"), format_func=axis_names.__getitem__, key="evaluate_up"
        )
    )
    complete = table.dropna(subset=[x, y])
    if len(table) == 1:
        st.caption("Only one version so far. Train another to compare them here.")
    elif len(complete):
        axes = _axis(view, x), _axis(view, y)
        draw(tradeoff(complete, *axes, look()), describe(complete, *axes), "tradeoff")
        st.caption(
            "Error bars: 95% intervals. The axis titles show the best baseline. Only versions with the same test "
            "ratings are comparable here; for others, use Compare on Models."
        )
    else:
        st.info("No version has both of these metrics.", icon=":material/help:")
    st.dataframe(
        _display_table(table),
        hide_index=True,
        key="evaluate_versions",
        alt="All versions, newest first",
    )
    for row in problems:
        st.caption(f":material/warning: {plain(row['name'])}: {plain(row['problem'], 300)}")
    meanings(METRICS)


def version_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The readable versions, newest first, with the columns of `_columns`; undefined numbers are NaN."""
    return pd.DataFrame([_row(row) for row in rows if "problem" not in row], columns=_columns())


def _columns() -> list[str]:
    bounds = [f"{name}{bound}" for name in METRICS for bound in ("", " low", " high")]
    return ["version", "name", "active", "created", "preset", *COSTS, *bounds, "words"]


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    intervals = {name: _floats(row["metrics"].get(name) or (None,) * 3) for name in METRICS}
    texts = [f"{metric(name).label} {metric(name).write(value)}" for name, (value, _, _) in intervals.items()]
    attributes = {name: row.get(name) for name in ("version", "name", "active", "created", "preset")}
    bounds = {
        f"{name}{bound}": value
        for name, values in intervals.items()
        for bound, value in zip(("", " low", " high"), values, strict=True)
    }
    costs = {"seconds": _floats([row.get("seconds")])[0], "bytes": row["bytes"] / MEGABYTE}
    return attributes | costs | bounds | {"words": "<br>".join([str(row["name"]), *texts])}


def _floats(values: Any) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]


def _axis(view: ReportView, name: str) -> Side:
    """One axis; a metric has the strongest baseline of the active version in its title."""
    if name in COSTS:
        return Side(name, COSTS[name])
    entry = metric(name)
    baseline = strongest_baseline(view.report, name)
    baseline_note = f"; {name_of(baseline[0]).lower()} {entry.write(baseline[1])}" if baseline else ""
    title = f"{entry.label} ({entry.better.lower().rstrip('.')}{baseline_note})"
    return Side(name, title, ".1%" if entry.form == PERCENT else "")


def _display_table(table: pd.DataFrame) -> pd.DataFrame:
    """The formatted table."""
    metric_columns = {metric(name).label: [metric(name).write(value) for value in table[name]] for name in METRICS}
    return pd.DataFrame(
        {
            "Version": [f"{row.name}{' (live)' if row.active else ''}" for row in table.itertuples()],
            **metric_columns,
            "Training time": ["–" if seconds != seconds else f"{seconds:.0f} s" for seconds in table["seconds"]],
            "Size": [f"{size:.1f} MB" for size in table["bytes"]],
        }
    )
