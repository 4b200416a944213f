"""A visitor's private trial: its form, progress and outcome, and whether this session uses its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.errors import RecsysError
from recsys.registry.promotion_gate import shorten_reasons
from recsys.training.jobs import private_trials
from recsys.ui.common import gate_verdict, metric_cards, progress, trial_model
from recsys.ui.common.text import LONGEST_REASON, bullets, plain
from recsys.ui.train import form_memory, live, start, train_form

PRIVATE_NOTE = (
    "Only you see this model. It is gone when you close or reload the page. It is stopped after "
    f"{private_trials.SECONDS:.0f} seconds."
)

QUICKER = "Open Advanced settings and choose fewer trees, folds or iterations."


def show(registry: Sequence[Mapping[str, Any]]) -> None:
    """The panel, in the state of this session's trial."""
    st.header("Train a model of your own", anchor=False)
    trial = trial_model.trial()
    if trial is not None:
        private_trials.poll(trial)
        if trial.waiting:
            form_memory.remember()
            _watch()
            return
        _outcome(trial)
    if private_trials.status().running:
        form_memory.remember()
        _wait()
        return
    if trial is None:
        st.markdown(
            "Only the owner can retrain the model that everybody uses. You can train a private one on the same "
            "ratings, with your own settings; it starts from the Quick preset."
        )
    else:
        st.subheader("Another trial", anchor=False)
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
        st.caption("You can use the other pages meanwhile.")
        progress.bar(status, expected_seconds=st.session_state.get(progress.EXPECTED, 0.0))
        progress.steps(status.phase)
        live.curve(status)
        st.button("Cancel", icon=":material/stop:", key="trial_cancel", on_click=cancel)


@st.fragment(run_every="2s")
def _wait() -> None:
    if not private_trials.status().running:
        st.rerun()
    st.info(
        "Another visitor's trial is running. It ends within a minute, then you can start yours.",
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
        st.warning(plain(trial.ended, LONGEST_REASON), title="Your trial failed", icon=":material/info:")
        return
    with st.container(border=True):
        st.subheader("Your trial is done", anchor=False)
        _verdict(trial)
        if trial.recommender.report is not None:
            metric_cards.cards(trial.recommender.report)
        in_use = trial_model.recommender_in_use() is not None
        st.button(
            "Use the shared model" if in_use else "Use this model (only for me)",
            type="secondary" if in_use else "primary",
            icon=":material/undo:" if in_use else ":material/science:",
            key="trial_use",
            on_click=trial_model.use,
            args=(not in_use,),
        )


def _verdict(trial: private_trials.Trial) -> None:
    verdict = trial.verdict
    comparison = gate_verdict.comparison(verdict.as_dict()) if verdict else ""
    if verdict is None or verdict.passed:
        sentence = f"The promotion gate would accept it: no worse than the live model. {comparison}"
        st.success(sentence.strip(), icon=":material/check_circle:")
    else:
        reasons = bullets(shorten_reasons(verdict.reasons))
        st.warning(f"The promotion gate would reject it. {comparison}\n{reasons}", icon=":material/block:")
    if verdict and (certainty := gate_verdict.certainty(verdict.as_dict())):
        st.caption(certainty)
