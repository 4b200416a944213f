"""A metric over cross-validation folds: each fold a point, the mean a line."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed, name

ROW = 56  # pixels
HALF_LINE = 0.22  # of a row: half the length of the line of a mean


def folds(table: pd.DataFrame, models: Sequence[str], title: str, ticks: str, look: Look = PLAIN) -> go.Figure:
    """One row a model, from top to bottom; `table` has the columns model, split, value, n."""
    labels = [name(model) for model in models]
    figure = go.Figure()
    for index, model in enumerate(models):
        rows = table[table["model"] == model]
        figure.add_trace(_points(rows, model, look))
        mean, row = rows["value"].mean(), len(models) - 1 - index
        figure.add_shape(type="line", x0=mean, x1=mean, y0=row - HALF_LINE, y1=row + HALF_LINE,
                         line={"color": look.ink, "width": 2})  # fmt: skip
        for text, x, anchor in ((labels[index], 0, "left"), (spread(rows["value"], ticks), 1, "right")):
            figure.add_annotation(text=text, x=x, xref="paper", xanchor=anchor, y=labels[index], yshift=21,
                                  showarrow=False, font={"size": 13, "color": look.ink})  # fmt: skip
    return framed(
        figure,
        look,
        ROW * len(models) + 12,
        x=title,
        legend=False,
        yaxis={"visible": False, "fixedrange": True, "type": "category", "categoryorder": "array",
               "categoryarray": labels[::-1], "range": [-0.5, len(models) - 0.25]},
        xaxis={"tickformat": ticks, "fixedrange": True, "nticks": 6},
    )  # fmt: skip


def describe(table: pd.DataFrame, models: Sequence[str], title: str, ticks: str) -> str:
    """The text alternative of the chart."""
    lines = (
        f"{name(model)}: {spread(rows['value'], ticks)}, folds "
        + ", ".join(_written(value, ticks) for value in rows["value"])
        for model in models
        if len(rows := table[table["model"] == model])
    )
    return f"{title} in each fold. {'; '.join(lines)}."


def spread(values: pd.Series, ticks: str) -> str:
    """The mean and the standard deviation over the folds, as text."""
    return f"mean {_written(values.mean(), ticks)}, sd {_written(values.std(), ticks)}"


def _points(rows: pd.DataFrame, model: str, look: Look) -> go.Scatter:
    return go.Scatter(
        x=rows["value"],
        y=[name(model)] * len(rows),
        mode="markers",
        name=name(model),
        marker={"size": 12, "color": look.colour(model), "opacity": 0.75},
        customdata=rows[["split", "n"]].to_numpy(),
        hovertemplate="%{customdata[0]}: %{x:.4f} on %{customdata[1]:,} ratings<extra>" + name(model) + "</extra>",
        cliponaxis=False,
    )


def _written(value: float, ticks: str) -> str:
    return f"{100 * value:.1f}%" if ticks.endswith("%") else f"{value:.3f}"
