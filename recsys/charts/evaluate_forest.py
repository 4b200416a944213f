"""Forest plot: values with their intervals, one per row, such as gains over a baseline or groups of a slice."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import GUIDE_OPACITY, PLAIN, Look, framed, name, named_rows, whiskers

ROW = 46  # pixels
BELOW, ABOVE = 0.3, 0.2  # of a row: length of the reference line around a point, so that it crosses no text
MUTED = 0.4  # opacity of groups that are too small


@dataclass(frozen=True)
class Axis:
    """The axis of the values: title, format of its ticks, position of a reference line, and whether it starts at 0."""

    title: str
    ticks: str = ""
    line: float | None = None
    from_zero: bool = False


def forest(rows: pd.DataFrame, axis: Axis, look: Look = PLAIN, marks: pd.DataFrame | None = None) -> go.Figure:
    """One row a label, from top to bottom: a point with its interval, and its text at the right.

    `rows` has the columns label, value, low, high, words and optionally muted; `marks` has label, value, model and
    adds a diamond to the row of the label. Labels are above their points, so that the values have a phone's full width.
    """
    figure = go.Figure()
    muted = rows["muted"] if "muted" in rows else pd.Series(False, rows.index)
    for is_muted in (False, True):
        group = rows[muted == is_muted]
        if len(group):
            figure.add_trace(_points(group, look, is_muted))
    for model, group in [] if marks is None else marks.groupby("model", sort=False):
        figure.add_trace(_marks(group, str(model), look))
    labels = rows["label"].tolist()
    framed(
        figure,
        look,
        ROW * len(labels) + 16,
        x=axis.title,
        legend=marks is not None,
        yaxis={"visible": False, "fixedrange": True, "type": "category", "categoryorder": "array",
               "categoryarray": labels[::-1], "range": [-0.5, len(labels) - 0.25]},
        xaxis={"fixedrange": True, "tickformat": axis.ticks, "nticks": 6,
               "range": _range(rows, marks) if axis.from_zero else None},
    )  # fmt: skip
    for index in [] if axis.line is None else range(len(labels)):
        figure.add_shape(type="line", x0=axis.line, x1=axis.line, y0=index - BELOW, y1=index + ABOVE,
                         opacity=GUIDE_OPACITY * 2, line={"color": look.ink, "width": 1})  # fmt: skip
    for row, is_muted in zip(named_rows(rows), muted, strict=True):
        _label(figure, row.label, row.words, look, MUTED + 0.25 if is_muted else 1.0)
    return figure


def describe(rows: pd.DataFrame, title: str) -> str:
    """The text alternative of the chart."""
    return f"{title}. " + "; ".join(f"{row.label}: {row.words}" for row in named_rows(rows)) + "."


def _range(rows: pd.DataFrame, marks: pd.DataFrame | None) -> list[float]:
    """From a little below 0, so that its tick has room, to a little above the highest bound or mark."""
    highest = max(rows["high"].max(), rows["value"].max(), 0 if marks is None else marks["value"].max())
    return [-0.04 * highest, 1.04 * highest]


def _points(rows: pd.DataFrame, look: Look, is_muted: bool) -> go.Scatter:
    error_bars = whiskers(rows["value"], rows["low"], rows["high"], look)
    return go.Scatter(
        x=rows["value"],
        y=rows["label"],
        mode="markers",
        name="Too few ratings" if is_muted else "This model",
        error_x=error_bars | {"thickness": 2, "width": 0},
        marker={"size": 11, "color": look.colour("model")},
        opacity=MUTED if is_muted else 1.0,
        customdata=rows["words"],
        hovertemplate="%{y}: %{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _marks(rows: pd.DataFrame, model: str, look: Look) -> go.Scatter:
    return go.Scatter(
        x=rows["value"],
        y=rows["label"],
        mode="markers",
        name=name(model),
        marker={"size": 8, "symbol": "diamond", "color": look.colour(model)},
        hovertemplate="%{y}: %{x:.3f}<extra>" + name(model) + "</extra>",
        cliponaxis=False,
    )


def _label(figure: go.Figure, label: str, words: str, look: Look, opacity: float) -> None:
    font = {"size": 13, "color": look.ink}
    for text, x, anchor in ((label, 0, "left"), (words, 1, "right")):
        figure.add_annotation(text=text, x=x, xref="paper", xanchor=anchor, y=label, yshift=17, showarrow=False,
                              font=font, opacity=opacity)  # fmt: skip
