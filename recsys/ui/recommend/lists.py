"""A top-N list on the page: its funnel, its rows with reasons, a CSV file, and the details of an opened row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.core.csv_export import csv_bytes
from recsys.schema import EXPECTED, GENRES, LIKE, MOVIE, RANK, YEAR
from recsys.serving.explain.sentences import reasons
from recsys.serving.list_options import ListOptions
from recsys.serving.recommender import Recommender
from recsys.serving.top_n import TopN, top
from recsys.ui.common.text import clean
from recsys.ui.recommend import movie_details
from recsys.ui.recommend.list_user import ListUser

WHY = "Why"
LONGEST_TITLE = 70  # characters, which fill three lines
ROW_HEIGHT = 66  # pixels: above 64, text is wrapped
HEADER_HEIGHT = 38
MOST_ROWS = 20  # before the table scrolls
ESSENTIAL = ("#", "Title", "Stars", "Likes it", "Year", "Genres", WHY)  # for half the width of a page
WIDTHS, NARROW = {"Title": 192, "Genres": 116, WHY: 290}, {"Title": 160, "Genres": 130, WHY: 222}  # pixels
NARROW_ROW_HEIGHT = 84  # pixels: reasons take four lines in the narrow columns


def top_list(list_user: ListUser, options: Mapping[str, Any]) -> TopN:
    """A user's list for options (fields of `LIST_OPTIONS`). Raises InputError as `Recommender.top`."""
    genre_names = list_user.recommender.catalogue.genre_names
    return top(list_user.recommender, list_user.ratings, ListOptions.checked(genre_names, **options))


@st.fragment
def show(
    list_user: ListUser,
    top_n: TopN,
    key: str = "list",
    clear: Callable[[], None] | None = None,
    columns: Sequence[str] | None = None,
) -> None:
    """Show a list with the reason of each row.

    Opening a row runs only this fragment again, and the list is not computed again.

    Parameters
    ----------
    list_user : ListUser
        The user whom the list is for.
    top_n : TopN
        The list.
    key : str
        Prefix of the widget keys.
    clear : callable, optional
        Removes all filters; called by a button if they leave no movie.
    columns : sequence of str, optional
        The columns to show if there is little room; the file has all of them.
    """
    st.text(top_n.headline(), help=top_n.steps())
    if not len(top_n.table):
        _empty_list(top_n, clear)
        return
    if short_note := top_n.why_short():
        st.caption(short_note)
    table = display_table(list_user.recommender, top_n.table, _reasons(f"{key}_reasons", list_user, top_n.table))
    opened_row = _table(table, f"{key}_{st.session_state.get(f'{key}_closed', 0)}", columns)
    _footer(table, key)
    if opened_row is not None:
        movie_details.show(list_user, int(top_n.table[MOVIE].iloc[opened_row]), lambda: _closed(key))


def display_table(recommender: Recommender, rows: pd.DataFrame, why: list[str] | None = None) -> pd.DataFrame:
    """The formatted rows of a list, for the page and the file."""
    movies = recommender.movies_by_id.loc[rows[MOVIE]]
    return pd.DataFrame(
        {
            "#": rows[RANK].to_numpy(),
            "Title": [clean(title, LONGEST_TITLE) for title in movies["display"]],
            "Stars": rows[EXPECTED].round(2).to_numpy(),
            "Likes it": rows[LIKE].round(2).to_numpy(),
            "Year": rows[YEAR].astype("Int64").to_numpy(),
            WHY: why or [""] * len(rows),
            "Genres": [clean(genres.replace("|", ", ")) for genres in rows[GENRES]],
            "Ratings": movies["count"].to_numpy(),
            "Id": rows[MOVIE].to_numpy(),
        }
    )


def well_known(recommender: Recommender, n: int) -> None:
    """The most rated movies, without predictions: for a visitor without ratings."""
    top_n = top(recommender, recommender.user_history(history={}), ListOptions(n=n, ranker="popular", min_like=0.0))
    table = display_table(recommender, top_n.table)[["#", "Title", "Year", "Genres", "Ratings"]]
    columns = {"#": st.column_config.NumberColumn(width=36)}
    st.dataframe(table, hide_index=True, column_config=columns, alt="The movies that most people rated")


def _table(table: pd.DataFrame, key: str, columns: Sequence[str] | None) -> int | None:
    """Draw the table; return the position of the opened row."""
    column = st.column_config
    widths, row_height = (NARROW, NARROW_ROW_HEIGHT) if columns else (WIDTHS, ROW_HEIGHT)
    config = {
        "#": column.NumberColumn(width=36),
        "Title": column.TextColumn(width=widths["Title"]),
        "Stars": column.NumberColumn(width=58, format="%.2f", help="The rating that the model expects."),
        "Likes it": column.NumberColumn(
            width=68, format="percent", help="How probable it is that they give at least four of five stars."
        ),
        "Year": column.NumberColumn(
            width=56, format="%d", help="The year in the title; where it has none, the year of the release date."
        ),
        WHY: column.TextColumn(
            width=widths[WHY], help="What moves the expected stars most, from those expected of anyone."
        ),
        "Genres": column.TextColumn(width=widths["Genres"]),
        "Ratings": column.NumberColumn(width=70, help="How many people rated it."),
        "Id": column.NumberColumn(width=60, format="%d"),
    }
    event = st.dataframe(
        table,
        height=row_height * min(len(table), MOST_ROWS) + HEADER_HEIGHT,
        row_height=row_height,
        hide_index=True,
        column_order=columns,
        column_config=config,
        key=key,
        on_select="rerun",
        selection_mode="single-cell",
        alt="The recommended movies, best first. Choose a row to open it.",
    )
    cells = [position for position, _ in event.selection.cells if position < len(table)]
    return cells[0] if cells else None


def _footer(table: pd.DataFrame, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download as CSV",
            lambda: csv_bytes(table),  # made on demand
            "movies.csv",
            "text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption("Choose a row for its details, its reasons and movies like it.")


def _closed(key: str) -> None:
    """Change the table's key, which drops its selection, so that the same row can be opened again."""
    st.session_state[f"{key}_closed"] = st.session_state.get(f"{key}_closed", 0) + 1


def _empty_list(top_n: TopN, clear: Callable[[], None] | None) -> None:
    title = "Nothing to recommend" if top_n.funnel.unlikely else "No movie is left"
    st.info(top_n.why_short(), title=title, icon=":material/filter_alt_off:")
    can_clear = clear and top_n.relaxed_counts
    if can_clear and st.button("Clear all filters", on_click=clear, icon=":material/restart_alt:"):
        st.rerun()  # the whole page, because the list is made outside of this fragment


def _reasons(key: str, list_user: ListUser, rows: pd.DataFrame) -> list[str]:
    """One sentence for each row, cached in the session as long as the list stays the same.

    They are computed before the list is drawn, because another run of the page would take longer.
    """
    movies = rows[MOVIE].tolist()
    history = list_user.ratings.movies.tobytes() + list_user.ratings.stars.tobytes()
    identity = (list_user.recommender.version, list_user.user_id, history, movies)
    digest = hashlib.sha256(repr(identity).encode()).hexdigest()[:16]
    cached_digest, sentences = st.session_state.get(key, ("", []))
    if cached_digest != digest:
        sentences = reasons(list_user.explainer.reasons(movies), list_user.wording)
        st.session_state[key] = (digest, sentences)
    return sentences
