"""The same measurement several times: each fold a point, the mean a line."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed, name

ROW = 56  # pixels
HALF = 0.22  # of a row: half the length of a mean's line


def folds(table: pd.DataFrame, models: Sequence[str], title: str, ticks: str, look: Look = PLAIN) -> go.Figure:
    """One row a model, from top to bottom; `table` has the columns model, split, value, n."""
    labels = [name(model) for model in models]
    figure = go.Figure()
    for place, model in enumerate(models):
        own = table[table["model"] == model]
        figure.add_trace(_points(own, model, look))
        mean, row = own["value"].mean(), len(models) - 1 - place
        figure.add_shape(type="line", x0=mean, x1=mean, y0=row - HALF, y1=row + HALF,
                         line={"color": look.ink, "width": 2})  # fmt: skip
        for text, at, anchor in ((labels[place], 0, "left"), (spread(own["value"], ticks), 1, "right")):
            figure.add_annotation(text=text, x=at, xref="paper", xanchor=anchor, y=labels[place], yshift=21,
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
    """The chart as sentences."""
    told = (
        f"{name(model)}: {spread(own['value'], ticks)}, folds "
        + ", ".join(_written(each, ticks) for each in own["value"])
        for model in models
        if len(own := table[table["model"] == model])
    )
    return f"{title} of each fold. {'; '.join(told)}."


def spread(values: pd.Series, ticks: str) -> str:
    """The mean and the standard deviation over the folds, in words."""
    return f"mean {_written(values.mean(), ticks)}, sd {_written(values.std(), ticks)}"


def _points(own: pd.DataFrame, model: str, look: Look) -> go.Scatter:
    return go.Scatter(
        x=own["value"],
        y=[name(model)] * len(own),
        mode="markers",
        name=name(model),
        marker={"size": 12, "color": look.colour(model), "opacity": 0.75},
        customdata=own[["split", "n"]].to_numpy(),
        hovertemplate="%{customdata[0]}: %{x:.4f} on %{customdata[1]:,} ratings<extra>" + name(model) + "</extra>",
        cliponaxis=False,
    )


def _written(value: float, ticks: str) -> str:
    return f"{100 * value:.1f} %" if ticks.endswith("%") else f"{value:.3f}"
