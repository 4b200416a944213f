"""A row of well-known movies across the whole window, one for each genre: each tile leads to its movie's page."""

from __future__ import annotations

import numpy as np
import streamlit as st

from recsys.schema import GENRES
from recsys.serving.recommender import Recommender
from recsys.tiles.palette import by_lead
from recsys.ui.common import movie_card, movie_tile
from recsys.ui.common.pickers import YOU_TEXT

TILES = 10


def show(recommender: Recommender) -> None:
    """Draw the row."""
    with st.container(key="frieze", horizontal=True, wrap=False, gap=None):
        for movie_id in _movie_ids(recommender, recommender.version):
            with st.container(key=f"card_frieze_{movie_id}", width=166, gap=None):
                st.html(f'<div class="tile-box">{movie_tile.html(recommender, movie_id, "all")}</div>')
                movie_card.open_link(YOU_TEXT, movie_id, str(recommender.movies_by_id.loc[movie_id, "display"]))


def thumbnails(recommender: Recommender, first: int, count: int = 3) -> str:
    """Small tiles as HTML, of other movies than the row's: those from `first` on in its order."""
    movie_ids = _movie_ids(recommender, recommender.version, 3 * TILES)[TILES + first :][:count]
    return "".join(f"<div>{movie_tile.html(recommender, movie_id, 'art')}</div>" for movie_id in movie_ids)


@st.cache_resource(show_spinner=False, max_entries=4)
def _movie_ids(_recommender: Recommender, version: str, count: int = TILES) -> list[int]:
    """The most rated movies in turns: the first of each lead genre, then the second of each."""
    ranked = np.argsort(-_recommender.counts, kind="stable")
    genres, movie_ids = _recommender.movies[GENRES].tolist(), _recommender.catalogue.movie_ids.tolist()
    turns: dict[str, int] = {}
    by_turn = []
    for place, position in enumerate(ranked):
        genre = by_lead(genres[position].split("|"))[0][1]
        turns[genre] = turns.get(genre, -1) + 1
        by_turn.append((turns[genre], place, movie_ids[position]))
    return [movie_id for *_, movie_id in sorted(by_turn)[:count]]
