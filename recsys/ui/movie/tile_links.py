"""Movies as tiles in a row, each a link to its own page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from recsys.schema import YEAR
from recsys.serving.recommender import Recommender
from recsys.ui.common import movie_tile
from recsys.ui.common.text import plain
from recsys.ui.movie.view import SIMILAR, movie_row

TILE_WIDTH = 140  # pixels, at least


def draw(recommender: Recommender, movie_ids: Sequence[int], user: str, stars: Callable[[int], str]) -> None:
    """Draw the tiles.

    Parameters
    ----------
    recommender : Recommender
        The model.
    movie_ids : sequence of int
        Movies of the catalogue.
    user : str
        The user of the links as a URL parameter, "" for none.
    stars : callable
        What stands beside the year of a movie, as Markdown.
    """
    grid = st.container(key="movie_tiles").grid(SIMILAR, min_column_width=TILE_WIDTH)
    for movie_id in movie_ids:
        movie = movie_row(recommender, movie_id)
        query = {"movie": str(movie_id)} | ({"user": user} if user else {})
        with grid.container(key=f"tile_{movie_id}", gap="xxsmall"):
            st.html(movie_tile.html(recommender, movie_id, "all"))
            st.page_link("pages/movie.py", label=plain(movie["display"]), query_params=query, help="")
            year = "" if pd.isna(movie[YEAR]) else f"{movie[YEAR]:.0f}"
            st.caption(" · ".join(filter(None, [year, stars(movie_id)])))


def average(recommender: Recommender, movie_id: int) -> str:
    """Everyone's average of a movie."""
    movie = movie_row(recommender, movie_id)
    return f"{movie['mean']:.1f} ★ average" if movie["count"] else "no ratings"
