"""The rows of a list as a programme: the first movie as its feature, the others as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.list_option_table import RANKERS
from recsys.schema import EXPECTED, GENRES, MATCH, MOVIE, RANK, YEAR
from recsys.ui.common import movie_card
from recsys.ui.common.movie_card import CardText
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import count_text, number, percent

CARD_WIDTH = 300  # pixels, at least
PAGE = 24  # cards that are drawn before "Show more"
PLAIN_COLUMNS = (RANK, MOVIE, YEAR, GENRES)  # of a list without predictions


def show(
    user: SelectedUser,
    rows: pd.DataFrame,
    reasons: Sequence[CardText],
    key: str,
    columns: int,
    ranker: str = RANKERS[0],
    feature: str = "",
) -> None:
    """Draw the rows in columns; a long list is drawn in parts.

    Parameters
    ----------
    user : SelectedUser
        The user whom the list is for.
    rows : DataFrame
        Rows of `Recommender.recommend`; without the expected rating, nothing is said about it.
    reasons : sequence of CardText
        The reason of each row; may be empty.
    key : str
        Prefix of the widget keys.
    columns : int
        Cards side by side where there is room.
    ranker : str
        A name of `RANKERS`: each card says what puts it where it stands.
    feature : str
        The line above the first movie, which is then drawn large; "" for a card like the others.
    """
    shown, visitor = st.session_state.get(f"{key}_shown", PAGE), user.visitor or Visitor.of(user.recommender)
    records, texts = rows.head(shown).to_dict("records"), list(reasons) or [CardText()] * len(rows)
    texts = [_with_figures(user, row, text, ranker) for row, text in zip(records, texts, strict=False)]
    first = 1 if feature else 0
    if feature:
        with st.container(key=f"feature_{key}", gap=None).container(key=f"card_{key}_{records[0][MOVIE]}", gap=None):
            movie_card.feature(user, visitor, records[0], texts[0], key, feature)
    if feature and len(records) > 1:
        movie_card.programme_heading("Also on the programme", key)
    grid = st.grid(columns, min_column_width=CARD_WIDTH, gap="medium")
    for row, text in zip(records[first:], texts[first:], strict=True):
        with grid.container(key=f"card_{key}_{row[MOVIE]}", gap=None, height="stretch"):
            movie_card.card(user, visitor, row, text, key)
    if len(rows) > shown:
        st.button(
            f"Show {min(PAGE, len(rows) - shown)} more", on_click=_show_more, args=(key, shown), key=f"{key}_more"
        )


def _with_figures(user: SelectedUser, row: Mapping[Any, Any], text: CardText, ranker: str) -> CardText:
    """A card's text with what puts the movie where it stands, beside the expected stars."""
    if EXPECTED not in row:
        return text
    stars = f'{number(row[EXPECTED], 1)} <span class="star">★</span><span class="long"> expected</span>'
    score = f"{percent(row[MATCH], 0)}</b> match"
    if ranker == "popular":
        movie: Any = user.recommender.movies_by_id.loc[row[MOVIE]]
        score = f"{count_text(int(movie['count']), 'rating')}</b>"
    figures = f'<span><b>{score}</span><span class="dot"> · </span><span class="expected">{stars}</span>'
    if ranker == "expected":
        figures = f"<span><b>{stars}</b></span>"
    glyphs = movie_card.star_glyphs(row[EXPECTED], user.recommender.stars[-1])
    return CardText(figures + glyphs, text.reason, text.named)


def _show_more(key: str, shown: int) -> None:
    st.session_state[f"{key}_shown"] = shown + PAGE
