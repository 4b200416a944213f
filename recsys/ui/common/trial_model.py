"""The private trial of this session, and whether its model is used instead of the active one."""

from __future__ import annotations

import streamlit as st

from recsys.serving.recommender import Recommender
from recsys.training.jobs.private_trials import Trial

TRIAL, IN_USE = "trial", "trial_in_use"  # session keys


def trial() -> Trial | None:
    """The last trial of this session."""
    return st.session_state.get(TRIAL)


def store(new_trial: Trial) -> None:
    """Store a new trial; the previous one and its model are dropped."""
    st.session_state[TRIAL] = new_trial
    st.session_state[IN_USE] = False


def use(enabled: bool) -> None:
    """Use the trial's model in this session, or the active one again."""
    st.session_state[IN_USE] = enabled


def recommender_in_use() -> Recommender | None:
    """The trial's model if this session uses it, otherwise None."""
    current = trial()
    return current.recommender if current and st.session_state.get(IN_USE) else None


def banner() -> None:
    """Notice on each page that the trial's model is in use, with a button to switch back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info("You are using your own trial model. Only you see its predictions.", icon=":material/science:")
        st.button("Use the shared model", key="trial_back", on_click=use, args=(False,))
