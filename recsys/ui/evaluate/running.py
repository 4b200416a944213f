"""A fresh evaluation as a background job: started, watched and cancelled here; it goes on when the page is left."""

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
from recsys.ui.common.text import LONGEST_REASON, duration, plain

ACTION = "evaluate"
STARTED = "evaluation_started"  # when the job that this session waits for began


def panel(manifest: Mapping[str, Any], offers: Mapping[str, EvaluationPlan]) -> None:
    """What runs, live; or what can be run for the model of this manifest, by label, and how the last one ended."""
    status = jobs.status()
    if status.running:
        _watch()
        return
    _ended(status)
    data, preset = str((manifest.get("data") or {}).get("name", "")), str(manifest.get("preset", ""))
    if data not in sources.LICENCES or not preset:
        st.caption(
            "The ratings of this model came from a file, so that they are not at hand here. From the command line: "
            "`python -m recsys evaluate --folds 5 --split user-last --split global-time --ablation --data FILE`."
        )
        return
    if not auth.is_owner():
        st.caption(
            "The owner can measure it afresh here, in folds and on other splits; what comes out is kept for all."
        )
        return
    seconds, config = float(manifest.get("seconds") or 0), TrainingConfig(**manifest["settings"])
    with st.container(horizontal=True):
        for label, wanted in offers.items():
            about = f" (about {duration(seconds * wanted.trainings(config))})" if seconds else ""
            if st.button(label + about, icon=":material/play_arrow:", key=f"run_{label}"):
                _start(wanted, manifest)
    st.caption(
        "Each trains afresh in the background, at low priority, and is kept beside the model. What answers on the "
        "other pages is not touched."
    )


def _start(wanted: EvaluationPlan, manifest: Mapping[str, Any]) -> None:
    settings = dict(manifest["settings"])
    seed = int(settings.pop("seed"))
    command = wanted.command(models_folder(), manifest["preset"], seed, manifest["data"]["name"], settings)
    try:
        auth.require_owner(ACTION)
        begun = jobs.start(command=command, kind=jobs.EVALUATION, who=auth.who())
        st.session_state[STARTED] = begun.started
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON))
    else:
        st.rerun()


@st.fragment(run_every="1s")
def _watch() -> None:
    status = jobs.status()
    if not status.running:
        st.rerun()
    ours = status.kind == jobs.EVALUATION
    with st.container(border=True):
        st.markdown(
            "**An evaluation is running**" if ours else "**A training is running**; an evaluation can follow it."
        )
        progress.bar(status)
        if ours and auth.is_owner() and st.button("Cancel", icon=":material/stop:", key="cancel_evaluation"):
            _cancel()


def _cancel() -> None:
    try:
        auth.require_owner(ACTION)
        jobs.cancel()
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON))
    else:
        st.rerun()


def _ended(status: jobs.JobStatus) -> None:
    """How the last evaluation ended, where that is worth a word."""
    if status.kind != jobs.EVALUATION or status.started < st.session_state.get(STARTED, float("inf")):
        return
    if status.state == "failed":
        st.warning(plain(status.detail or status.message, LONGEST_REASON), title="The evaluation ended early")
    elif status.state == "done":
        st.success("The evaluation is done and kept.", icon=":material/check:")
