"""Values with their intervals in rows under each other: gains over a baseline, groups of a slice, folds."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import HAIR, PLAIN, Look, framed, name, whiskers

ROW = 46  # pixels
UNDER, OVER = 0.3, 0.2  # of a row: as far as the line goes around a point, so that it crosses no words
MUTED = 0.4  # opacity of what is too small to tell


@dataclass(frozen=True)
class Axis:
    """What the values are: the axis' title, how its ticks are written, the line to be compared with."""

    title: str
    ticks: str = ""
    line: float | None = None


def forest(rows: pd.DataFrame, axis: Axis, look: Look = PLAIN, marks: pd.DataFrame | None = None) -> go.Figure:
    """One row a label, from top to bottom: a point with its interval, and its words at the right.

    `rows` has the columns label, value, low, high, words and, where some are to recede, muted; `marks` the columns
    label, value, model: a diamond in the same row for each. Labels stand above their points, so that a phone has all
    its width for the values.
    """
    figure = go.Figure()
    muted = rows["muted"] if "muted" in rows else pd.Series(False, rows.index)
    for recedes in (False, True):
        own = rows[muted == recedes]
        if len(own):
            figure.add_trace(_points(own, look, recedes))
    for model, own in [] if marks is None else marks.groupby("model", sort=False):
        figure.add_trace(_marks(own, str(model), look))
    labels = rows["label"].tolist()
    framed(
        figure,
        look,
        ROW * len(labels) + 16,
        x=axis.title,
        legend=marks is not None,
        yaxis={"visible": False, "fixedrange": True, "type": "category", "categoryorder": "array",
               "categoryarray": labels[::-1], "range": [-0.5, len(labels) - 0.25]},
        xaxis={"fixedrange": True, "tickformat": axis.ticks, "nticks": 6},
    )  # fmt: skip
    for place in [] if axis.line is None else range(len(labels)):
        figure.add_shape(type="line", x0=axis.line, x1=axis.line, y0=place - UNDER, y1=place + OVER, opacity=HAIR * 2,
                         line={"color": look.ink, "width": 1})  # fmt: skip
    for row, pale in zip(rows.itertuples(), muted, strict=True):
        _label(figure, row.label, row.words, look, MUTED + 0.25 if pale else 1.0)
    return figure


def describe(rows: pd.DataFrame, title: str) -> str:
    """The chart as sentences."""
    return f"{title}. " + "; ".join(f"{row.label}: {row.words}" for row in rows.itertuples()) + "."


def _points(own: pd.DataFrame, look: Look, recedes: bool) -> go.Scatter:
    arms = whiskers(own["value"], own["low"], own["high"], look)
    return go.Scatter(
        x=own["value"],
        y=own["label"],
        mode="markers",
        name="Too few to tell" if recedes else "This model",
        error_x=arms | {"thickness": 2, "width": 0},
        marker={"size": 11, "color": look.colour("model")},
        opacity=MUTED if recedes else 1.0,
        customdata=own["words"],
        hovertemplate="%{y}: %{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _marks(own: pd.DataFrame, model: str, look: Look) -> go.Scatter:
    return go.Scatter(
        x=own["value"],
        y=own["label"],
        mode="markers",
        name=name(model),
        marker={"size": 8, "symbol": "diamond", "color": look.colour(model)},
        hovertemplate="%{y}: %{x:.3f}<extra>" + name(model) + "</extra>",
        cliponaxis=False,
    )


def _label(figure: go.Figure, label: str, words: str, look: Look, opacity: float) -> None:
    font = {"size": 13, "color": look.ink}
    for text, at, anchor in ((label, 0, "left"), (words, 1, "right")):
        figure.add_annotation(text=text, x=at, xref="paper", xanchor=anchor, y=label, yshift=17, showarrow=False,
                              font=font, opacity=opacity)  # fmt: skip
