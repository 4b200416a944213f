"""What a visitor has rated: to look at, to change, to keep as a file; and what they tell of themselves."""

from __future__ import annotations

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

CHANGED = "mine_changed"
WORDS = {"F": "Female", "M": "Male"}


def show(visitor: Visitor) -> None:
    """The ratings, latest first, one of them to change, and the file to keep them all."""
    profile = visitor.profile
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    latest_first = list(reversed(profile.ratings))
    table, tools = st.columns([3, 2], gap="medium")
    table.dataframe(_table(latest_first, labels), hide_index=True, column_config=_columns(), alt="Your ratings")
    movie_id = tools.selectbox(
        "Change a rating",
        [given.movie_ref.movie_id for given in latest_first],
        index=None,
        format_func=lambda movie: labels.get(movie, str(movie)),
        key=CHANGED,
        placeholder="Choose one of your ratings",
    )
    if movie_id is not None and profile.rating(movie_id):
        with tools:
            rating_card.change(visitor, movie_id, "mine_stars")


def keep(visitor: Visitor) -> None:
    """The visitor's profile as a file of theirs."""
    st.download_button(
        "Download my profile",
        to_bytes(visitor.profile, visitor.recommender.stars),
        "my-movie-ratings.json",
        "application/json",
        key="mine_file",
        on_click="ignore",
        icon=":material/download:",
        help="A file with your ratings, to load here another time or on another device.",
    )


def about_me(visitor: Visitor) -> None:
    """Gender, age and occupation, if the model learned from them; each may stay untold."""
    people = visitor.recommender.interactions
    genders, occupations = (_words(column) for column in (people.gender, people.occupation))
    ages = bool(np.isfinite(people.age).any())
    if not (genders or occupations or ages):
        return
    with st.popover("About me", icon=":material/person:", key="mine_about"):
        st.caption("Optional. The model learned that these say a little about taste; your ratings say far more.")
        if genders:
            _choice(visitor, GENDER, genders)
        if ages:
            _start(visitor, AGE)
            st.number_input(
                "Age", *AGES, step=1, key=_key(AGE), placeholder="Not told", on_change=_told, args=(visitor, AGE)
            )
        if occupations:
            _choice(visitor, OCCUPATION, occupations)


def _table(ratings: list[UserRating], labels: dict[int, str]) -> pd.DataFrame:
    prior = [given.prior for given in ratings]
    return pd.DataFrame(
        {
            "Title": [clean(labels[given.movie_ref.movie_id], 90) for given in ratings],
            "You gave": [given.stars for given in ratings],
            "Expected": [np.nan if said is None else said.expected for said in prior],
            "Simplest guess": [np.nan if said is None else said.baseline for said in prior],
        }
    )


def _columns() -> dict[str, object]:
    column = st.column_config.NumberColumn
    return {
        "Title": st.column_config.TextColumn(width=230),
        "You gave": column(format="%g ★", width=90),
        "Expected": column(format="%.2f", width=90, help="Before you rated it. Empty if you had seen a prediction."),
        "Simplest guess": column(format="%.2f", width=110, help="The damped bias, from the same ratings."),
    }


def _words(column: np.ndarray) -> list[str]:
    return [str(word) for word in np.unique(column) if word]


def _choice(visitor: Visitor, name: str, words: list[str]) -> None:
    _start(visitor, name)
    if st.session_state[_key(name)] not in words:  # told to a model that knew other words
        st.session_state[_key(name)] = None
    st.selectbox(
        name.capitalize(),
        words,
        index=None,
        format_func=lambda word: WORDS.get(word, clean(word)),
        key=_key(name),
        placeholder="Not told",
        on_change=_told,
        args=(visitor, name),
    )


def _start(visitor: Visitor, name: str) -> None:
    st.session_state[_key(name)] = visitor.profile.who.get(name)


def _told(visitor: Visitor, name: str) -> None:
    visitor.tell(name, st.session_state.get(_key(name)))


def _key(name: str) -> str:
    return f"mine_{name}"
