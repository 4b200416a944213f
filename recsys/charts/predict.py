"""Probability of each star for one user and one movie."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.schema import star_name

PREDICTED_OPACITY, OTHER_OPACITY = 1.0, 0.45
HEIGHT = 250  # pixels


def distribution(
    stars: Sequence[float], probabilities: Sequence[float], decided: float, ink: str | None = None
) -> go.Figure:
    """One bar per star of the scale, as high as its probability; the decided star stands out.

    `stars` ascend, `probabilities` sum to 1 and have the same length. The bars have the theme's first colour, in
    light and in dark; `ink` is the colour of the labels.
    """
    opacity = [PREDICTED_OPACITY if star == decided else OTHER_OPACITY for star in stars]
    bars = go.Bar(
        x=[f"{star_name(star)} ★" for star in stars],
        y=[float(p) for p in probabilities],
        text=[percent(p) for p in probabilities],
        textposition="outside",
        textfont={"size": 14, "color": ink},
        cliponaxis=False,
        marker={"opacity": opacity, "cornerradius": 4},
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    layout = {
        "height": HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 24, "b": 0},
        "bargap": 0.3,
        "showlegend": False,
        "dragmode": False,
        "yaxis": {"visible": False, "fixedrange": True, "range": [0, max(*probabilities, 0.01) * 1.15]},
        "xaxis": {"type": "category", "fixedrange": True, "tickfont": {"size": 14, "color": ink}},
    }
    return go.Figure(bars, layout)  # three times as fast as an update of the layout


def describe(stars: Sequence[float], probabilities: Sequence[float]) -> str:
    """The text alternative of the chart."""
    shares = [f"{star_name(star)}: {percent(p)}" for star, p in zip(stars, probabilities, strict=True)]
    return f"Bar chart of the probability of each star. {', '.join(shares)}."


def percent(share: float) -> str:
    """A share as a rounded percentage: `34%`, and `<1%` rather than a false zero."""
    if 0 < share < 0.005:
        return "<1%"
    return f"{share:.0%}"
