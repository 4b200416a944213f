"""Section: one metric over the versions, oldest first."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.charts.models_trend import describe, trend
from recsys.glossary import counted, metric
from recsys.glossary.entry import PERCENT
from recsys.registry.listing import METRICS
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import clean
from recsys.ui.common.theme import look
from recsys.ui.common.version_rows import Row, best_baseline, data_name, format_time

COLUMNS = ("name", "day", "data", "active", "refused", "value", "low", "high", "words")


def show(rows: Sequence[Row]) -> None:
    """Draw the section."""
    name = str(
        st.selectbox(
            "Metric",
            METRICS,
            index=METRICS.index("log_loss"),
            format_func=lambda metric_name: metric(metric_name).label,
            key="models_metric",
        )
    )
    table = trend_table(rows, name)
    if table.empty:
        st.info("No version has this metric.", icon=":material/help:")
        return
    if len(table) == 1:
        st.info(
            "Only one version has this metric so far. The trend starts with the second.", icon=":material/timeline:"
        )
        return
    entry = metric(name)
    measured = [row for row in rows if name in row.get("metrics", {})]
    baseline = best_baseline(next((row for row in measured if row["active"]), measured[0]), name)
    baseline_note = f"; {baseline[0].lower()} {entry.write(baseline[1])}" if baseline else ""
    title = f"{entry.label} ({entry.better.lower().rstrip('.')}{baseline_note})"
    draw(trend(table, title, ".1%" if entry.form == PERCENT else "", look()), describe(table, title), "trend")
    st.caption(
        "Star: the live version. Hollow: rejected. Error bars: 95% intervals. Lines join versions with the same "
        "data. To see whether one is really better, use Compare."
    )
    meanings((name,))


def trend_table(rows: Sequence[Row], name: str) -> pd.DataFrame:
    """The versions that have a metric, oldest first, with the columns `COLUMNS`; undefined bounds are NaN."""
    entry, records = metric(name), []
    for row in reversed(rows):
        value, low, high = row.get("metrics", {}).get(name) or (None, None, None)
        if value is None:
            continue
        bounds = [math.nan if bound is None else bound for bound in (low, high)]
        interval = entry.write_interval(*bounds)
        n = f"{row['n'][name]:,} {counted(name)}"
        text = "<br>".join([row["name"], f"{entry.label} {entry.write(value)}", interval, n])
        refused = (row.get("gate") or {}).get("passed") is False
        attributes = (row["name"], _tick(row["created"]), _data(row), row["active"], refused and not row["active"])
        records.append((*attributes, value, *bounds, text))
    return pd.DataFrame(records, columns=list(COLUMNS))


def _tick(created: object) -> str:
    """The date above the time: `25 Nov` over `19:27`."""
    date, _, time = format_time(created).partition(", ")
    return f"{date[:6]}<br>{time}" if time else date


def _data(row: Row) -> str:
    """Name and first digits of the fingerprint, as data under one name may change."""
    name = html.escape(clean(data_name(row), 40))  # Plotly reads tags, links among them
    return f"{name} · {html.escape(clean(row['data']['fingerprint'] or '–', 6))}"
