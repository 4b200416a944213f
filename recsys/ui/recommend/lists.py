"""A list on the page: how it came about, its rows with their reasons, a file of it, and an opened row."""

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
LONGEST_TITLE = 70  # characters: three lines
ROW_HEIGHT = 66  # pixels: above 64, text is wrapped
HEADER_HEIGHT = 38
MOST_ROWS = 20  # before the table scrolls
ESSENTIAL = ("#", "Title", "Stars", "Likes it", "Year", "Genres", WHY)  # fit beside other things of a page
WIDTHS, NARROW = {"Title": 192, "Genres": 116, WHY: 290}, {"Title": 160, "Genres": 130, WHY: 222}  # pixels
TALL = 84  # pixels of a row of the narrow columns, where reasons take four lines


def top_list(list_user: ListUser, options: Mapping[str, Any]) -> TopN:
    """The list that a person wishes (fields of `recommend_request.DEFAULTS`). InputError as `Recommender.top`."""
    return top(list_user.recommender, list_user.ratings, ListOptions.checked(**options))


@st.fragment
def show(
    list_user: ListUser,
    found: TopN,
    key: str = "list",
    clear: Callable[[], None] | None = None,
    columns: Sequence[str] | None = None,
) -> None:
    """A person's list with the reason of each row.

    `clear` takes all filters off, for a button where they leave nothing. When somebody opens a row, only this part of
    the page is drawn again, and the list is not worked out anew. `columns` are those to show where there is not room
    for all; the file has them all.
    """
    st.text(found.steps())
    if not len(found.table):
        _nothing(found, clear)
        return
    if short := found.why_short():
        st.caption(short)
    table = readable(list_user.recommender, found.table, _reasons(f"{key}_reasons", list_user, found.table))
    chosen = _table(table, f"{key}_{st.session_state.get(f'{key}_closed', 0)}", columns)
    _foot(table, key)
    if chosen is not None:
        movie_details.show(list_user, int(found.table[MOVIE].iloc[chosen]), lambda: _closed(key))


def readable(recommender: Recommender, rows: pd.DataFrame, why: list[str] | None = None) -> pd.DataFrame:
    """The rows of a list as people read them, on the page and in the file."""
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
    """The movies that most people rated, without predictions: for somebody of whom nothing is known."""
    found = top(recommender, recommender.user_history(history={}), ListOptions(n=n, ranker="popular", min_like=0.0))
    told = readable(recommender, found.table)[["#", "Title", "Year", "Genres", "Ratings"]]
    narrow = {"#": st.column_config.NumberColumn(width=36)}
    st.dataframe(told, hide_index=True, column_config=narrow, alt="The movies that most people rated")


def _table(table: pd.DataFrame, key: str, columns: Sequence[str] | None) -> int | None:
    """The rows; returns the place of the opened one."""
    column = st.column_config
    widths, tall = (NARROW, TALL) if columns else (WIDTHS, ROW_HEIGHT)
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
        height=tall * min(len(table), MOST_ROWS) + HEADER_HEIGHT,
        row_height=tall,
        hide_index=True,
        column_order=columns,
        column_config=config,
        key=key,
        on_select="rerun",
        selection_mode="single-cell",
        alt="The recommended movies, best first. Choose a row to open it.",
    )
    cells = [place for place, _ in event.selection.cells if place < len(table)]
    return cells[0] if cells else None


def _foot(table: pd.DataFrame, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download as CSV",
            lambda: csv_bytes(table),  # made when somebody asks for it
            "movies.csv",
            "text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption("Choose a row for its details, its reasons and movies like it.")


def _closed(key: str) -> None:
    """A table under another name has no chosen row, so that the same one can be opened again."""
    st.session_state[f"{key}_closed"] = st.session_state.get(f"{key}_closed", 0) + 1


def _nothing(found: TopN, clear: Callable[[], None] | None) -> None:
    title = "Nothing to recommend" if found.funnel.unlikely else "No movie is left"
    st.info(found.why_short(), title=title, icon=":material/filter_alt_off:")
    if clear and found.relaxed_counts:
        st.button("Clear all filters", on_click=clear, icon=":material/restart_alt:")


def _reasons(key: str, list_user: ListUser, rows: pd.DataFrame) -> list[str]:
    """One sentence for each row, kept in the session for as long as it has this list.

    Here and not after the list is drawn: another run of the page takes longer than they do.
    """
    movies = rows[MOVIE].tolist()
    rated = list_user.ratings.movies.tobytes() + list_user.ratings.stars.tobytes()
    about = (list_user.recommender.version, list_user.user_id, rated, movies)
    digest = hashlib.sha256(repr(about).encode()).hexdigest()[:16]
    known, sentences = st.session_state.get(key, ("", []))
    if known != digest:
        sentences = reasons(list_user.explainer.reasons(movies), list_user.wording)
        st.session_state[key] = (digest, sentences)
    return sentences
