"""Undo of the visitor's last action on a movie: the profile before it, and a sentence that says what was done."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import session_profile
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import plain
from recsys.visitor.profile import Profile

PREVIOUS = "undo_previous"  # session key


def remember(previous: Profile, sentence: str) -> None:
    """Keep the profile before an action, with a sentence about it that may hold a title."""
    st.session_state[PREVIOUS] = (previous, session_profile.current()[0], sentence)


def notice(visitor: Visitor) -> None:
    """The last action in words with a button that takes it back; nothing after another change of the profile."""
    previous, following, sentence = st.session_state.get(PREVIOUS, (None, None, ""))
    if previous is None or visitor.profile is not following:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo_notice"):
        st.markdown(f":material/check: {plain(sentence, 200)}", width="content")
        st.button("Undo", on_click=_undo, args=(visitor, previous), icon=":material/undo:", key="undo")


def _undo(visitor: Visitor, previous: Profile) -> None:
    visitor.store(previous)
    st.session_state.pop(PREVIOUS, None)
