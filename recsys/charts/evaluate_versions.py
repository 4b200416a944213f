"""Versions against each other: what one gains in one respect and loses in another."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed, whiskers

HEIGHT = 320  # pixels
ACTIVE, OTHER = 17, 11  # pixels of a mark


@dataclass(frozen=True)
class Side:
    """One axis: which column, its title with what is better, how ticks are written."""

    column: str
    title: str
    ticks: str = ""


def tradeoff(table: pd.DataFrame, x: Side, y: Side, look: Look = PLAIN) -> go.Figure:
    """One point a version. `table` has the columns version, active, words and those of the sides.

    With columns `<name> low` and `<name> high`, whiskers show the interval.
    """
    figure = go.Figure()
    for active in (False, True):
        own = table[table["active"] == active]
        if len(own):
            figure.add_trace(_points(own, x, y, active, look))
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
    """The chart as sentences."""
    told = (
        f"{row['version']}{' (active)' if row['active'] else ''}: {x.title} {row[x.column]:.3g}, "
        f"{y.title} {row[y.column]:.3g}"
        for row in table.to_dict("records")
    )
    return f"Scatter chart of versions. {'; '.join(told)}."


def _points(own: pd.DataFrame, x: Side, y: Side, active: bool, look: Look) -> go.Scatter:
    return go.Scatter(
        x=own[x.column],
        y=own[y.column],
        mode="markers",
        name="Active version" if active else "Other versions",
        marker={
            "size": ACTIVE if active else OTHER,
            "color": look.colour("model" if active else "actual"),
            "symbol": "star" if active else "circle",
        },
        error_x=_arms(own, x, look),
        error_y=_arms(own, y, look),
        customdata=own["words"],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _arms(own: pd.DataFrame, side: Side, look: Look) -> dict | None:
    low, high = f"{side.column} low", f"{side.column} high"
    if low not in own:
        return None
    return whiskers(own[side.column], own[low], own[high], look) | {"thickness": 1, "width": 0}
