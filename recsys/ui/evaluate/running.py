"""A fresh evaluation as a background job: start, progress, cancel. It continues if the visitor leaves the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from recsys.config import TrainingConfig
from recsys.data import sources
from recsys.errors import RecsysError
from recsys.settings import models_folder
from recsys.training import jobs
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.ui.common import auth, progress
from recsys.ui.common.approximate_duration import approximate_duration
from recsys.ui.common.stored_evaluations import newest_evaluations
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.evaluate.stored_runs import missing_plan

ACTION = "evaluate"
EVERYTHING = "Run everything missing"
STARTED = "evaluation_started"  # session key: start of the job that this session waits for


def panel(
    manifest: Mapping[str, Any],
    plans: Mapping[str, EvaluationPlan],
    kinds: str = "cross-validation, other splits and an ablation",
    options: str = "--folds 5 --split user-last --split global-time --ablation",
    offer_everything: bool = True,
) -> None:
    """Progress of the running job; or buttons to run a plan for the model of this manifest, and the last outcome.

    `kinds` names the plans in words; `options` are their options on the command line. With `offer_everything`,
    the first button runs all that is missing on the page Evaluate, if that is several.
    """
    status = jobs.status()
    if status.running:
        _watch()
        return
    _outcome(status)
    if not _can_run_here(manifest):
        st.caption(
            "This model was trained on a file that is not stored here. Evaluate it on the command line: "
            f"`python -m recsys evaluate {options} --data FILE`."
        )
        return
    if not auth.is_owner():
        st.caption(f"The owner can run {kinds} here. Everybody sees the results.")
        return
    _buttons(manifest, plans, offer_everything)


def offer(manifest: Mapping[str, Any], label: str, plan: EvaluationPlan) -> None:
    """One button to run a plan, if this visitor can start it now; nothing otherwise."""
    if auth.is_owner() and _can_run_here(manifest) and not jobs.status().running:
        _button(manifest, label, plan)


def _can_run_here(manifest: Mapping[str, Any]) -> bool:
    """Whether the model's ratings are at hand, and its preset is known."""
    return str((manifest.get("data") or {}).get("name", "")) in sources.LICENCES and bool(manifest.get("preset"))


def _buttons(manifest: Mapping[str, Any], plans: Mapping[str, EvaluationPlan], offer_everything: bool) -> None:
    """One button for each plan with its approximate cost, first one for all that is missing if that is several."""
    missing = missing_plan(newest_evaluations(manifest), TrainingConfig.of(**manifest["settings"]))
    everything = {EVERYTHING: missing} if offer_everything and missing.count > 1 else {}
    with st.container(horizontal=True):
        for label, plan in {**everything, **plans}.items():
            _button(manifest, label, plan)
    st.caption(
        "Each run trains new models in the background and stores the results. The live model does not change."
        + (
            " Everything is cross-validation, the other splits and the ablation, as far as missing."
            if everything
            else ""
        )
    )


def _button(manifest: Mapping[str, Any], label: str, plan: EvaluationPlan) -> None:
    """A button that starts a plan, with its approximate cost."""
    seconds, trainings = float(manifest.get("seconds") or 0), plan.trainings(TrainingConfig.of(**manifest["settings"]))
    cost = f" (about {approximate_duration(seconds * trainings)})" if seconds else ""
    kind = "primary" if label == EVERYTHING else "secondary"
    if st.button(label + cost, icon=":material/play_arrow:", key=f"run_{label}", type=kind):
        _start(plan, manifest)


def _start(plan: EvaluationPlan, manifest: Mapping[str, Any]) -> None:
    settings = dict(manifest["settings"])
    seed = int(settings.pop("seed"))
    command = plan.command(models_folder(), manifest["preset"], seed, manifest["data"]["name"], settings)
    try:
        auth.require_owner(ACTION)
        job = jobs.start(command=command, kind=jobs.EVALUATION, who=auth.who())
        st.session_state[STARTED] = job.started
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON))
    else:
        st.rerun()


@st.fragment(run_every="1s")
def _watch() -> None:
    status = jobs.status()
    if not status.running:
        st.rerun()
    is_evaluation = status.kind == jobs.EVALUATION
    with st.container(border=True):
        st.markdown(
            "**An evaluation is running**"
            if is_evaluation
            else "**A training is running.** You can start an evaluation when it is done."
        )
        progress.bar(status)
        if is_evaluation and auth.is_owner() and st.button("Cancel", icon=":material/stop:", key="cancel_evaluation"):
            _cancel()


def _cancel() -> None:
    try:
        auth.require_owner(ACTION)
        jobs.cancel()
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON))
    else:
        st.rerun()


def _outcome(status: jobs.JobStatus) -> None:
    """How the last evaluation ended, if this session started it."""
    if status.kind != jobs.EVALUATION or status.started < st.session_state.get(STARTED, float("inf")):
        return
    if status.state == "failed":
        st.warning(plain(status.detail or status.message, LONGEST_REASON), title="The evaluation failed")
    elif status.state == "done":
        st.success("The evaluation is done.", icon=":material/check:")
