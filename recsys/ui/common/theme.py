"""Look of the app beyond `.streamlit/config.toml`: logo, styles, and chart colours."""

from __future__ import annotations

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

# A mid-tone has at least 3:1 on the backgrounds of both themes, whichever the visitor has chosen.
FOCUS = "#d1405a"
STYLE = f"""<style>
:is(a, button, summary, canvas, [tabindex="-1"]):focus-visible, [data-focus-visible="true"] {{
  outline: 3px solid {FOCUS} !important;
  outline-offset: 2px !important;
}}
canvas:focus-visible {{ outline-offset: -3px !important; }}
.st-key-owner_cookie, .st-key-browser_storage, .st-key-keyboard_focus {{ display: none; }}
.st-key-predicted_stars p {{ font-size: 2.4rem; line-height: 1.2; }}
[data-testid="stElementContainer"]:has(.hidden-heading) {{
  position: absolute; left: 0; top: 0; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}}
/* Streamlit fades captions, which leaves a link in its own colour too pale; the underline still marks it. */
[data-testid="stCaptionContainer"] a {{ color: inherit !important; }}
/* The accent as text is paler than the accent in the dark: chosen pills and segments, the values of sliders. */
button[data-variant][data-selected="true"], [data-testid="stSliderThumbValue"] {{
  color: var(--st-link-color) !important;
}}
[class*="st-key-title_"] button {{ padding: 0; min-height: 0; text-align: left; justify-content: flex-start; }}
[class*="st-key-title_"] button p {{
  font-family: "Source Serif", serif; font-size: 1.25rem; font-weight: 600; line-height: 1.25; white-space: normal;
}}
[class*="st-key-title_"] button em {{ font-weight: 400; opacity: 0.7; }}
[class*="st-key-card_"] {{ border-bottom: 1px solid var(--st-border-color); padding-bottom: 0.75rem; }}
@media (min-width: 641px) {{
  [class*="st-key-actions_"] button [data-testid="stMarkdownContainer"] {{
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  }}
}}
@media (max-width: 640px) {{
  [data-testid="stElementContainer"]:has([data-testid="stDataFrame"]) {{ margin-bottom: 1.65rem; }}
  [data-testid="stElementContainer"]:has([data-testid="stDataFrame"])::before,
  [data-testid="stElementContainer"]:has([data-testid="stTable"] :is(th, td):nth-child(5))::before {{
    content: "\\2194  Swipe sideways to see every column";
    display: block;
    padding-bottom: 0.35rem;
    font-size: 0.8rem;
    opacity: 0.75;
  }}
}}
{movie_tile.STYLE}</style>"""


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
