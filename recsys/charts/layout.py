"""What the charts of one page share: colours by role, the frame, whiskers, and the marks of baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import plotly.io

from recsys.glossary import model_name as name

__all__ = ["PLAIN", "Look", "framed", "name", "whiskers"]
ROLES = ("model", "bias", "majority", "actual", "popularity")  # who has which of the theme's colours
FONT_SIZE = 13  # pixels
GROUND = 28  # pixels under the plot for its ticks, without a title
TITLE, LEGEND = 26, 30  # pixels that an axis title and a legend add
LINE, ONE_LINE = 20, 2  # a phone breaks a legend of more entries: pixels of a second line
HAIR = 0.25  # opacity of lines that only guide the eye


@dataclass(frozen=True)
class Look:
    """Colours as the screen's theme gives them, so that one figure is right in light and in dark.

    `ink` is that of words, `colours` are those of series in the theme's order; both may be absent.
    """

    ink: str | None = None
    colours: Sequence[str] = ()

    def colour(self, role: str) -> str | None:
        """The colour of a role, or of a further model by its name; the theme's own choice where there is none."""
        place = ROLES.index(role) if role in ROLES else len(ROLES)
        return self.colours[place] if place < len(self.colours) else None


PLAIN = Look()


def framed(
    figure: go.Figure, look: Look, height: int, x: str = "", y: str = "", legend: bool = True, **layout: Any
) -> go.Figure:
    """The figure with the page's margins and words; `height` is that of the plot, titles and legend come on top.

    `x` and `y` are titles of axes. The title of `y` stands above the plot, level, where a phone has room for it.
    """
    entries = sum(trace.showlegend is not False for trace in figure.data)
    above = LEGEND + LINE * (entries > ONE_LINE) if legend else 8
    top = above + (TITLE if y else 0)
    bottom = GROUND + (TITLE if x else 0)
    words = {"size": FONT_SIZE, "color": look.ink}
    axis = {"fixedrange": True, "tickfont": words, "automargin": True, "zeroline": False}
    title = {"text": y, "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom",
             "yshift": above if legend else 4, "showarrow": False, "font": words}  # fmt: skip
    figure.layout = {  # made anew: an update takes twice as long
        "template": plotly.io.templates.default,
        "height": height + top + bottom,
        "margin": {"l": 0, "r": 8, "t": top, "b": bottom},
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "font": words,
                   "itemclick": False, "itemdoubleclick": False, "yref": "paper"},
        "dragmode": False,
        "hoverlabel": {"align": "left", "font": {"color": look.ink}},
        "annotations": [*figure.layout.annotations, *([title] if y else [])],
        "shapes": list(figure.layout.shapes),
        **layout,
        "xaxis": {**axis, "title": {"text": x, "font": words}, **layout.get("xaxis", {})},
        "yaxis": {**axis, **layout.get("yaxis", {})},
    }  # fmt: skip
    return figure


def whiskers(value: Sequence[float], low: Sequence[float], high: Sequence[float], look: Look) -> dict[str, Any]:
    """The arms of 95 % intervals, for `error_x` or `error_y`."""
    up = [max(0.0, top - at) for at, top in zip(value, high, strict=True)]
    down = [max(0.0, at - bottom) for at, bottom in zip(value, low, strict=True)]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": look.ink, "thickness": 1.2,
            "width": 3}  # fmt: skip
