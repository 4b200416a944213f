"""A training while it runs: who began it, how far it is, its learning curve, and the way to stop it."""

from __future__ import annotations

import streamlit as st

from recsys.charts import training as charts
from recsys.errors import RecsysError
from recsys.training import jobs
from recsys.ui.common import auth, progress
from recsys.ui.common.figure import draw
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.common.theme import look
from recsys.ui.train.start import ACTION


@st.fragment(run_every="1s")
def show() -> None:
    """What the status file says now; the whole page is drawn anew when it ends."""
    status = jobs.status()
    if not status.running:
        st.rerun()
    training = status.kind == jobs.TRAINING
    with st.container(border=True):
        st.subheader("A training is running" if training else "An evaluation is running", anchor=False)
        begun = f"Begun by {plain(status.who)}. " if status.who else ""
        st.caption(
            f"{begun}It goes on if you leave or close this page. Only one runs at a time, and what answers now goes "
            "on answering."
        )
        progress.bar(status)
        if training:
            progress.steps(status.phase)
            curve(status)
        if auth.is_owner():
            st.button("Cancel", icon=":material/stop:", key="train_cancel", on_click=cancel)


def curve(status: jobs.JobStatus) -> None:
    """The learning curve as far as it is told."""
    told = [point for point in status.points if "log_loss" in point]
    if told:
        rounds = int(told[-1]["of"])
        words = charts.describe(status.points, rounds)
        draw(charts.growing(status.points, rounds, look()), words, "growing")
        st.caption(words)


def cancel() -> None:
    """Stop what runs, if this session may."""
    try:
        auth.require_owner(ACTION)
        jobs.cancel()
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
