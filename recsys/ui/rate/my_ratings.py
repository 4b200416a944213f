"""The visitor's ratings: to see, change and download; and their optional demographics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from recsys.schema import AGE, GENDER, OCCUPATION
from recsys.ui.common.pickers import movie_labels
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean
from recsys.ui.rate import rating_card
from recsys.visitor.profile import UserRating
from recsys.visitor.profile_file import AGES, to_bytes

CHANGED = "my_ratings_changed"
GENDER_LABELS = {"F": "Female", "M": "Male"}


def show(visitor: Visitor) -> None:
    """A table of the ratings, latest first, and a field to change one of them."""
    profile = visitor.profile
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    latest_first = list(reversed(profile.ratings))
    table, editor = st.columns([3, 2], gap="medium")
    table.dataframe(_table(latest_first, labels), hide_index=True, column_config=_columns(), alt="Your ratings")
    movie_id = editor.selectbox(
        "Change a rating",
        [rating.movie_ref.movie_id for rating in latest_first],
        index=None,
        format_func=lambda movie: labels.get(movie, str(movie)),
        key=CHANGED,
        placeholder="Choose one of your ratings",
    )
    if movie_id is not None and profile.rating(movie_id):
        with editor:
            rating_card.change(visitor, movie_id, "my_ratings_stars")


def download_button(visitor: Visitor) -> None:
    """A button that downloads the visitor's profile."""
    st.download_button(
        "Download my profile",
        lambda: to_bytes(visitor.profile, visitor.recommender.stars),
        "my-movie-ratings.json",
        "application/json",
        key="my_ratings_file",
        on_click="ignore",
        icon=":material/download:",
        help="A file with your ratings, to load here another time or on another device.",
    )


def demographics(visitor: Visitor) -> None:
    """Fields for gender, age and occupation, if the model learned from them; each may stay empty."""
    interactions = visitor.recommender.interactions
    genders, occupations = (_categories(column) for column in (interactions.gender, interactions.occupation))
    has_ages = bool(np.isfinite(interactions.age).any())
    if not (genders or occupations or has_ages):
        return
    with st.popover("About me", icon=":material/person:", key="my_ratings_about"):
        st.caption("Optional. The model learned that these say a little about taste; your ratings say far more.")
        if genders:
            _category_field(visitor, GENDER, genders)
        if has_ages:
            _load_value(visitor, AGE)
            st.number_input(
                "Age", *AGES, step=1, key=_key(AGE), placeholder="Not told", on_change=_save_value, args=(visitor, AGE)
            )
        if occupations:
            _category_field(visitor, OCCUPATION, occupations)


def _table(ratings: list[UserRating], labels: dict[int, str]) -> pd.DataFrame:
    priors = [rating.prior for rating in ratings]
    return pd.DataFrame(
        {
            "Title": [clean(labels[rating.movie_ref.movie_id], 90) for rating in ratings],
            "You gave": [rating.stars for rating in ratings],
            "Expected": [np.nan if prior is None else prior.expected for prior in priors],
            "Simplest guess": [np.nan if prior is None else prior.baseline for prior in priors],
        }
    )


def _columns() -> dict[str, Any]:
    column = st.column_config.NumberColumn
    return {
        "Title": st.column_config.TextColumn(width=230),
        "You gave": column(format="%g ★", width=90),
        "Expected": column(format="%.2f", width=90, help="Before you rated it. Empty if you had seen a prediction."),
        "Simplest guess": column(format="%.2f", width=110, help="The damped bias, from the same ratings."),
    }


def _categories(column: np.ndarray) -> list[str]:
    return [str(category) for category in np.unique(column) if category]


def _category_field(visitor: Visitor, name: str, categories: list[str]) -> None:
    _load_value(visitor, name)
    if st.session_state[_key(name)] not in categories:  # set with an earlier model that had other categories
        st.session_state[_key(name)] = None
    st.selectbox(
        name.capitalize(),
        categories,
        index=None,
        format_func=lambda category: GENDER_LABELS.get(category, clean(category)),
        key=_key(name),
        placeholder="Not told",
        on_change=_save_value,
        args=(visitor, name),
    )


def _load_value(visitor: Visitor, name: str) -> None:
    st.session_state[_key(name)] = visitor.profile.who.get(name)


def _save_value(visitor: Visitor, name: str) -> None:
    visitor.set_demographic(name, st.session_state.get(_key(name)))


def _key(name: str) -> str:
    return f"my_ratings_{name}"
