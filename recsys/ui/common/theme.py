"""Look of the app beyond `.streamlit/config.toml`: logo, styles, and chart colours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.io

from recsys.charts.layout import Look
from recsys.ui.common import movie_tile

# Inline, so that no visitor's browser requests an icon from another host.
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
    '<rect width="64" height="64" rx="16" fill="#9e2a3c"/>'
    '<path fill="#f2b84b" '
    'd="M32 11l6.2 13.6 14.8 1.7-11 10.1 3 14.6L32 43.6 19 51l3-14.6-11-10.1 14.8-1.7z"/>'
    "</svg>"
)

STYLES = Path(__file__).parents[1] / "styles"
RULES = movie_tile.STYLE + "".join(path.read_text("utf-8") for path in sorted(STYLES.glob("*.css")))


def style() -> str:
    """The style sheet of every page, in the visitor's theme.

    Streamlit sets the colour scheme on the app alone, but popovers and dialogs lie beside it.
    """
    scheme = "dark" if movie_tile.dark() else "light"
    return f"<style>:root {{ color-scheme: {scheme}; }}\n{RULES}</style>"


def ink() -> str | None:
    """Text colour of Streamlit's chart theme, for the light and the dark mode; None without the theme.

    Streamlit's default for labels is a grey with a contrast of only 3.6:1 on the light background.
    """
    try:
        template: Any = plotly.io.templates["streamlit"]
        return template.data.table[0].cells.font.color
    except (KeyError, IndexError, AttributeError):
        return None


def look() -> Look:
    """Text and series colours of the theme, which the browser fills in."""
    try:
        template: Any = plotly.io.templates["streamlit"]
        return Look(ink(), tuple(template.layout.colorway))
    except (KeyError, TypeError):
        return Look(ink())
