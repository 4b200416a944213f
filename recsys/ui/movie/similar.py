"""Movies like this one."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from recsys.schema import star_name
from recsys.serving.recommender import Recommender
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import number
from recsys.ui.movie import tile_links
from recsys.ui.movie.view import UserView, similar_ids


def draw(recommender: Recommender, movie_id: int, user: SelectedUser | None, view: UserView | None) -> None:
    """Draw the section: with the stars that the user gave or would give, or with everyone's average."""
    st.header("Movies like this one", anchor=False)
    movie_ids = similar_ids(recommender, movie_id)
    if user and view:
        tile_links.draw(recommender, movie_ids, user.query, partial(_stars, user, view))
    else:
        tile_links.draw(recommender, movie_ids, "", partial(tile_links.average, recommender))


def _stars(user: SelectedUser, view: UserView, movie_id: int) -> str:
    rated = user.ratings.movies == user.recommender.catalogue.positions(np.array([movie_id]))
    if rated.any():
        return f"{user.wording.subject} gave {star_name(user.ratings.stars[rated].item())} ★"
    name = "you" if user.visitor else f"user {user.user_id}"
    return f"{number(view.expected_of_similar[movie_id], 1)} ★ for {name}"
