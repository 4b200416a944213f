"""What a training will cost, and the button that starts it, unless the host cannot bear it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.errors import RecsysError
from recsys.training import jobs
from recsys.training.cost_estimates import QUICKER, Estimate, estimate
from recsys.training.jobs import private_trials
from recsys.ui.common import auth
from recsys.ui.common.text import LONGEST_REASON, duration, plain
from recsys.ui.train.train_form import TrainingForm

ACTION = "retrain"
FOR_ALL = "It runs beside the app at low priority; what answers now goes on answering, and the gate decides."
BEGUN = "training_begun"  # in the session: when the training that it waits for was started


def offer(
    asked: TrainingForm,
    registry: Sequence[Mapping[str, Any]],
    begin: Callable[[TrainingForm], None],
    limits_of: Callable[[], jobs.Limits] = jobs.Limits.of_settings,
    label: str = "Start training",
    note: str = FOR_ALL,
    ratings: int = 0,
    quicker: str = QUICKER,
) -> None:
    """The cost, and the button that calls `begin`; or why this cannot be trained here.

    `note` says what it means for others, `quicker` what to do when there is too little time; `ratings` is how many
    there are if no version on the shelf knows.
    """
    try:
        config, limits = asked.config(), limits_of()
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
        return
    rows = ratings_in(asked, registry) or ratings
    expected = estimate(config, asked.preset, rows, registry) if rows else None
    refusal = expected.refusal(limits.memory_mb, limits.seconds, quicker) if expected else ""
    warning = expected.warning(limits.memory_mb, limits.seconds) if expected else ""
    if refusal:
        st.error(refusal, title="Too much for this host", icon=":material/memory:")
    elif warning:
        st.warning(warning, title="It may not fit", icon=":material/timer:")
    if st.button(label, type="primary", icon=":material/play_arrow:", key="train_start", disabled=bool(refusal)):
        begin(asked)
    st.caption(f"{_cost(expected, rows)} {note}")


def begin(asked: TrainingForm) -> None:
    """Start it, if this session may and nothing runs; the page then shows it."""
    try:
        auth.require_owner(ACTION)
        private_trials.cancel_all()
        begun = jobs.start(
            preset=asked.preset,
            dataset=asked.dataset,
            seed=asked.seed,
            who=auth.who(),
            why=asked.why,
            settings=asked.settings,
        )
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
    else:
        st.session_state[BEGUN] = begun.started
        st.rerun()


def ratings_in(asked: TrainingForm, registry: Sequence[Mapping[str, Any]]) -> int:
    """How many ratings the dataset has, as far as a version on the shelf was trained on it; 0 when nobody knows."""
    for row in registry:
        data = row.get("data") or {}
        if data.get("name") and str(data["name"]) in (
            asked.dataset,
            asked.dataset.rpartition("/")[2].removesuffix(".zip"),
        ):
            return int(data.get("ratings") or 0)
    return 0


def _cost(expected: Estimate | None, rows: int) -> str:
    if expected is None:
        return "How long it takes is not known before these ratings were read. It can be cancelled at any time."
    cost = f"About {duration(round(expected.seconds))} and {expected.megabytes:,.0f} MB for {rows:,} ratings"
    return f"{cost}, {_judged_by(expected.runs)}."


def _judged_by(runs: Sequence[str]) -> str:
    if not runs:
        return "measured on two cores elsewhere"
    return f"as {plain(runs[0])} took here" if len(runs) == 1 else f"the median of {len(runs)} trainings here"
