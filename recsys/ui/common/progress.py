"""Progress of a job: a bar with times and message, and the phases of a training."""

from __future__ import annotations

import time

import streamlit as st

from recsys.training import jobs
from recsys.ui.common.text import duration, plain

PHASES = {
    "fetch": ("Download the ratings", "MovieLens 100K, with a checksum test."),
    "check": ("Check the data", "Invalid rows are dropped and counted."),
    "features": (
        "Compute features",
        "Of movies and users, without the held-out ratings.",
    ),
    "trees": ("Train the model", "Gradient-boosted trees learn the probability of each star."),
    "evaluate": ("Evaluate", "Predictions for held-out ratings, compared with simple baselines."),
    "save": ("Save", "The model is written and verified."),
}
LATER_RATINGS = ("Test on later ratings", "The model is live. The same settings are trained on earlier ratings.")
MIN_FRACTION = 0.25  # done before the remaining time is estimated
LAST_STEP = "progress_last_step"  # session key: start of the job, its fraction, and the elapsed seconds at that step
EXPECTED = "progress_expected"  # session key: estimated seconds of the job that this session has started


def bar(status: jobs.JobStatus, show_time_left: bool = True, expected_seconds: float = 0.0) -> None:
    """Bar with the fraction done, the remaining time if asked for, the elapsed time, and the message.

    `expected_seconds` is the estimate from before the start, for the time left while little is done; 0 if unknown.
    """
    times = _times(status, expected_seconds) if show_time_left else _elapsed_text(status)
    labels = [f"{status.fraction:.0%}", times, plain(status.message)]
    st.progress(min(1.0, max(0.0, status.fraction)), text=" · ".join(filter(None, labels)))


def steps(current: str) -> None:
    """Every phase, with a description of the current one."""
    phases = PHASES | ({"later": LATER_RATINGS} if current == "later" else {})
    names = list(phases)
    current_position = names.index(current) if current in phases else 0
    with st.container(gap="xsmall"):
        for position, (title, description) in enumerate(phases.values()):
            if position < current_position:
                st.markdown(f":green[:material/check_circle:] {title}")
            elif position == current_position:
                st.markdown(f":primary[:material/progress_activity:] **{title}.** :gray[{description}]")
            else:
                st.markdown(f":gray[:material/circle: {title}]")


def _times(status: jobs.JobStatus, expected_seconds: float) -> str:
    """The remaining time, once it can be estimated, and the elapsed time."""
    elapsed = _elapsed(status)
    known = status.started and status.fraction > MIN_FRACTION
    seconds_left = _seconds_left(status, elapsed) if known else expected_seconds - elapsed
    time_left = f"about {duration(seconds_left)} left" if seconds_left >= 1 else ""
    return " · ".join(filter(None, [time_left, _elapsed_text(status)]))


def _elapsed(status: jobs.JobStatus) -> float:
    return max(0.0, time.time() - status.started)


def _elapsed_text(status: jobs.JobStatus) -> str:
    return f"{duration(_elapsed(status))} so far" if status.started else ""


def _seconds_left(status: jobs.JobStatus, elapsed: float) -> float:
    """Remaining seconds, estimated when the fraction last grew, so that waiting for the next step adds nothing."""
    step = (status.started, status.fraction)
    if st.session_state.get(LAST_STEP, ())[:2] != step:
        st.session_state[LAST_STEP] = (*step, elapsed)
    step_elapsed = st.session_state[LAST_STEP][2]
    return step_elapsed * (1 - status.fraction) / status.fraction - (elapsed - step_elapsed)
