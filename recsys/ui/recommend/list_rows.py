"""The rows of a list as cards: title, year and genres, match and expected stars, a reason, and actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.list_option_table import RANKERS
from recsys.schema import EXPECTED, GENRES, MATCH, MOVIE, RANK, YEAR
from recsys.ui.common import movie_actions
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean, count_text, number, percent, plain
from recsys.ui.recommend import movie_details
from recsys.ui.recommend.list_table import LONGEST_TITLE

CARD_WIDTH = 320  # pixels, at least
PAGE = 24  # cards that are drawn before "Show more"
PLAIN_COLUMNS = (RANK, MOVIE, YEAR, GENRES)  # of a list without predictions


def show(
    user: SelectedUser, rows: pd.DataFrame, reasons: Sequence[str], key: str, columns: int, ranker: str = RANKERS[0]
) -> None:
    """Draw the rows in columns; a long list is drawn in parts.

    Parameters
    ----------
    user : SelectedUser
        The user whom the list is for.
    rows : DataFrame
        Rows of `Recommender.recommend`; without the expected rating, nothing is said about it.
    reasons : sequence of str
        A sentence for each row; may be empty.
    key : str
        Prefix of the widget keys.
    columns : int
        Cards side by side where there is room.
    ranker : str
        A name of `RANKERS`: each card says what puts it where it stands.
    """
    shown = st.session_state.get(f"{key}_shown", PAGE)
    visitor = user.visitor or Visitor.of(user.recommender)
    grid, opened = st.grid(columns, min_column_width=CARD_WIDTH), None
    for position, row in enumerate(rows.head(shown).to_dict("records")):
        with grid.container(key=f"card_{key}_{row[MOVIE]}", gap="xxsmall", height="stretch"):
            if _card(user, visitor, row, reasons[position] if reasons else "", key, ranker):
                opened = int(row[MOVIE])
    if opened is not None:
        movie_details.show(user, opened)
    if len(rows) > shown:
        st.button(
            f"Show {min(PAGE, len(rows) - shown)} more", on_click=_show_more, args=(key, shown), key=f"{key}_more"
        )


def _card(user: SelectedUser, visitor: Visitor, row: Mapping[Any, Any], reason: str, key: str, ranker: str) -> bool:
    """Draw one card; return whether its title was pressed."""
    movie = user.recommender.movies_by_id.loc[row[MOVIE]]
    title = clean(movie["display"], LONGEST_TITLE)
    is_opened = st.button(f"*{row[RANK]}*  {plain(title)}", key=f"title_{key}_{row[MOVIE]}", type="tertiary")
    st.caption(plain(_facts(row)))
    if EXPECTED in row:
        st.markdown(_figures(row, ranker, int(movie["count"])))
    if reason:
        st.markdown(f"*{plain(reason, 300)}*")
    movie_actions.buttons(visitor, int(row[MOVIE]), key, plain(title), is_yours=user.visitor is not None)
    return is_opened


def _figures(row: Mapping[Any, Any], ranker: str, count: int) -> str:
    """What puts the movie where it stands, beside the expected stars."""
    expected = f"{number(row[EXPECTED], 1)} ★"
    if ranker == "expected":
        return f"**{expected}** expected"
    if ranker == "popular":
        return f"**{count_text(count, 'rating')}** · {expected} expected"
    return f"**{percent(row[MATCH], 0)}** match · {expected}"


def _facts(row: Mapping[Any, Any]) -> str:
    """Year and genres: `1994 · Drama, Romance`."""
    year = "" if row[YEAR] != row[YEAR] else f"{row[YEAR]:.0f}"
    return " · ".join(filter(None, [year, row[GENRES].replace("|", ", ")]))


def _show_more(key: str, shown: int) -> None:
    st.session_state[f"{key}_shown"] = shown + PAGE
