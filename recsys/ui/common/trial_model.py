"""The private trial of this session, and whether it answers here in place of the model that everybody sees."""

from __future__ import annotations

import streamlit as st

from recsys.serving.recommender import Recommender
from recsys.training.jobs.private_trials import Trial
from recsys.ui.common.text import plain

TRIAL, IN_USE = "trial", "trial_in_use"  # in the session


def trial() -> Trial | None:
    """The last trial of this session."""
    return st.session_state.get(TRIAL)


def hold(begun: Trial) -> None:
    """Remember a trial in place of the one before, whose model goes."""
    st.session_state[TRIAL] = begun
    st.session_state[IN_USE] = False


def use(wanted: bool) -> None:
    """Let the trial's model answer in this session, or the one that everybody sees again."""
    st.session_state[IN_USE] = wanted


def in_use() -> Recommender | None:
    """The trial's model while it answers in this session."""
    held = trial()
    return held.recommender if held and st.session_state.get(IN_USE) else None


def banner(recommender: Recommender) -> None:
    """Say on each page that one's own model answers, with the way back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"Your own trial answers here, and only for you: {plain(recommender.version)}.", icon=":material/science:"
        )
        st.button("Back to everybody's model", key="trial_back", on_click=use, args=(False,))
