"""Signed mean error of the expected rating by group, and the spread of the errors."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import GUIDE_OPACITY, PLAIN, Look, framed, name, named_rows, whiskers

HEIGHT = 260  # pixels
TICK_EVERY = 2  # groups: a phone has no room for more
MODEL = "model"


def by_group(table: pd.DataFrame, y: str, x: str, look: Look = PLAIN, signed: bool = True) -> go.Figure:
    """One metric by group, of the model with its interval and of each baseline on the same rows.

    `table` has the columns part (number of the group), low_end (its lowest value), label, model, value, low, high and
    n; `signed` values get a line at 0.
    """
    figure = go.Figure()
    ticks = table.drop_duplicates("part").sort_values("part").iloc[::TICK_EVERY]
    for model, rows in table.groupby("model", sort=False):
        is_model = model == MODEL
        figure.add_trace(
            go.Scatter(
                x=rows["part"],
                y=rows["value"],
                mode="lines+markers",
                name=name(str(model)),
                error_y=whiskers(rows["value"], rows["low"], rows["high"], look) if is_model else None,
                line={"color": look.colour(str(model)), "width": 2.5 if is_model else 1.5},
                marker={"size": 8 if is_model else 6, "symbol": "circle" if is_model else "diamond"},
                customdata=rows[["low", "high", "n"]].to_numpy(),
                text=rows["label"],
                hovertemplate="%{text}: %{y:.3f} (%{customdata[0]:.3f} to %{customdata[1]:.3f})<br>"
                "%{customdata[2]:,} ratings<extra>" + name(str(model)) + "</extra>",
            )
        )
    if signed:
        figure.add_hline(y=0, line={"color": look.ink, "width": 1, "dash": "dot"}, opacity=GUIDE_OPACITY * 2)
    return framed(
        figure,
        look,
        HEIGHT,
        x=f"{x}, from",
        y=y,
        xaxis={"tickvals": ticks["part"].tolist(), "ticktext": [f"{end:,.3g}" for end in ticks["low_end"]]},
        yaxis={"tickformat": "+.2f" if signed else ".2f"},
        hovermode="closest",
    )


def describe(table: pd.DataFrame, title: str) -> str:
    """The text alternative of the chart."""
    lines = (
        f"{name(str(model))}: " + ", ".join(f"{row.value:+.2f} at {row.label}" for row in named_rows(rows))
        for model, rows in table.groupby("model", sort=False)
    )
    return f"Line chart of {title}. {'. '.join(lines)}."
