"""Section: one metric over the versions, oldest first."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.charts.models_trend import describe, trend
from recsys.glossary import metric
from recsys.glossary.entry import PERCENT
from recsys.registry.listing import METRICS
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import clean
from recsys.ui.common.theme import look
from recsys.ui.common.version_rows import Row, best_baseline, day

COLUMNS = ("version", "day", "data", "active", "refused", "value", "low", "high", "words")


def show(rows: Sequence[Row]) -> None:
    """The section."""
    name = str(
        st.selectbox(
            "Metric",
            METRICS,
            index=METRICS.index("log_loss"),
            format_func=lambda each: metric(each).label,
            key="models_metric",
        )
    )
    table = tabled(rows, name)
    if table.empty:
        st.info("No version on the shelf was measured in this.", icon=":material/help:")
        return
    entry = metric(name)
    measured = [row for row in rows if name in row.get("metrics", {})]
    best = best_baseline(next((row for row in measured if row["active"]), measured[0]), name)
    beside = f"; {best[0].lower()} {entry.write(best[1])}" if best else ""
    title = f"{entry.label} ({entry.better.lower().rstrip('.')}{beside})"
    draw(trend(table, title, ".1%" if entry.form == PERCENT else "", look()), describe(table, title), "trend")
    st.caption(
        "The star is the version that answers; what the gate refused is hollow. Whiskers: 95 % intervals. Lines join "
        "versions of the same ratings; whether one is better than another is told by Compare, on the ratings that both "
        "hold out."
    )
    meanings((name,))


def tabled(rows: Sequence[Row], name: str) -> pd.DataFrame:
    """The versions that were measured in a metric, oldest first: the columns `COLUMNS`, undefined ends NaN."""
    entry, lines = metric(name), []
    for row in reversed(rows):
        value, low, high = row.get("metrics", {}).get(name) or (None, None, None)
        if value is None:
            continue
        ends = [math.nan if end is None else end for end in (low, high)]
        interval = entry.write_interval(*ends)
        n = f"n {row['n'][name]:,}"
        words = "<br>".join([row["version"], f"{entry.label} {entry.write(value)}", interval, n])
        refused = (row.get("gate") or {}).get("passed") is False
        head = (row["version"], _tick(row["created"]), _data(row), row["active"], refused and not row["active"])
        lines.append((*head, value, *ends, words))
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _tick(created: object) -> str:
    """The day above the time: `25 Nov` over `19:27`."""
    date, _, time = day(created).partition(", ")
    return f"{date[:6]}<br>{time}" if time else date


def _data(row: Row) -> str:
    """Ratings under one name may have grown: the first digits of their fingerprint tell them apart."""
    data = row["data"]
    name = html.escape(clean(data["name"] or "–", 40))  # Plotly reads tags, links among them
    return f"{name} · {html.escape(clean(data['fingerprint'] or '–', 6))}"
