"""A training while it runs: who began it, how far it is, its learning curve, and the way to stop it."""

from __future__ import annotations

import time

import streamlit as st

from recsys import jobs
from recsys.charts import training as charts
from recsys.errors import RecsysError
from recsys.recipe import Recipe
from recsys.ui import standing
from recsys.ui.brand import look
from recsys.ui.evaluate.view import draw
from recsys.ui.preparation import steps
from recsys.ui.text import duration, plain
from recsys.ui.training.starting import ACTION, LONGEST

ENOUGH = 0.15  # of the whole, from which on the time that is left can be told


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
        st.progress(min(1.0, max(0.0, status.fraction)), text=headline(status))
        if training:
            steps(status.phase)
            curve(status)
        if standing.is_owner():
            st.button("Cancel", icon=":material/stop:", key="train_cancel", on_click=cancel)


def headline(status: jobs.JobStatus) -> str:
    """How far, since when, how long still, and what is being done."""
    elapsed = max(0.0, time.time() - status.started) if status.started else 0.0
    left = elapsed * (1 - status.fraction) / status.fraction if status.fraction > ENOUGH else 0.0
    parts = [
        f"{status.fraction:.0%}".replace("%", " %"),
        duration(elapsed) if elapsed else "",
        f"about {duration(left)} left" if left >= 1 else "",
        plain(status.message),
    ]
    return " · ".join(filter(None, parts))


def curve(status: jobs.JobStatus) -> None:
    """The learning curve as far as it is told."""
    if any("log_loss" in point for point in status.points):
        rounds = int(max(point.get("of", 0) for point in status.points)) or Recipe().trees
        words = charts.describe(status.points, rounds)
        draw(charts.growing(status.points, rounds, look()), words, "growing")
        st.caption(words)


def cancel() -> None:
    """Stop what runs, if this session may."""
    try:
        standing.require_owner(ACTION)
        jobs.cancel()
    except RecsysError as error:
        st.error(plain(error, LONGEST), icon=":material/error:")
