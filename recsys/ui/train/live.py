"""A running training: who started it, its progress, its learning curve, and a button to cancel it."""

from __future__ import annotations

import streamlit as st

from recsys.charts import training as charts
from recsys.errors import RecsysError
from recsys.training import jobs
from recsys.ui.common import auth, progress
from recsys.ui.common.figure import draw
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.common.theme import look
from recsys.ui.train.start import ACTION, STARTED


@st.fragment(run_every="1s")
def show() -> None:
    """Progress from the status file; the whole page runs again when the job ends."""
    status = jobs.status()
    if not status.running:
        st.rerun()
    training = status.kind == jobs.TRAINING
    with st.container(border=True):
        st.subheader("A training is running" if training else "An evaluation is running", anchor=False)
        starter = f"Started by {plain(status.who)}. " if status.who else ""
        st.caption(
            f"{starter}It continues if you leave or close this page. One job runs at a time; the current model stays "
            "live meanwhile."
        )
        is_own = status.started == st.session_state.get(STARTED)
        progress.bar(status, expected_seconds=st.session_state.get(progress.EXPECTED, 0.0) if is_own else 0.0)
        if training:
            progress.steps(status.phase)
            curve(status)
        if auth.is_owner():
            st.button("Cancel", icon=":material/stop:", key="train_cancel", on_click=cancel)


def curve(status: jobs.JobStatus) -> None:
    """The learning curve so far."""
    points = [point for point in status.points if "log_loss" in point]
    if points:
        rounds = int(points[-1]["of"])
        description = charts.describe(status.points, rounds)
        draw(charts.growing(status.points, rounds, look()), description, "growing")
        st.caption(description)


def cancel() -> None:
    """Cancel the running job, if this session may."""
    try:
        auth.require_owner(ACTION)
        jobs.cancel()
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
