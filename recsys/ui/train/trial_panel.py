"""A visitor's private trial: its form, how it goes, what came of it, and whether it answers in this session."""

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

ALONE = (
    "It is yours alone: it changes nothing for others, and goes when this page is closed or loaded anew. It ends by "
    f"itself after {private_trials.SECONDS:.0f} seconds."
)

QUICKER = "Open Every setting, and choose fewer trees, folds or sweeps."


def show(registry: Sequence[Mapping[str, Any]]) -> None:
    """The panel, in whatever state the trial of this session is."""
    st.header("A trial of your own", anchor=False)
    mine = trial_model.trial()
    if mine is not None:
        private_trials.poll(mine)
        if mine.waiting:
            train_form.remember()
            _watch()
            return
        _outcome(mine)
    if private_trials.status().running:
        train_form.remember()
        _wait()
        return
    if mine is None:
        st.markdown(
            "Only the owner retrains the model that everybody sees. You can train a small one to try: your settings, "
            "the ratings that are here, the preset Quick."
        )
    else:
        st.subheader("Another one", anchor=False)
    wanted = train_form.ask_trial()
    start.offer(wanted, registry, begin, private_trials.limits, "Start a trial", ALONE, private_trials.RATINGS, QUICKER)


def begin(wanted: train_form.TrainingForm) -> None:
    """Start it, if nothing runs; what it may be is checked again there."""
    try:
        trial_model.hold(private_trials.begin(wanted.seed, wanted.settings))
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
    else:
        st.rerun()


@st.fragment(run_every="1s")
def _watch() -> None:
    mine, status = trial_model.trial(), private_trials.status()
    if mine is None or not status.running or status.started != mine.started:
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
    """End the trial of this session, never another one."""
    mine = trial_model.trial()
    try:
        if mine is not None:
            private_trials.cancel(mine)
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")


def _outcome(mine: private_trials.Trial) -> None:
    if mine.recommender is None:
        st.warning(plain(mine.ended, LONGEST_REASON), title="Your trial has no model", icon=":material/info:")
        return
    with st.container(border=True):
        st.subheader("Your trial is done", anchor=False)
        _verdict(mine)
        if mine.recommender.report is not None:
            metric_cards.cards(mine.recommender.report)
        answers = trial_model.in_use() is not None
        st.button(
            "Back to everybody's model" if answers else "Let it answer, for me alone",
            type="secondary" if answers else "primary",
            icon=":material/undo:" if answers else ":material/science:",
            key="trial_use",
            on_click=trial_model.use,
            args=(not answers,),
        )


def _verdict(mine: private_trials.Trial) -> None:
    verdict = mine.verdict
    if verdict is None or verdict.passed:
        st.success("The gate would let it answer in place of the present model.", icon=":material/check_circle:")
        return
    told = bullets(shorten_reasons(verdict.reasons))
    st.warning(f"The gate would not let it answer for everybody:\n{told}", icon=":material/block:")
