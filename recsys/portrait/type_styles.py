"""The typefaces of the picture as SVG attributes, and a line of text in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from recsys.tiles.movie import one_line
from recsys.tiles.shapes import number
from recsys.tiles.text_width import ITALIC, SANS, SERIF
from recsys.tiles.vector import SANS_FAMILY, SERIF_FAMILY

LONGEST = 200  # characters of a line

Style = Mapping[str, str]

HEADING: Style = {"font-family": SANS_FAMILY, "font-weight": "600"}
LABEL: Style = {"font-family": SANS_FAMILY, "font-weight": "400"}
OTHERS: Style = {"font-family": SANS_FAMILY, "font-weight": "500"}
FIGURE: Style = {"font-family": SERIF_FAMILY, "font-weight": "650"}
SENTENCE: Style = {"font-family": SERIF_FAMILY, "font-weight": "400", "font-style": "italic"}
NAMES: Mapping[str, Style] = {  # of genres, by the face of their tiles
    SERIF: FIGURE,
    ITALIC: FIGURE | {"font-style": "italic"},
    SANS: {"font-family": SANS_FAMILY, "font-weight": "900"},
}


def line(text: str, x: float, y: float, size: float, style: Style, fill: str, anchor: str = "start") -> str:
    """One line of text at its baseline; the text is escaped, and free of characters that XML does not allow."""
    place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}" text-anchor="{anchor}" fill="{fill}"'
    attributes = "".join(f' {name}="{value}"' for name, value in style.items())
    return f"<text {place}{attributes}>{escape(one_line(text, LONGEST))}</text>" if text else ""
