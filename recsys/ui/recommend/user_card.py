"""Summary of the user whom a list is for: number of ratings, mean, favourite genres and movies."""

from __future__ import annotations

import streamlit as st

from recsys.serving.explain.taste_summary import TasteSummary
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import clean, number


def summary(user: SelectedUser) -> None:
    """The taste of a user from their ratings; nothing for a user without ratings."""
    recommender = user.recommender
    taste = TasteSummary.of(recommender.catalogue, recommender.counts, user.ratings)
    if not taste.count:
        return
    titles = recommender.movies_by_id["display"]
    genres = ", ".join(clean(genre) for genre in taste.genres)
    favourites = ", ".join(clean(titles[movie], 40) for movie in taste.favourites)
    ratings = "1 rating" if taste.count == 1 else f"{taste.count:,} ratings"
    preference = f"Favourite genres: {genres}." if genres else "No favourite genre."
    st.text(f"{ratings}, {number(taste.mean, 1)} stars on average. {preference} Favourite movies: {favourites}.")
    st.page_link(
        "pages/portrait.py",
        label="Your taste portrait" if user.visitor else f"Taste portrait of user {user.user_id}",
        query_params={"user": user.query},
    )
