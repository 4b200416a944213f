"""The confusion matrix as a heatmap with selectable cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed
from recsys.charts.predict import percent
from recsys.evaluation.diagnostics import row_shares
from recsys.schema import star_name

CELL = 62  # pixels, of five stars; more stars share the same height
CELLS = 5  # cells on a side, at their full size
MARK = 44  # pixels of the invisible mark that receives clicks


def heatmap(confusion: np.ndarray, stars: Sequence[float], shares: bool, look: Look = PLAIN) -> go.Figure:
    """Rows are actual stars (truth), columns predicted ones; each cell its count, or its share of the row.

    Heatmaps have no click events, so each cell has an invisible mark on top whose customdata is (actual, predicted).
    """
    values = row_shares(confusion) if shares else confusion.astype(np.float64)
    labels = [f"{star_name(star)} ★" for star in stars]
    text = [[_cell(value, shares) for value in row] for row in values]
    cells = go.Heatmap(
        z=values,
        x=labels,
        y=labels,
        text=text,
        texttemplate="%{text}",
        textfont={"size": 15, "color": look.ink},
        xgap=3,
        ygap=3,
        showscale=False,
        hoverinfo="skip",
        zmin=0,
    )
    figure = go.Figure(cells)
    axis = {"type": "category", "fixedrange": True, "showgrid": False, "ticks": ""}
    edge = len(stars) - 0.5
    figure.add_trace(_marks(confusion, stars))
    return framed(
        figure,
        look,
        CELL * CELLS,
        x="Predicted",
        y="Actual",
        legend=False,
        clickmode="event+select",
        yaxis=axis | {"range": [edge, -0.5]},
        xaxis=axis | {"range": [-0.5, edge]},
    )


def describe(confusion: np.ndarray, stars: Sequence[float], shares: bool) -> str:
    """The text alternative of the chart."""
    values = row_shares(confusion) if shares else confusion
    rows = (
        f"actual {star_name(star)}: "
        + ", ".join(
            f"{_cell(value, shares)} predicted as {star_name(column)}" for value, column in zip(row, stars, strict=True)
        )
        for star, row in zip(stars, values, strict=True)
    )
    return f"Confusion matrix of actual and predicted stars. {'; '.join(rows)}."


def _marks(confusion: np.ndarray, stars: Sequence[float]) -> go.Scatter:
    cells = [(row, column) for row in range(len(stars)) for column in range(len(stars))]
    labels = [f"{star_name(star)} ★" for star in stars]
    shares = row_shares(confusion)
    return go.Scatter(
        x=[labels[column] for _, column in cells],
        y=[labels[row] for row, _ in cells],
        mode="markers",
        marker={"size": MARK * min(1.0, CELLS / len(stars)), "symbol": "square", "opacity": 0},
        customdata=[(float(stars[row]), float(stars[column])) for row, column in cells],
        text=[
            f"Actual {labels[row]}, predicted {labels[column]}<br>{confusion[row, column]:,} ratings, "
            f"{_cell(shares[row, column], True)} of all true {labels[row]}"
            for row, column in cells
        ],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _cell(value: float, shares: bool) -> str:
    if not np.isfinite(value):
        return "–"
    return percent(float(value)) if shares else f"{int(value):,}"
