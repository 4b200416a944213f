"""Trade-off of two metrics over versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed, whiskers

HEIGHT = 320  # pixels
ACTIVE, OTHER = 17, 11  # pixels of a mark


@dataclass(frozen=True)
class Side:
    """One axis: its column, its title, and the format of its ticks."""

    column: str
    title: str
    ticks: str = ""


def tradeoff(table: pd.DataFrame, x: Side, y: Side, look: Look = PLAIN) -> go.Figure:
    """One point a version. `table` has the columns name, active, words and those of the axes.

    With columns `<name> low` and `<name> high`, error bars show the interval.
    """
    figure = go.Figure()
    for active in (False, True):
        rows = table[table["active"] == active]
        if len(rows):
            figure.add_trace(_points(rows, x, y, active, look))
    return framed(
        figure,
        look,
        HEIGHT,
        x=x.title,
        y=y.title,
        xaxis={"tickformat": x.ticks, "fixedrange": True, "nticks": 6},
        yaxis={"tickformat": y.ticks, "fixedrange": True, "nticks": 6},
        hovermode="closest",
    )


def describe(table: pd.DataFrame, x: Side, y: Side) -> str:
    """The text alternative of the chart."""
    points = (
        f"{row['name']}{' (live)' if row['active'] else ''}: {x.title} {row[x.column]:.3g}, "
        f"{y.title} {row[y.column]:.3g}"
        for row in table.to_dict("records")
    )
    return f"Scatter chart of versions. {'; '.join(points)}."


def _points(rows: pd.DataFrame, x: Side, y: Side, active: bool, look: Look) -> go.Scatter:
    return go.Scatter(
        x=rows[x.column],
        y=rows[y.column],
        mode="markers",
        name="Live version" if active else "Other versions",
        marker={
            "size": ACTIVE if active else OTHER,
            "color": look.colour("model" if active else "actual"),
            "symbol": "star" if active else "circle",
        },
        error_x=_error_bars(rows, x, look),
        error_y=_error_bars(rows, y, look),
        customdata=rows["words"],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _error_bars(rows: pd.DataFrame, axis: Side, look: Look) -> dict[str, Any] | None:
    low, high = f"{axis.column} low", f"{axis.column} high"
    if low not in rows:
        return None
    return whiskers(rows[axis.column], rows[low], rows[high], look) | {"thickness": 1, "width": 0}
