"""ROC and precision-recall curves of every star, the selected one emphasised."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from recsys.charts.layout import GUIDE_OPACITY, PLAIN, Look, framed, named_rows
from recsys.schema import star_name

HEIGHT = 280  # pixels
PALE = 0.35  # opacity of the stars that are not selected
POINTS_DESCRIBED = (0.25, 0.5, 0.75)  # recall


def roc(points: pd.DataFrame, star: float, look: Look = PLAIN) -> go.Figure:
    """ROC curves: recall by false positive rate; chance is the diagonal.

    `points` has the columns star, threshold, false_positive_rate, recall and precision; `star` is emphasised.
    """
    figure = go.Figure(_guide([0, 1], [0, 1], look))
    _add_curves(figure, points, star, "false_positive_rate", "recall", look)
    return _framed(figure, look, "False positive rate", "Recall")


def precision_recall(points: pd.DataFrame, star: float, share: float, look: Look = PLAIN, title: str = "") -> go.Figure:
    """Precision by recall; chance is the share of the selected star. Parameters as `roc`; `title` names its curve."""
    figure = go.Figure(_guide([0, 1], [share, share], look))
    _add_curves(figure, points, star, "recall", "precision", look, title)
    return _framed(figure, look, "Recall", "Precision")


def describe(points: pd.DataFrame, star: float, title: str, x: str, y: str, against: str = "") -> str:
    """The text alternative of a chart: some points of the selected star's curve; `against` says what it tells apart."""
    rows = points[points["star"] == star]
    nearest = pd.concat([rows.iloc[[(rows["recall"] - recall).abs().argmin()]] for recall in POINTS_DESCRIBED])
    readings = (
        f"{y.replace('_', ' ')} {getattr(row, y):.0%} at {x.replace('_', ' ')} {getattr(row, x):.0%}"
        for row in named_rows(nearest)
    )
    against = against or f"{star_name(star)} ★ against the other stars"
    return f"{title} of {against}: {', '.join(readings)}."


def _guide(x: Sequence[float], y: Sequence[float], look: Look) -> go.Scatter:
    return go.Scatter(x=x, y=y, mode="lines", name="Chance", hoverinfo="skip", opacity=GUIDE_OPACITY * 2,
                      line={"color": look.ink, "width": 1, "dash": "dot"})  # fmt: skip


def _add_curves(
    figure: go.Figure, points: pd.DataFrame, selected: float, x: str, y: str, look: Look, title: str = ""
) -> None:
    """One line a star, the selected one last and so on top."""
    others = [star for star in points["star"].unique().tolist() if star != selected]
    for star in (*others, selected):
        rows, name = points[points["star"] == star], title or f"{star_name(star)} ★"
        is_selected = star == selected
        figure.add_trace(
            go.Scatter(
                x=rows[x],
                y=rows[y],
                mode="lines",
                name=name if is_selected else "Other stars",
                legendgroup=name if is_selected else "others",
                showlegend=is_selected or star == others[0],
                opacity=1.0 if is_selected else PALE,
                line={"color": look.colour("model"), "width": 3 if is_selected else 1.5},
                customdata=rows["threshold"],
                hovertemplate="%{x:.1%}, %{y:.1%} at a probability of at least %{customdata:.2f}<extra>"
                + name
                + "</extra>",
            )
        )


def _framed(figure: go.Figure, look: Look, x: str, y: str) -> go.Figure:
    axis = {"range": [0, 1.02], "tickformat": ".0%", "fixedrange": True, "nticks": 6}
    return framed(figure, look, HEIGHT, x=x, y=y, xaxis=axis, yaxis=axis, hovermode="closest")
