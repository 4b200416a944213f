"""Effects of features: SHAP contributions as bars with their direction, and partial dependence as lines."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import GUIDE_OPACITY, PLAIN, Look, framed, named_rows

ROW, HEIGHT = 46, 260  # pixels of a bar with its label above, and of the lines
MIXED = 0.3  # a rank correlation below this has no clear direction
BAND = 0.18  # opacity of an interval
RAISES, LOWERS, UNCLEAR = "Raises the rating", "Lowers the rating", "No single direction"
ROLES = {RAISES: ("model", 1.0), LOWERS: ("bias", 1.0), UNCLEAR: ("actual", 0.55)}
SERIES = {"whole": ("Whole model", "model", "solid"), "trees": ("Trees only, linear start held", "actual", "dash")}


def direction_of(correlation: float) -> str:
    """What a higher value of a feature does to the rating, in words."""
    if not abs(correlation) >= MIXED:
        return UNCLEAR
    return RAISES if correlation > 0 else LOWERS


def bars(table: pd.DataFrame, look: Look = PLAIN) -> go.Figure:
    """Horizontal bars, the first on top, coloured by direction.

    `table` has the columns label, size (mean absolute contribution in log-odds) and direction (-1 to 1).
    """
    labels = table["label"].tolist()
    groups = table["direction"].map(direction_of)
    figure = go.Figure()
    for title, (role, opacity) in ROLES.items():
        rows = table[groups == title]
        if len(rows):
            figure.add_trace(
                go.Bar(
                    x=rows["size"],
                    y=rows["label"],
                    orientation="h",
                    name=title,
                    marker={"color": look.colour(role), "opacity": opacity, "cornerradius": 3},
                    customdata=rows["direction"],
                    hovertemplate="%{y}: %{x:.4f}, rank correlation %{customdata:.2f}<extra></extra>",
                )
            )
    framed(
        figure,
        look,
        ROW * len(labels) + 8,
        x="Mean absolute SHAP contribution, in log-odds",
        bargap=0.7,
        barmode="overlay",
        yaxis={"visible": False, "type": "category", "categoryorder": "array", "categoryarray": labels[::-1],
               "range": [-0.5, len(labels) - 0.2]},
        xaxis={"rangemode": "tozero", "nticks": 6},
    )  # fmt: skip
    for label in labels:
        figure.add_annotation(text=label, x=0, xref="paper", xanchor="left", y=label, yshift=17, showarrow=False,
                              font={"size": 13, "color": look.ink})  # fmt: skip
    return figure


def dependence(table: pd.DataFrame, feature: str, look: Look = PLAIN) -> go.Figure:
    """Change of the expected rating by the value of a feature: the whole model with its interval, and the trees.

    `table` has the columns value, model ("whole" or "trees"), change, low and high.
    """
    figure = go.Figure()
    for model, (title, role, dash) in SERIES.items():
        rows, colour = table[table["model"] == model], look.colour(role)
        if model == "whole":
            figure.add_trace(
                go.Scatter(x=[*rows["value"], *rows["value"][::-1]], y=[*rows["high"], *rows["low"][::-1]],
                           fill="toself", fillcolor=colour, opacity=BAND, line={"width": 0}, mode="lines",
                           hoverinfo="skip", showlegend=False)
            )  # fmt: skip
        figure.add_trace(
            go.Scatter(x=rows["value"], y=rows["change"], mode="lines+markers", name=title,
                       line={"color": colour, "width": 2.5, "dash": dash}, marker={"size": 6},
                       customdata=rows[["low", "high"]].to_numpy(),
                       hovertemplate="At %{x:.3g}: %{y:+.3f} (%{customdata[0]:+.3f} to %{customdata[1]:+.3f})<extra>"
                       + title + "</extra>")
        )  # fmt: skip
    figure.add_hline(y=0, line={"color": look.ink, "width": 1, "dash": "dot"}, opacity=GUIDE_OPACITY * 2)
    return framed(
        figure,
        look,
        HEIGHT,
        x=feature,
        y="Change of the expected rating, in stars",
        yaxis={"tickformat": "+.2~g"},
        xaxis={"nticks": 7},
        hovermode="closest",
    )


def describe_bars(table: pd.DataFrame) -> str:
    """The text alternative of the bars."""
    rows = (f"{row.label}: {row.size:.4f}, {direction_of(row.direction).lower()}" for row in named_rows(table))
    return f"Bar chart of the SHAP contributions of features. {'; '.join(rows)}."


def describe_dependence(table: pd.DataFrame, feature: str) -> str:
    """The text alternative of the lines."""
    lines = (
        f"{title}: " + ", ".join(f"{row.change:+.2f} at {row.value:.3g}" for row in named_rows(rows))
        for model, (title, _, _) in SERIES.items()
        if len(rows := table[table["model"] == model])
    )
    return f"Partial dependence of the expected rating on {feature}. {'. '.join(lines)}."
