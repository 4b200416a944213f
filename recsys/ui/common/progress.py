"""How far a job is: one bar with its words, and the phases of a training."""

from __future__ import annotations

import time

import streamlit as st

from recsys.training import jobs
from recsys.ui.common.text import duration, plain

PHASES = {
    "fetch": ("Fetch the ratings", "MovieLens 100K is downloaded and its checksum compared."),
    "check": ("Check them", "Every row is read once; impossible ones are dropped, and counted."),
    "features": (
        "Describe movies and tastes",
        "Genres, averages and habits become numbers, without a look at the held-out part.",
    ),
    "trees": ("Grow the trees", "Boosted trees learn how probable each star is."),
    "evaluate": ("Measure", "Predictions on ratings it never saw, beside the simplest guesses."),
    "save": ("Save", "Written beside, verified, then put in place."),
}
ENOUGH = 0.25  # of the whole, from which on the time that is left can be told
SEEN = "progress_seen"  # in the session: which job, how far it was, and seconds after its start when it came there


def bar(status: jobs.JobStatus, left: bool = True) -> None:
    """How far, since when, how long still (unless that is not wanted), and what is being done."""
    parts = [f"{status.fraction:.0%}".replace("%", " %"), _times(status, left), plain(status.message)]
    st.progress(min(1.0, max(0.0, status.fraction)), text=" · ".join(filter(None, parts)))


def steps(current: str) -> None:
    """Every phase, with what the present one does."""
    names = list(PHASES)
    reached = names.index(current) if current in PHASES else 0
    with st.container(gap="xsmall"):
        for position, (title, what) in enumerate(PHASES.values()):
            if position < reached:
                st.markdown(f":green[:material/check_circle:] {title}")
            elif position == reached:
                st.markdown(f":primary[:material/progress_activity:] **{title}.** :gray[{what}]")
            else:
                st.markdown(f":gray[:material/circle: {title}]")


def _times(status: jobs.JobStatus, wanted: bool) -> str:
    """How long it has taken and, once that can be told, how long it will still take."""
    if not status.started:
        return ""
    elapsed = max(0.0, time.time() - status.started)
    left = _left(status, elapsed) if wanted and status.fraction > ENOUGH else 0.0
    return duration(elapsed) + (f", about {duration(left)} left" if left >= 1 else "")


def _left(status: jobs.JobStatus, elapsed: float) -> float:
    """Seconds that it will still take, judged when it last came further: waiting for the next step is no delay."""
    told = (status.started, status.fraction)
    if st.session_state.get(SEEN, ())[:2] != told:
        st.session_state[SEEN] = (*told, elapsed)
    until = st.session_state[SEEN][2]
    return until * (1 - status.fraction) / status.fraction - (elapsed - until)
