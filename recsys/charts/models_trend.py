"""One metric over the versions of the shelf, oldest first."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed, whiskers

HEIGHT = 280  # pixels
MOST_TICKS = 4  # dates that a phone has room for
SECOND_LINE = 16  # pixels of the time under the day
STANDINGS = {"star": " (answers)", "circle-open": " (refused)", "circle": ""}  # by the mark's shape
MARK, ACTIVE = 10, 17  # pixels


def trend(table: pd.DataFrame, title: str, ticks: str = "", look: Look = PLAIN) -> go.Figure:
    """A line for each dataset: versions of different data are not joined.

    `table`, oldest first, has the columns version, day, data, active, refused, value, low, high, words.
    """
    table = table.assign(place=range(len(table)))
    figure = go.Figure()
    for number, (data, own) in enumerate(table.groupby("data", sort=False)):
        colour = look.colour("model") if number == 0 else None
        figure.add_trace(
            go.Scatter(
                x=own["place"],
                y=own["value"],
                mode="lines+markers",
                name=str(data),
                line={"color": colour, "width": 2},
                marker={
                    "size": [ACTIVE if active else MARK for active in own["active"]],
                    "symbol": [_symbol(row) for row in own.itertuples()],
                },
                error_y=whiskers(own["value"], own["low"], own["high"], look) | {"thickness": 1},
                customdata=own["words"],
                hovertemplate="%{customdata}<extra></extra>",
                cliponaxis=False,
            )
        )
    step = max(1, -(-len(table) // MOST_TICKS))
    named = table.iloc[::-1][::step][::-1]
    framed(
        figure,
        look,
        HEIGHT,
        x="Versions, oldest first",
        y=title,
        legend=table["data"].nunique() > 1,
        xaxis={"tickvals": named["place"].tolist(), "ticktext": named["day"].tolist(), "fixedrange": True,
               "range": [-0.5, len(table) - 0.5]},
        yaxis={"tickformat": ticks, "fixedrange": True, "nticks": 6},
        hovermode="closest",
    )  # fmt: skip
    figure.update_layout(height=figure.layout.height + SECOND_LINE, margin={"b": figure.layout.margin.b + SECOND_LINE})
    return figure


def _symbol(row: Any) -> str:
    return "star" if row.active else "circle-open" if row.refused else "circle"


def describe(table: pd.DataFrame, title: str) -> str:
    """The chart as sentences."""
    told = (
        f"{row.version}{STANDINGS[_symbol(row)]}: {row.value:.4g}, {row.low:.4g} to {row.high:.4g}"
        for row in table.itertuples()
    )
    return f"Line chart over versions, oldest first. {title}. {'; '.join(told)}."
