"""What all charts share: colours by role, layout, error bars and names of models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io

from recsys.glossary import model_name as name

__all__ = ["PLAIN", "Look", "framed", "name", "named_rows", "whiskers"]
ROLES = ("model", "bias", "majority", "actual", "popularity")  # in the order of the theme's colours
FONT_SIZE = 13  # pixels
TICKS = 28  # pixels under the plot for its tick labels
TITLE, LEGEND = 26, 30  # pixels that an axis title and a legend add
LEGEND_LINE, ENTRIES_A_LINE = 20, 2  # a phone breaks a legend of more entries: pixels of a second line
GUIDE_OPACITY = 0.25  # of lines that only guide the eye


@dataclass(frozen=True)
class Look:
    """Colours of the browser's theme, so that a figure is right in light and in dark.

    `ink` is the colour of text, `colours` are those of the series in the theme's order; both may be absent.
    """

    ink: str | None = None
    colours: Sequence[str] = ()

    def colour(self, role: str) -> str | None:
        """The colour of a role; any other model has the next colour. None leaves the choice to the theme."""
        index = ROLES.index(role) if role in ROLES else len(ROLES)
        return self.colours[index] if index < len(self.colours) else None


PLAIN = Look()


def framed(
    figure: go.Figure, look: Look, height: int, x: str = "", y: str = "", legend: bool = True, **layout: Any
) -> go.Figure:
    """The figure with the app's layout.

    Parameters
    ----------
    height
        Pixels of the plot, without titles and legend.
    x, y
        Titles of the axes. The title of `y` is horizontal, above the plot, where a phone has room for it.
    layout
        Further properties of the layout; `xaxis` and `yaxis` are merged into the defaults.
    """
    traces: Any = figure.data
    entries = sum(trace.showlegend is not False for trace in traces)
    above = LEGEND + LEGEND_LINE * (entries > ENTRIES_A_LINE) if legend else 8
    top = above + (TITLE if y else 0)
    bottom = TICKS + (TITLE if x else 0)
    font = {"size": FONT_SIZE, "color": look.ink}
    axis = {"fixedrange": True, "tickfont": font, "automargin": True, "zeroline": False}
    title = {"text": y, "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom",
             "yshift": above if legend else 4, "showarrow": False, "font": font}  # fmt: skip
    figure.layout = {  # a new layout: an update takes twice as long
        "template": plotly.io.templates.default,
        "height": height + top + bottom,
        "margin": {"l": 0, "r": 8, "t": top, "b": bottom},
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "font": font,
                   "itemclick": False, "itemdoubleclick": False, "yref": "paper"},
        "dragmode": False,
        "hoverlabel": {"align": "left", "font": {"color": look.ink}},
        "annotations": [*figure.layout.annotations, *([title] if y else [])],
        "shapes": list(figure.layout.shapes),
        **layout,
        "xaxis": {**axis, "title": {"text": x, "font": font}, **layout.get("xaxis", {})},
        "yaxis": {**axis, **layout.get("yaxis", {})},
    }  # fmt: skip
    return figure


def whiskers(values: Iterable[float], low: Iterable[float], high: Iterable[float], look: Look) -> dict[str, Any]:
    """Error bars of 95% intervals, for `error_x` or `error_y`."""
    values = list(values)
    up = [max(0.0, top - value) for value, top in zip(values, high, strict=True)]
    down = [max(0.0, value - bottom) for value, bottom in zip(values, low, strict=True)]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": look.ink, "thickness": 1.2,
            "width": 3}  # fmt: skip


def named_rows(table: pd.DataFrame) -> Iterable[Any]:
    """The rows of a table as named tuples."""
    return table.itertuples()
