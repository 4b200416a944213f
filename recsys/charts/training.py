"""The learning curve of a running training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed

HEIGHT = 200  # pixels
Points = Sequence[Mapping[str, float]]


def growing(points: Points, rounds: int, look: Look = PLAIN) -> go.Figure:
    """Log-loss on held-out rows by boosting round, so far; the x axis ends at `rounds`."""
    drawn = [point for point in points if "log_loss" in point]
    figure = go.Figure(
        go.Scatter(
            x=[point["round"] for point in drawn],
            y=[point["log_loss"] for point in drawn],
            mode="lines+markers",
            line={"color": look.colour("model"), "width": 2.5},
            marker={"size": 5},
            hovertemplate="Round %{x}: %{y:.4f}<extra></extra>",
        )
    )
    axis = {"range": [0, max(rounds, 1) * 1.02], "fixedrange": True}
    return framed(
        figure, look, HEIGHT, x="Boosting round", y="Log-loss on validation ratings", legend=False, xaxis=axis
    )


def describe(points: Points, rounds: int) -> str:
    """The text alternative of the chart."""
    drawn = [point for point in points if "log_loss" in point]
    if not drawn:
        return "No boosting round is done yet."
    loss = majority(points)
    baseline = f" (baseline, the overall star frequencies: {loss:.4f})" if loss is not None else ""
    done, now = drawn[-1]["round"], drawn[-1]["log_loss"]
    return f"After {done:.0f} of {rounds} boosting rounds the log-loss on validation ratings is {now:.4f}{baseline}."


def majority(points: Points) -> float | None:
    """The log-loss of the majority baseline, None until it is reported."""
    return next((point["majority"] for point in points if "majority" in point), None)
