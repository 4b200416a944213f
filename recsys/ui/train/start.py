"""Estimated cost of a training, and the button that starts it unless the host cannot run it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.errors import RecsysError
from recsys.training import jobs
from recsys.training.cost_estimates import QUICKER, Estimate, estimate
from recsys.training.jobs import private_trials
from recsys.ui.common import auth, progress
from recsys.ui.common.approximate_duration import approximate_duration
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.train.train_form import TrainingForm

ACTION = "retrain"
PUBLIC_NOTE = "It runs in the background. The current model stays live until the new one is accepted."
STARTED = "training_started"  # session key: start of the training that this session waits for


def offer(
    form: TrainingForm,
    registry: Sequence[Mapping[str, Any]],
    begin: Callable[[TrainingForm], None],
    limits_of: Callable[[], jobs.Limits] = jobs.Limits.of_settings,
    label: str = "Start training",
    note: str = PUBLIC_NOTE,
    ratings: int = 0,
    quicker: str = QUICKER,
) -> None:
    """Draw the estimated cost and a button that calls `begin`; or why this server cannot train it.

    Parameters
    ----------
    form : TrainingForm
        Values of the training form.
    registry : sequence of mapping
        Rows of the registry, whose trainings the estimate is based on.
    begin : callable
        Starts the training.
    limits_of : callable
        Returns the limits of memory and time.
    label, note : str
        Label of the button, and the effect of the training on other visitors.
    ratings : int
        Number of ratings, used if no version in the registry tells it.
    quicker : str
        How to need less time, for the refusal of a training that takes too long.
    """
    try:
        config, limits = form.config(), limits_of()
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
        return
    ratings_count = ratings_in(form, registry) or ratings
    cost = estimate(config, form.preset, ratings_count, registry) if ratings_count else None
    refusal = cost.refusal(limits.memory_mb, limits.seconds, quicker) if cost else ""
    warning = cost.warning(limits.memory_mb, limits.seconds) if cost else ""
    if refusal:
        st.error(refusal, title="Too much for this server", icon=":material/memory:")
    elif warning:
        st.warning(warning, title="Perhaps too much for this server", icon=":material/timer:")
    if st.button(label, type="primary", icon=":material/play_arrow:", key="train_start", disabled=bool(refusal)):
        st.session_state[progress.EXPECTED] = cost.seconds if cost else 0.0
        begin(form)
    st.caption(f"{_cost(cost, form.preset, ratings_count)} {note}")


def begin(form: TrainingForm) -> None:
    """Start the training, if this session may and no job runs, and run the page again to show it."""
    try:
        auth.require_owner(ACTION)
        private_trials.cancel_all()
        job = jobs.start(
            preset=form.preset,
            dataset=form.dataset,
            seed=form.seed,
            who=auth.who(),
            why=form.why,
            settings=form.settings,
        )
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
    else:
        st.session_state[STARTED] = job.started
        st.rerun()


def ratings_in(form: TrainingForm, registry: Sequence[Mapping[str, Any]]) -> int:
    """Number of ratings of the form's dataset, from a version in the registry trained on it; 0 if unknown."""
    for row in registry:
        data = row.get("data") or {}
        if data.get("name") and str(data["name"]) in (
            form.dataset,
            form.dataset.rpartition("/")[2].removesuffix(".zip"),
        ):
            return int(data.get("ratings") or 0)
    return 0


def _cost(cost_estimate: Estimate | None, preset: str, ratings_count: int) -> str:
    if cost_estimate is None:
        return "Time and memory are unknown for new ratings. You can cancel the training at any time."
    cost = f"About {approximate_duration(cost_estimate.seconds)} and {cost_estimate.megabytes:,.0f} MB of memory"
    return f"{cost} for {ratings_count:,} ratings, {_estimate_basis(cost_estimate, preset)}."


def _estimate_basis(cost_estimate: Estimate, preset: str) -> str:
    """Where an estimate comes from: `judging by the last training here`."""
    count = len(cost_estimate.runs)
    if not count:
        return "as measured on another machine with two cores"
    if cost_estimate.runs_preset != preset:
        runs = "the last training" if count == 1 else f"{count} trainings"
        other, this = cost_estimate.runs_preset.capitalize(), preset.capitalize()
        return f"a guess from {runs} with the {other} preset: {this} was never trained here"
    return "judging by the last training here" if count == 1 else f"the median of {count} trainings here"
