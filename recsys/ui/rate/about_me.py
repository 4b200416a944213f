"""What visitors may say about themselves: gender, age and occupation, where the model learned from them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from recsys.schema import AGE, GENDER, OCCUPATION
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean
from recsys.visitor.profile_file import AGES

GENDER_LABELS = {"F": "Female", "M": "Male"}


def demographics(visitor: Visitor) -> None:
    """Fields for gender, age and occupation, if the model learned from them; each may stay empty."""
    interactions = visitor.recommender.interactions
    genders, occupations = (_categories(column) for column in (interactions.gender, interactions.occupation))
    has_ages = bool(np.isfinite(interactions.age).any())
    if not (genders or occupations or has_ages):
        return
    with st.popover("About me", icon=":material/person:", key="about_me"):
        st.caption("Optional. This says a little about your taste; your ratings say far more.")
        if genders:
            _category_field(visitor, GENDER, genders)
        if has_ages:
            _load_value(visitor, AGE)
            st.number_input(
                "Age", *AGES, step=1, key=_key(AGE), placeholder="Not given", on_change=_save_value, args=(visitor, AGE)
            )
        if occupations:
            _category_field(visitor, OCCUPATION, occupations)


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
        placeholder="Not given",
        on_change=_save_value,
        args=(visitor, name),
    )


def _load_value(visitor: Visitor, name: str) -> None:
    st.session_state[_key(name)] = visitor.profile.who.get(name)


def _save_value(visitor: Visitor, name: str) -> None:
    visitor.set_demographic(name, st.session_state.get(_key(name)))


def _key(name: str) -> str:
    return f"about_me_{name}"
