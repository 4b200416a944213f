"""One step back for what a visitor does with their movies: a sentence (`Removed Annie Hall.`) and an Undo button.

The step is offered until the next change of the profile, on the page where the change was made.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from recsys.ui.common import session_profile
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.visitor.profile import Profile

STEP, PAGE = "undo_step", "undo_page"  # session keys


@dataclass(frozen=True)
class Step:
    """A change of the profile, and the sentence about it."""

    before: Profile
    after: Profile
    sentence: str


def remember(previous_profile: Profile, sentence: str) -> None:
    """Offer to undo the change that has just been stored; `sentence` says what it was, as plain text."""
    st.session_state[STEP] = Step(previous_profile, st.session_state[session_profile.PROFILE], sentence)


def forget() -> None:
    """Offer nothing to undo, and keep no earlier profile."""
    st.session_state.pop(STEP, None)


def forget_on_another_page(page: str) -> None:
    """Forget the step when the visitor opens another page, given by its path."""
    if st.session_state.get(PAGE, page) != page:
        forget()
    st.session_state[PAGE] = page


def notice(visitor: Visitor) -> None:
    """The sentence about the last change and the Undo button; nothing once the profile has changed otherwise."""
    step = st.session_state.get(STEP)
    if step is None or visitor.profile is not step.after:
        forget()
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small", key="undo_notice"):
        st.markdown(plain(step.sentence, LONGEST_REASON))
        st.button("Undo", key="undo_button", on_click=_undo, args=(visitor, step))
        st.button("Close", key="undo_close", type="tertiary", on_click=forget)


def _undo(visitor: Visitor, step: Step) -> None:
    visitor.store(step.before)
    forget()
