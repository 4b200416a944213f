"""A list as a table with all figures, on the page and as a CSV file."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from recsys.core.csv_export import csv_bytes
from recsys.schema import EXPECTED, GENRES, LIKE, MATCH, MOVIE, RANK, YEAR
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import clean

LONGEST_TITLE = 70  # characters, which fill three lines
ROW_HEIGHT, HEADER_HEIGHT = 66, 38  # pixels: above 64, text is wrapped
MOST_ROWS = 20  # before the table scrolls


def display_table(recommender: Recommender, rows: pd.DataFrame, reasons: list[str]) -> pd.DataFrame:
    """The formatted rows of a list, for the page and the file."""
    movies = recommender.movies_by_id.loc[rows[MOVIE]]
    return pd.DataFrame(
        {
            "#": rows[RANK].to_numpy(),
            "Title": [clean(title, LONGEST_TITLE) for title in movies["display"]],
            "Match": rows[MATCH].round(2).to_numpy(),
            "Stars": rows[EXPECTED].round(2).to_numpy(),
            "Likes it": rows[LIKE].round(2).to_numpy(),
            "Year": rows[YEAR].astype("Int64").to_numpy(),
            "Why": reasons,
            "Genres": [clean(genres.replace("|", ", ")) for genres in rows[GENRES]],
            "Ratings": movies["count"].to_numpy(),
            "Id": rows[MOVIE].to_numpy(),
        }
    )


def show(table: pd.DataFrame) -> None:
    """Draw the table."""
    column = st.column_config
    st.dataframe(
        table,
        height=ROW_HEIGHT * min(len(table), MOST_ROWS) + HEADER_HEIGHT,
        row_height=ROW_HEIGHT,
        hide_index=True,
        column_config={
            "#": column.NumberColumn(width=36),
            "Title": column.TextColumn(width=180),
            "Match": column.NumberColumn(width=58, format="percent", help="100% is the best unseen movie."),
            "Stars": column.NumberColumn(width=54, format="%.2f", help="The rating that the model expects."),
            "Likes it": column.NumberColumn(
                width=68, format="percent", help="The probability of at least four of five stars."
            ),
            "Year": column.NumberColumn(
                width=56, format="%d", help="The year in the title; where it has none, the year of the release date."
            ),
            "Why": column.TextColumn(width=250),
            "Genres": column.TextColumn(width=116),
            "Ratings": column.NumberColumn(width=66, help="How many users rated it."),
            "Id": column.NumberColumn(width=54, format="%d"),
        },
        alt="The recommended movies, best first",
    )


def download_button(table: Callable[[], pd.DataFrame], key: str) -> None:
    """A button that downloads the table, which is made on demand."""
    st.download_button(
        "Download as CSV",
        lambda: csv_bytes(table()),
        "movies.csv",
        "text/csv",
        key=f"{key}_csv",
        on_click="ignore",
        icon=":material/download:",
    )
