"""Contributions to a prediction, from the rating of an average user to the expected rating of this user."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

ROW_HEIGHT, TOP, BOTTOM = 56, 12, 0  # pixels
MIN_REACH = 0.25  # stars; so that small contributions look small
ROOM = 1.35  # times the longest bar, for the label beside it


def diverging(contributions: Mapping[str, float], ink: str | None = None) -> go.Figure:
    """One bar per contribution, to the right for added stars and to the left for subtracted ones.

    `contributions` are stars by name, from top to bottom. The names are above their bars, so that the bars have a
    phone's full width. Colours are the theme's first two; `ink` is the colour of the text.
    """
    names, values = list(contributions), [float(value) for value in contributions.values()]
    reach = ROOM * max(MIN_REACH, *map(abs, values))
    layout = {
        "height": TOP + BOTTOM + ROW_HEIGHT * len(names),
        "margin": {"l": 0, "r": 0, "t": TOP, "b": BOTTOM},
        "barmode": "overlay",
        "bargap": 0.7,
        "showlegend": False,
        "dragmode": False,
        "yaxis": {"visible": False, "fixedrange": True, "type": "category", "categoryorder": "array",
                  "categoryarray": names[::-1]},
        "xaxis": {"showticklabels": False, "showgrid": False, "fixedrange": True, "range": [-reach, reach]},
        "shapes": [{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "opacity": 0.4,
                    "line": {"width": 1, "color": ink or "gray"}}],
        "annotations": [
            {"text": name, "x": 0, "xref": "paper", "xanchor": "left", "y": name, "yshift": 20, "showarrow": False,
             "font": {"size": 14, "color": ink}}
            for name in names
        ],
    }  # fmt: skip
    return go.Figure([_bars(names, values, ink, positive) for positive in (True, False)], layout)


def describe(base: float, contributions: Mapping[str, float], expected: float) -> str:
    """The text alternative of the chart."""
    listed = ", ".join(f"{name} {signed(value)}" for name, value in contributions.items())
    return f"Bar chart from the {base:.2f} stars an average user would give to {expected:.2f}: {listed}."


def signed(stars: float) -> str:
    """A contribution with its sign, a true minus: `+0.40`, `−0.12`, `0.00`."""
    text = f"{abs(stars):.2f}"
    return text if float(text) == 0 else f"{'+' if stars > 0 else '−'}{text}"


def _bars(names: list[str], values: list[float], ink: str | None, positive: bool) -> go.Bar:
    bars = [(name, value) for name, value in zip(names, values, strict=True) if (value >= 0) == positive]
    return go.Bar(
        y=[name for name, _ in bars],
        x=[value for _, value in bars],
        text=[signed(value) for _, value in bars],
        orientation="h",
        textposition="outside",
        textfont={"size": 14, "color": ink},
        constraintext="none",
        cliponaxis=False,
        marker={"cornerradius": 4},
        hovertemplate="%{y}: %{text} stars<extra></extra>",
    )
