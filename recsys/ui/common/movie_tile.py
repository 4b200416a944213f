"""Tiles of movies on a page: HTML for `st.html`, in the visitor's theme. The width is that of the box around it."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from recsys import tiles
from recsys.schema import GENRES, YEAR

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

CACHED = 4_000  # tiles of about 2 KB; one takes a fraction of a millisecond
STYLE = (
    tiles.STYLE
    + """
.movie-tile.blank { background: light-dark(#f3ece1, #221c1a); }
.movie-tile.blank i { left: 8cqw; right: 8cqw; background: light-dark(#e9dfd0, #332a27); }
.movie-tile.empty::after { border: 1px dashed color-mix(in srgb, currentColor 55%, transparent); }
.movie-tile.empty div { inset: 0; display: grid; place-content: center; gap: 6cqw; text-align: center; }
.movie-tile.empty i { color: light-dark(#b47b00, #f2b84b); font: 15cqw/1 "Source Sans", sans-serif; }
.movie-tile.empty p { font: italic 500 9cqw/1.2 "Source Serif", serif; white-space: normal; }
"""
)


def html(recommender: Recommender, movie_id: int, detail: str = "all", status: str = "") -> str:
    """The tile of a movie of the catalogue; see `recsys.tiles.tile` for `detail` and `status`."""
    movie: Any = recommender.movies_by_id.loc[movie_id]
    year = None if pd.isna(movie[YEAR]) else float(movie[YEAR])  # a NaN differs from itself, also as a cache's key
    tile_movie = tiles.TileMovie(int(movie_id), str(movie["display"]), year, str(movie[GENRES]))
    return _cached(tile_movie, detail, status, dark())


def dark() -> bool:
    """Whether the visitor sees the dark theme."""
    return st.context.theme.type == "dark"


def placeholder() -> str:
    """A blank tile in its final size, while a movie is not known yet."""
    shapes = ((8, 50), (66, 9), (80, 9))
    lines = "".join(f'<i style="top:{top}cqw;height:{height}cqw"></i>' for top, height in shapes)
    return f'<div class="movie-tile blank" aria-hidden="true">{lines}</div>'


def empty(sentence: str) -> str:
    """A dashed tile with a star and a sentence, where there is no movie to show."""
    return f'<div class="movie-tile empty"><div><i aria-hidden="true">★</i><p>{escape(sentence)}</p></div></div>'


@lru_cache(CACHED)
def _cached(movie: tiles.TileMovie, detail: str, status: str, dark_theme: bool) -> str:
    """The tile, drawn once."""
    return tiles.tile(movie, detail, dark_theme, status)
