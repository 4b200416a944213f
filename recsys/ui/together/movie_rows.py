"""The movies of a list for several: title and facts, what each member would give it, and where tastes differ."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from recsys.data.title_years import display_title
from recsys.schema import CLASH, GENRES, MOVIE, RANK, TITLE, YEAR
from recsys.serving.together import member_columns
from recsys.ui.common import movie_actions
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean, number, plain
from recsys.ui.together import marks
from recsys.ui.together.member_parameter import YOU_NAME

LONGEST_TITLE = 90  # characters
FIRST, UNRANKED = "first", "unranked"  # styles of rows
STYLE = """
.movie-row { --page: light-dark(#fbf8f3, #151110); height: 100%;
  padding: 0.2rem 0; }
.movie-row p { margin: 0 0 0.35rem; }
.movie-row .name { font: 600 1.25rem/1.25 "Source Serif", serif; overflow-wrap: anywhere; }
.movie-row .rank { font-style: italic; font-weight: 400; margin-right: 0.4rem; }
.movie-row .facts { font-size: 0.906rem; opacity: 0.75; }
.movie-row .given { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; }
.movie-row .given > span { display: inline-flex; align-items: center; gap: 0.45rem; overflow-wrap: anywhere; }
.movie-row .star { color: light-dark(#7d5600, #f2b84b); }
.movie-row .differ { font-style: italic; margin: 0.4rem 0 0; }
.movie-row.first { --page: light-dark(#f3ece1, #221c1a); background: var(--page);
  border: 0; border-radius: 6px; padding: 1.5rem 1.75rem; }
.movie-row.first .name { font-size: clamp(1.75rem, 4vw, 2.6rem); line-height: 1.1; }
"""


def style_sheet() -> None:
    """Put the styles of rows and marks on the page."""
    st.html(f"<style>{marks.style()}{STYLE}</style>")


def draw(table: pd.DataFrame, names: Sequence[str], stars: Sequence[float], visitor: Visitor, style: str = "") -> None:
    """Draw the rows of a list, each with what the visitor can do.

    Parameters
    ----------
    table : DataFrame
        Rows of `Recommender.recommend_together`.
    names : sequence of str
        Of the members, in their order; untrusted text.
    stars : sequence of float
        The rating scale, ascending.
    visitor : Visitor
        Whose movies the actions change.
    style : str
        `FIRST` for a single row, larger than others; `UNRANKED` for rows without their rank.
    """
    grid = st.container() if style == FIRST else st.grid(2, min_column_width=300, gap="medium")
    is_yours = YOU_NAME in names
    for row in table.to_dict("records"):
        with grid.container(gap="xsmall", key=f"card_together_{row[MOVIE]}"):
            st.html(_row(row, names, stars, style))
            title = plain(display_title(row[TITLE]), LONGEST_TITLE)
            movie_actions.buttons(visitor, int(row[MOVIE]), "together", title, is_yours)


def _row(row: dict[Any, Any], names: Sequence[str], stars: Sequence[float], style: str) -> str:
    """One movie as HTML; whatever comes from data or visitors is escaped."""
    expected = [float(row[member_columns(place)[1]]) for place in range(1, len(names) + 1)]
    title = escape(clean(display_title(row[TITLE]), LONGEST_TITLE))
    year = "" if np.isnan(row[YEAR]) else f"{row[YEAR]:.0f}"
    facts = " · ".join(filter(None, [year, escape(clean(row[GENRES].replace("|", ", ")))]))
    rank = "" if style == UNRANKED else f'<span class="rank">{row[RANK]}</span>'
    given = "".join(
        f'<span>{marks.mark(place)}{escape(clean(name))} <b>{number(value, 1)} <span class="star">★</span></b></span>'
        for place, (name, value) in enumerate(zip(names, expected, strict=True), 1)
    )
    return (
        f'<div class="movie-row {style}" data-movie="{row[MOVIE]}">'
        f'<p class="name" role="heading" aria-level="{2 if style == FIRST else 3}">{rank}{title}</p>'
        f'<p class="facts">{facts}</p><p class="given">{given}</p>{marks.line(names, expected, stars, row[CLASH])}'
        f"{_clash(names, expected) if row[CLASH] else ''}</div>"
    )


def _clash(names: Sequence[str], expected: Sequence[float]) -> str:
    """A sentence on who would like it much less than another."""
    least, most = (escape(clean(names[place])) for place in (int(np.argmin(expected)), int(np.argmax(expected))))
    most = "you" if most == YOU_NAME else most
    return f'<p class="differ">Tastes differ: {least} would like it much less than {most}.</p>'
