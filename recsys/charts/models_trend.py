"""One metric over the versions of the registry, oldest first."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed, named_rows, whiskers

HEIGHT = 280  # pixels
MOST_TICKS = 4  # dates that a phone has room for
SECOND_LINE = 16  # pixels of the time below the date
STATES = {"star": " (live)", "circle-open": " (rejected)", "circle": ""}  # by the mark's shape
MARK, ACTIVE = 10, 17  # pixels


def trend(table: pd.DataFrame, title: str, ticks: str = "", look: Look = PLAIN) -> go.Figure:
    """A line for each dataset: versions of different data are not connected.

    `table`, oldest first, has the columns name, day, data, active, refused, value, low, high, words.
    """
    table = table.assign(position=range(len(table)))
    figure = go.Figure()
    for number, (data, rows) in enumerate(table.groupby("data", sort=False)):
        colour = look.colour("model") if number == 0 else None
        figure.add_trace(
            go.Scatter(
                x=rows["position"],
                y=rows["value"],
                mode="lines+markers",
                name=str(data),
                line={"color": colour, "width": 2},
                marker={
                    "size": [ACTIVE if active else MARK for active in rows["active"]],
                    "symbol": [_symbol(row) for row in named_rows(rows)],
                },
                error_y=whiskers(rows["value"], rows["low"], rows["high"], look) | {"thickness": 1},
                customdata=rows["words"],
                hovertemplate="%{customdata}<extra></extra>",
                cliponaxis=False,
            )
        )
    step = max(1, -(-len(table) // MOST_TICKS))
    labelled = table.iloc[::-1][::step][::-1]
    framed(
        figure,
        look,
        HEIGHT,
        x="Versions, oldest first",
        y=title,
        legend=table["data"].nunique() > 1,
        xaxis={"tickvals": labelled["position"].tolist(), "ticktext": labelled["day"].tolist(), "fixedrange": True,
               "range": [-0.5, len(table) - 0.5]},
        yaxis={"tickformat": ticks, "fixedrange": True, "nticks": 6},
        hovermode="closest",
    )  # fmt: skip
    figure.update_layout(height=figure.layout.height + SECOND_LINE, margin={"b": figure.layout.margin.b + SECOND_LINE})
    return figure


def _symbol(row: Any) -> str:
    return "star" if row.active else "circle-open" if row.refused else "circle"


def describe(table: pd.DataFrame, title: str) -> str:
    """The text alternative of the chart."""
    points = (
        f"{row.name}{STATES[_symbol(row)]}: {row.value:.4g}, {row.low:.4g} to {row.high:.4g}"
        for row in named_rows(table)
    )
    return f"Line chart over versions, oldest first. {title}. {'; '.join(points)}."
