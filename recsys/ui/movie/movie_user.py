"""The user whom a movie's page is about: a user of the data, the visitor with ratings, or nobody."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from recsys.serving.recommender import Recommender
from recsys.ui.common.pickers import NOBODY, USER_PARAMETER, YOU, Selection
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.user_picker import for_whom, usable, user_picker

_STARTED = "movie_whom_example"  # session key


def choose(recommender: Recommender) -> Selection:
    """Draw the picker in a popover and return the selection; a visitor without ratings starts with nobody."""
    picker = user_picker(recommender, "movie")
    if picker.example != YOU:
        picker = replace(picker, example=NOBODY)
    elif st.session_state.get(_STARTED) == NOBODY and not picker.text:
        st.session_state.pop(f"{USER_PARAMETER}_page", None)  # the first rating: the page is now about the visitor
    st.session_state[_STARTED] = picker.example
    picker.sync()
    with st.popover(for_whom(picker), icon=":material/person:", key="movie_whom"):
        return picker.draw()


def user_of(recommender: Recommender, selection: Selection) -> SelectedUser | None:
    """The user; None, perhaps with a warning, if there is none with ratings to go by."""
    nobody = selection.value is None and selection.problem is None
    no_ratings = selection.value == YOU and not Visitor.of(recommender).profile.ratings
    if nobody or no_ratings or not usable(recommender, selection) or selection.value is None:
        return None
    return SelectedUser.of(recommender, selection.value)


def invite(visitor: Visitor) -> None:
    """Say how the page comes to be about the visitor."""
    with st.container(key="movie_section_invite"):
        if visitor.profile.ratings:
            st.markdown("Choose **You** under “For whom?” to see what you would give it, and why.")
            return
        st.markdown("**What would you give it?** Rate this one or a few others, and this page tells you, with reasons.")
        st.page_link("pages/rate.py", label="Rate a few movies", icon=":material/star:")
