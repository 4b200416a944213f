"""Calibration of the probabilities, and the error of the expected rating."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import GUIDE_OPACITY, PLAIN, Look, framed, name, named_rows, whiskers
from recsys.charts.predict import percent

HEIGHT = 300  # pixels
SMALLEST, LARGEST = 7.0, 20.0  # pixels of a mark, by its number of ratings


def reliability(table: pd.DataFrame, title: str, look: Look = PLAIN) -> go.Figure:
    """Calibration curve: the points of a calibrated model lie on the diagonal.

    `table` has one row a bin, with columns said (mean probability), seen (observed share), low, high and n; `title` is
    the name of the series.
    """
    figure = go.Figure(
        go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": look.ink, "width": 1, "dash": "dot"},
                   opacity=GUIDE_OPACITY * 2, name="Perfect calibration", hoverinfo="skip")
    )  # fmt: skip
    size = SMALLEST + (LARGEST - SMALLEST) * (table["n"] / max(table["n"].max(), 1)) ** 0.5
    figure.add_trace(
        go.Scatter(x=table["said"], y=table["seen"], mode="lines+markers", name=title,
                   marker={"size": size, "color": look.colour("model"), "opacity": 1},
                   line={"color": look.colour("model"), "width": 1.5},
                   error_y=whiskers(table["seen"], table["low"], table["high"], look),
                   customdata=table[["low", "high", "n"]].to_numpy(),
                   hovertemplate="Predicted %{x:.1%}, observed %{y:.1%}<br>95% interval %{customdata[0]:.1%} – "
                   "%{customdata[1]:.1%}<br>%{customdata[2]:,} ratings<extra></extra>")
    )  # fmt: skip
    axis = {"range": [0, 1.02], "tickformat": ".0%", "fixedrange": True, "nticks": 6}
    return framed(
        figure,
        look,
        HEIGHT,
        x="Predicted probability",
        y="Observed share",
        xaxis=axis,
        yaxis=axis,
        hovermode="closest",
    )


def errors(table: pd.DataFrame, look: Look = PLAIN) -> go.Figure:
    """Mean absolute error by expected rating, of the model with its interval and of each baseline on the same rows.

    `table` has the columns part, expected, model, value, low, high, n.
    """
    figure = go.Figure()
    for model, rows in table.groupby("model", sort=False):
        is_model = model == "model"
        error_bars = whiskers(rows["value"], rows["low"], rows["high"], look) if is_model else None
        figure.add_trace(
            go.Scatter(x=rows["expected"], y=rows["value"], mode="lines+markers", name=name(str(model)),
                       error_y=error_bars,
                       line={"color": look.colour(str(model)), "width": 2.5 if is_model else 1.5},
                       marker={"size": 8 if is_model else 6, "symbol": "circle" if is_model else "diamond"},
                       customdata=rows[["n", "rating"]].to_numpy(),
                       hovertemplate="Expected %{x:.2f}, actual mean %{customdata[1]:.2f}<br>MAE %{y:.3f} "
                       "on %{customdata[0]:,} ratings<extra>" + name(str(model)) + "</extra>")
        )  # fmt: skip
    return framed(
        figure,
        look,
        HEIGHT,
        x="Expected rating (mean of each group)",
        y="MAE, in stars",
        yaxis={"rangemode": "tozero", "fixedrange": True, "tickformat": ".1f"},
        hovermode="closest",
    )


def describe_reliability(table: pd.DataFrame, title: str) -> str:
    """The text alternative of the calibration curve."""
    bins = (f"predicted {percent(row.said)}, observed {percent(row.seen)} of {row.n:,}" for row in named_rows(table))
    return f"Calibration curve of the {title}: {'; '.join(bins)}."


def describe_errors(table: pd.DataFrame) -> str:
    """The text alternative of the error chart."""
    lines = (
        f"{name(str(model))}: " + ", ".join(f"{row.value:.2f} at {row.expected:.1f}" for row in named_rows(rows))
        for model, rows in table.groupby("model", sort=False)
    )
    return f"Line chart of the mean absolute error by expected rating. {'. '.join(lines)}."
