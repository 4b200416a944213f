"""Distributions of the ratings as bars."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import FONT_SIZE, PLAIN, Look, framed
from recsys.charts.predict import percent

HEIGHT = 190  # pixels
LONGEST_TICK = 5  # letters on one line
ROOM = 1.18  # of the highest bar, for the label above it


def bars(table: pd.DataFrame, things: str, look: Look = PLAIN, x: str = "") -> go.Figure:
    """One bar a row of `table` (columns label, count, share), with `x` as axis title; `things` is what is counted."""
    trace = go.Bar(
        x=table["label"],
        y=table["count"],
        text=[percent(share) for share in table["share"]],
        textposition="outside",
        textfont={"size": FONT_SIZE, "color": look.ink},
        cliponaxis=False,
        marker={"color": look.colour("actual"), "cornerradius": 3},
        hovertemplate=f"%{{x}}: %{{y:,}} {things}<extra></extra>",
    )
    highest = max(table["count"].max(), 1) if len(table) else 1
    return framed(
        go.Figure(trace),
        look,
        HEIGHT,
        x=x,
        legend=False,
        bargap=0.25,
        yaxis={"range": [0, highest * ROOM], "visible": False, "fixedrange": True},
        xaxis={
            "type": "category",
            "fixedrange": True,
            "tickangle": 0,
            "tickvals": table["label"].tolist(),
            "ticktext": [_tick(label) for label in table["label"]],
        },
    )


def _tick(label: str) -> str:
    """A long range on two lines: a phone has no room for it on one."""
    return label.replace("–", "–<br>") if len(label) > LONGEST_TICK else label


def describe(table: pd.DataFrame, what: str, things: str) -> str:
    """The text alternative: `what` the groups are, and how many `things` each has."""
    counts = ", ".join(
        f"{label}: {count:,} ({percent(share)})" for label, count, share in table.itertuples(index=False)
    )
    return f"Bar chart. {what}, number of {things}. {counts}."
