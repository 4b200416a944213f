"""The learning curve of a training, and the importance of its features."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import PLAIN, Look, framed, named_rows

CURVE_HEIGHT = 260  # pixels
ROW = 46  # pixels of a bar with its label above
STYLES = {"learned from": ("Training ratings", "actual", "dot"), "kept back": ("Validation ratings", "model", "solid")}


def curve(table: pd.DataFrame, look: Look = PLAIN) -> go.Figure:
    """The log-loss while trees are added. `table`: round, rows ("learned from" or "kept back"), value, n."""
    figure = go.Figure()
    for rows, points in table.groupby("rows", sort=False):
        title, role, dash = STYLES.get(str(rows), (str(rows), "bias", "dash"))
        figure.add_trace(
            go.Scatter(
                x=points["round"],
                y=points["value"],
                mode="lines",
                name=title,
                line={"color": look.colour(role), "dash": dash, "width": 2.5},
                hovertemplate="Round %{x}: %{y:.4f}<extra>" + title + "</extra>",
            )
        )
    return framed(figure, look, CURVE_HEIGHT, x="Boosting round", y="Log-loss", hovermode="x unified")


def bars(table: pd.DataFrame, look: Look = PLAIN) -> go.Figure:
    """Horizontal bars of shares, the first on top: bars for the softmax regression, marks for the trees.

    `table` has the columns label, trees, linear; shares from 0 to 1.
    """
    labels = table["label"].tolist()
    tooltip = "%{y}: %{x:.1%}<extra>"
    figure = go.Figure(
        [
            go.Bar(
                x=table["linear"],
                y=labels,
                orientation="h",
                name="Softmax regression",
                marker={"color": look.colour("model"), "cornerradius": 3},
                hovertemplate=tooltip + "Softmax regression</extra>",
            ),
            go.Scatter(
                x=table["trees"],
                y=labels,
                mode="markers",
                name="Trees",
                marker={"color": look.colour("actual"), "symbol": "diamond", "size": 9},
                hovertemplate=tooltip + "Trees</extra>",
                cliponaxis=False,
            ),
        ]
    )
    framed(
        figure,
        look,
        ROW * len(labels) + 8,
        x="Share of the total",
        bargap=0.7,
        yaxis={"visible": False, "fixedrange": True, "type": "category", "categoryorder": "array",
               "categoryarray": labels[::-1], "range": [-0.5, len(labels) - 0.2]},
        xaxis={"tickformat": ".0%", "fixedrange": True, "rangemode": "tozero", "nticks": 6},
    )  # fmt: skip
    for label in labels:
        figure.add_annotation(text=label, x=0, xref="paper", xanchor="left", y=label, yshift=17, showarrow=False,
                              font={"size": 13, "color": look.ink})  # fmt: skip
    return figure


def describe_curve(table: pd.DataFrame) -> str:
    """The text alternative of the learning curve."""
    lines = (
        f"{STYLES.get(str(rows), (str(rows),))[0]}: {points['value'].iloc[0]:.3f} at round {points['round'].iloc[0]}, "
        f"{points['value'].iloc[-1]:.3f} at round {points['round'].iloc[-1]}"
        for rows, points in table.groupby("rows", sort=False)
    )
    return f"Line chart of the log-loss while trees are added. {'; '.join(lines)}."


def describe_bars(table: pd.DataFrame, title: str) -> str:
    """The text alternative of the bars."""
    shares = (f"{row.label}: softmax regression {row.linear:.1%}, trees {row.trees:.1%}" for row in named_rows(table))
    return f"Bar chart of {title}. {'; '.join(shares)}."
