"""The confusion matrix as a heatmap whose cells can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed
from recsys.charts.predict import percent
from recsys.evaluation.diagnostics import row_shares
from recsys.schema import star_name

CELL = 62  # pixels, of five stars; more stars share the same height
SIDE = 5
MARK = 44  # pixels of the invisible mark that a click meets


def heatmap(confusion: np.ndarray, stars: Sequence[float], shares: bool, look: Look = PLAIN) -> go.Figure:
    """Rows are actual stars (truth), columns predicted ones; each cell its count, or its share of the row.

    Heatmaps tell nobody of a click, so each cell has an invisible mark on top whose customdata is (actual, predicted).
    """
    shown = row_shares(confusion) if shares else confusion.astype(np.float64)
    words = [f"{star_name(star)} ★" for star in stars]
    text = [[_cell(value, shares) for value in row] for row in shown]
    cells = go.Heatmap(
        z=shown,
        x=words,
        y=words,
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
    figure.add_trace(_marks(confusion, shown, stars, shares))
    return framed(
        figure,
        look,
        CELL * SIDE,
        x="Decided by the model",
        y="Given (truth)",
        legend=False,
        clickmode="event+select",
        yaxis=axis | {"range": [edge, -0.5]},
        xaxis=axis | {"range": [-0.5, edge]},
    )


def describe(confusion: np.ndarray, stars: Sequence[float], shares: bool) -> str:
    """The chart as sentences, for those who do not see it."""
    shown = row_shares(confusion) if shares else confusion
    rows = (
        f"given {star_name(star)}: "
        + ", ".join(f"{_cell(value, shares)} as {star_name(other)}" for value, other in zip(row, stars, strict=True))
        for star, row in zip(stars, shown, strict=True)
    )
    return f"Confusion matrix of stars given and stars decided. {'; '.join(rows)}."


def _marks(confusion: np.ndarray, shown: np.ndarray, stars: Sequence[float], shares: bool) -> go.Scatter:
    cells = [(row, column) for row in range(len(stars)) for column in range(len(stars))]
    words = [f"{star_name(star)} ★" for star in stars]
    told = row_shares(confusion)
    return go.Scatter(
        x=[words[column] for _, column in cells],
        y=[words[row] for row, _ in cells],
        mode="markers",
        marker={"size": MARK * min(1.0, SIDE / len(stars)), "symbol": "square", "opacity": 0},
        customdata=[(float(stars[row]), float(stars[column])) for row, column in cells],
        text=[
            f"Given {words[row]}, decided {words[column]}<br>{confusion[row, column]:,} ratings, "
            f"{_cell(told[row, column], True)} of those given {words[row]}"
            for row, column in cells
        ],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _cell(value: float, shares: bool) -> str:
    if not np.isfinite(value):
        return "–"
    return percent(float(value)) if shares else f"{int(value):,}"
