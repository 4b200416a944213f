"""Outcome of the last training: the verdict of the promotion gate, or why it failed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from recsys.glossary import metric
from recsys.glossary.entry import Metric
from recsys.registry.promotion_gate import shorten_reasons
from recsys.training import jobs
from recsys.ui.common import gate_verdict
from recsys.ui.common.text import LONGEST_REASON, bullets, plain
from recsys.ui.common.version_rows import best_baseline
from recsys.ui.train.start import STARTED

HEADLINE_METRICS = ("accuracy", "rmse", "log_loss", "ndcg@10")


def show(status: jobs.JobStatus, registry: Sequence[Mapping[str, Any]]) -> None:
    """The outcome of the last training, whoever started it."""
    if status.kind != jobs.TRAINING or status.state not in ("done", "failed"):
        return
    if status.state == "failed":
        st.warning(
            plain(status.detail or status.message, LONGEST_REASON),
            title="The last training failed",
            icon=":material/info:",
        )
        return
    row = next((row for row in registry if row["version"] == status.version), None)
    if row is not None:
        with st.container(border=True):
            _verdict(row, status)
            _metrics(row, next((active_row for active_row in registry if active_row["active"]), row))
            with st.container(horizontal=True):
                st.page_link(
                    "pages/models.py",
                    label="Compare on Models",
                    icon=":material/shelves:",
                    query_params={"section": "Compare", "version": row["version"]},
                )
                st.page_link("pages/evaluate.py", label="Evaluate the live model", icon=":material/monitoring:")


def _verdict(row: Mapping[str, Any], status: jobs.JobStatus) -> None:
    is_own = status.started >= st.session_state.get(STARTED, float("inf"))
    st.header("Your training is done" if is_own else "The last training", anchor=False)
    verdict, name = row.get("gate") or {}, plain(row["name"])
    if verdict.get("passed"):
        sentences = [
            f"{name} was accepted: {gate_verdict.acceptance(verdict, row)}.",
            gate_verdict.comparison(verdict),
            "It is now live." if row["active"] else "Another version is live now.",
        ]
        st.success(" ".join(filter(None, sentences)), icon=":material/check_circle:")
        return
    reasons = bullets(shorten_reasons(verdict.get("reasons", ()), "; see them all on Models"))
    st.warning(
        f"{name} was rejected by the promotion gate. It is stored on Models, but not live.\n{reasons}",
        icon=":material/block:",
    )


def _metrics(row: Mapping[str, Any], active: Mapping[str, Any]) -> None:
    """Headline metrics, and their differences from the active version (perhaps measured on other rows)."""
    if active is not row:
        st.caption(
            "With a sign: difference from the live version, each tested on its own held-out ratings. Compare on Models "
            "uses the common ones, and has 95% intervals."
        )
    grid = st.grid(len(HEADLINE_METRICS), min_column_width=130)
    for name in HEADLINE_METRICS:
        interval, active_interval = row["metrics"].get(name), (active.get("metrics") or {}).get(name)
        if interval and interval[0] is not None:
            entry = metric(name)
            difference = (
                interval[0] - active_interval[0]
                if active_interval and active_interval[0] is not None and active is not row
                else None
            )
            card = grid.container(gap="xsmall")
            card.metric(
                entry.label,
                entry.write(interval[0]),
                delta=entry.write_difference(difference).replace("−", "-") if difference is not None else None,
                delta_color=_colour(entry, difference),
                delta_arrow="off",
                help=entry.help,
            )
            lines = [f"95% interval {_interval_text(entry, interval)}"]
            if best := best_baseline(row, name):
                lines.append(f"{plain(best[0])} {entry.write(best[1])}")
            card.caption("  \n".join(lines))


def _colour(entry: Metric, difference: float | None) -> Literal["normal", "inverse", "off"]:
    """Green for what is better; grey for a difference that is written as 0."""
    if difference is None or not any(digit in entry.write_difference(difference) for digit in "123456789"):
        return "off"
    return "normal" if entry.gain(1.0) > entry.gain(0.0) else "inverse"


def _interval_text(entry: Metric, interval: Sequence[float | None]) -> str:
    low, high = (math.nan if bound is None else bound for bound in interval[1:])
    return entry.write_interval(low, high)
