"""A visitor's private trial: its form, progress and outcome, and whether this session uses its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.errors import RecsysError
from recsys.registry.promotion_gate import shorten_reasons
from recsys.training.jobs import private_trials
from recsys.ui.common import metric_cards, progress, trial_model
from recsys.ui.common.text import LONGEST_REASON, bullets, plain
from recsys.ui.train import live, start, train_form

PRIVATE_NOTE = (
    "It is yours alone: it changes nothing for others, and goes when this page is closed or loaded anew. It ends by "
    f"itself after {private_trials.SECONDS:.0f} seconds."
)

QUICKER = "Open Every setting, and choose fewer trees, folds or sweeps."


def show(registry: Sequence[Mapping[str, Any]]) -> None:
    """The panel, in the state of this session's trial."""
    st.header("A trial of your own", anchor=False)
    trial = trial_model.trial()
    if trial is not None:
        private_trials.poll(trial)
        if trial.waiting:
            train_form.remember()
            _watch()
            return
        _outcome(trial)
    if private_trials.status().running:
        train_form.remember()
        _wait()
        return
    if trial is None:
        st.markdown(
            "Only the owner retrains the model that everybody sees. You can train a small one to try: your settings, "
            "the ratings that are here, the preset Quick."
        )
    else:
        st.subheader("Another one", anchor=False)
    form = train_form.draw_trial()
    start.offer(
        form, registry, begin, private_trials.limits, "Start a trial", PRIVATE_NOTE, private_trials.RATINGS, QUICKER
    )


def begin(form: train_form.TrainingForm) -> None:
    """Start a trial, if none runs; the limits are checked again on the server."""
    try:
        trial_model.store(private_trials.begin(form.seed, form.settings))
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
    else:
        st.rerun()


@st.fragment(run_every="1s")
def _watch() -> None:
    trial, status = trial_model.trial(), private_trials.status()
    if trial is None or not status.running or status.started != trial.started:
        st.rerun()
    with st.container(border=True):
        st.subheader("Your trial is running", anchor=False)
        st.caption("You may look at other pages meanwhile; what answers there goes on answering.")
        progress.bar(status)
        progress.steps(status.phase)
        live.curve(status)
        st.button("Cancel", icon=":material/stop:", key="trial_cancel", on_click=cancel)


@st.fragment(run_every="2s")
def _wait() -> None:
    if not private_trials.status().running:
        st.rerun()
    st.info(
        "Another visitor's trial is running. It ends within a minute; then it is your turn.",
        icon=":material/hourglass:",
    )


def cancel() -> None:
    """Cancel the trial of this session, never another one."""
    trial = trial_model.trial()
    try:
        if trial is not None:
            private_trials.cancel(trial)
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")


def _outcome(trial: private_trials.Trial) -> None:
    if trial.recommender is None:
        st.warning(plain(trial.ended, LONGEST_REASON), title="Your trial has no model", icon=":material/info:")
        return
    with st.container(border=True):
        st.subheader("Your trial is done", anchor=False)
        _verdict(trial)
        if trial.recommender.report is not None:
            metric_cards.cards(trial.recommender.report)
        in_use = trial_model.recommender_in_use() is not None
        st.button(
            "Back to everybody's model" if in_use else "Let it answer, for me alone",
            type="secondary" if in_use else "primary",
            icon=":material/undo:" if in_use else ":material/science:",
            key="trial_use",
            on_click=trial_model.use,
            args=(not in_use,),
        )


def _verdict(trial: private_trials.Trial) -> None:
    verdict = trial.verdict
    if verdict is None or verdict.passed:
        st.success("The gate would let it answer in place of the present model.", icon=":material/check_circle:")
        return
    reasons = bullets(shorten_reasons(verdict.reasons))
    st.warning(f"The gate would not let it answer for everybody:\n{reasons}", icon=":material/block:")
