"""Who a list is for, in a line or two: how much they rated, what they favour."""

from __future__ import annotations

import streamlit as st

from recsys.serving.explain.taste_summary import TasteSummary
from recsys.ui.common.text import clean, number
from recsys.ui.recommend.list_user import ListUser


def summary(list_user: ListUser) -> None:
    """The taste of a person as their ratings tell it; nothing for somebody without ratings."""
    recommender = list_user.recommender
    found = TasteSummary.of(recommender.catalogue, recommender.counts, list_user.ratings)
    if not found.count:
        return
    titles = recommender.movies_by_id["display"]
    liked = ", ".join(clean(genre) for genre in found.genres) or "no genre above others"
    favourites = ", ".join(clean(titles[movie], 40) for movie in found.favourites)
    st.text(
        f"{found.count:,} ratings, mean {number(found.mean, 1)}. Favours {liked}. Among the best liked: {favourites}."
    )
