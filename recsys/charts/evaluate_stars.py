"""Metrics of each star, and the distribution of actual and predicted stars."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed, name, named_rows, whiskers
from recsys.charts.predict import percent
from recsys.schema import star_name

HEIGHT, TALLER = 190, 260  # pixels
SERIES = {"actual": ("actual", "Actual", 1.0), "predicted": ("model", "Predicted", 1.0),
          "mean_probability": ("model", "Mean probability", 0.45)}  # fmt: skip


def by_star(rows: pd.DataFrame, models: Sequence[str], look: Look = PLAIN) -> go.Figure:
    """One metric per star: bars with their interval for the first model, marks for the other models.

    `rows` has the columns star, model, value, low, high; shares from 0 to 1.
    """
    figure = go.Figure()
    for index, model in enumerate(models):
        of_model = rows[rows["model"] == model]
        figure.add_trace(_bars(of_model, model, look) if index == 0 else _marks(of_model, model, look))
    return framed(
        figure,
        look,
        HEIGHT,
        bargap=0.35,
        yaxis={"range": [0, 1.05], "tickformat": ".0%", "fixedrange": True, "tickvals": [0, 0.5, 1]},
        xaxis={"type": "category", "fixedrange": True},
    )


def shares(table: pd.DataFrame, look: Look = PLAIN) -> go.Figure:
    """How often each star is actual, predicted, and probable on average.

    `table` has the columns star, actual, predicted, mean_probability.
    """
    figure = go.Figure()
    for column, (role, title, opacity) in SERIES.items():
        figure.add_trace(
            go.Bar(x=_star_labels(table["star"]), y=table[column], name=title, cliponaxis=False, offsetgroup=column,
                   marker={"color": look.colour(role), "opacity": opacity, "cornerradius": 3},
                   hovertemplate="%{x}: %{y:.1%}<extra>" + title + "</extra>")
        )  # fmt: skip
    return framed(
        figure,
        look,
        TALLER,
        y="Share of the held-out ratings",
        bargap=0.25,
        yaxis={"tickformat": ".0%", "fixedrange": True, "rangemode": "tozero"},
        xaxis={"type": "category", "fixedrange": True},
    )


def describe_by_star(metric: str, rows: pd.DataFrame, models: Sequence[str]) -> str:
    """The text alternative of the chart of one metric."""
    lines = (
        f"{name(model)}: " + ", ".join(f"{star_name(row.star)} ★ {_share(row.value)}" for row in named_rows(of_model))
        for model in models
        if len(of_model := rows[rows["model"] == model])
    )
    return f"Bar chart of {metric} per star. {'. '.join(lines)}."


def describe_shares(table: pd.DataFrame) -> str:
    """The text alternative of the distribution."""
    lines = (
        f"{star_name(row.star)} ★ actual {_share(row.actual)}, predicted {_share(row.predicted)}, "
        f"mean probability {_share(row.mean_probability)}"
        for row in named_rows(table)
    )
    return f"Bar chart of how often each star is actual and predicted: {'; '.join(lines)}."


def _bars(rows: pd.DataFrame, model: str, look: Look) -> go.Bar:
    return go.Bar(
        x=_star_labels(rows["star"]),
        y=rows["value"],
        name=name(model),
        error_y=whiskers(rows["value"], rows["low"], rows["high"], look),
        marker={"color": look.colour(model), "cornerradius": 3},
        customdata=rows[["low", "high"]].to_numpy(),
        hovertemplate="%{x}: %{y:.1%} (%{customdata[0]:.1%} – %{customdata[1]:.1%})<extra></extra>",
    )


def _marks(rows: pd.DataFrame, model: str, look: Look) -> go.Scatter:
    return go.Scatter(
        x=_star_labels(rows["star"]),
        y=rows["value"],
        name=name(model),
        mode="markers",
        marker={"color": look.colour(model), "symbol": "diamond", "size": 9},
        cliponaxis=False,
        hovertemplate="%{x}: %{y:.1%}<extra>" + name(model) + "</extra>",
    )


def _star_labels(stars: pd.Series) -> list[str]:
    return [f"{star_name(star)} ★" for star in stars]


def _share(value: float) -> str:
    return "–" if value != value else percent(float(value))
