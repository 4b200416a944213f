"""What came of the last training: the gate's verdict, or why it did not end well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.glossary import metric
from recsys.registry.promotion_gate import shorten_reasons
from recsys.training import jobs
from recsys.ui.common.text import LONGEST_REASON, bullets, plain
from recsys.ui.common.version_rows import best_baseline
from recsys.ui.train.start import BEGUN

SHOWN = ("accuracy", "rmse", "log_loss", "ndcg@10")


def show(status: jobs.JobStatus, registry: Sequence[Mapping[str, Any]]) -> None:
    """The last training's end, whoever began it."""
    if status.kind != jobs.TRAINING or status.state not in ("done", "failed"):
        return
    if status.state == "failed":
        st.warning(
            plain(status.detail or status.message, LONGEST_REASON),
            title="The last training did not finish",
            icon=":material/info:",
        )
        return
    row = next((row for row in registry if row["version"] == status.version), None)
    if row is not None:
        with st.container(border=True):
            _verdict(row, status)
            _figures(row, next((other for other in registry if other["active"]), row))
            with st.container(horizontal=True):
                st.page_link(
                    "pages/models.py",
                    label="Compare on Models",
                    icon=":material/shelves:",
                    query_params={"section": "Compare", "version": row["version"]},
                )
                st.page_link("pages/evaluate.py", label="How good is what answers", icon=":material/monitoring:")


def _verdict(row: Mapping[str, Any], status: jobs.JobStatus) -> None:
    mine = status.started >= st.session_state.get(BEGUN, float("inf"))
    st.subheader("Your training is done" if mine else "The last training", anchor=False)
    verdict, name = row.get("gate") or {}, plain(row["version"])
    if verdict.get("passed"):
        now = "It answers now." if row["active"] else "Another version answers now."
        st.success(f"{name} passed the gate. {now}", icon=":material/check_circle:")
        return
    told = bullets(shorten_reasons(verdict.get("reasons", ()), "; Models lists them all"))
    st.warning(f"The gate refused {name}; it stays on the shelf and does not answer.\n{told}", icon=":material/block:")


def _figures(row: Mapping[str, Any], active: Mapping[str, Any]) -> None:
    """Its headline figures, and what they differ from the version that answers (measured on other rows, perhaps)."""
    if active is not row:
        st.caption(
            "Beside it, how far it is from the version that answers; each is measured on its own held-out part. Below: "
            "the strongest baseline."
        )
    tiles = st.grid(len(SHOWN), min_column_width=130)
    for name in SHOWN:
        told, now = row["metrics"].get(name), (active.get("metrics") or {}).get(name)
        if told and told[0] is not None:
            entry = metric(name)
            change = told[0] - now[0] if now and now[0] is not None and active is not row else None
            tile = tiles.container(gap="xsmall")
            tile.metric(
                entry.label,
                entry.write(told[0]),
                delta=entry.write_difference(change).replace("−", "-") if change is not None else None,
                delta_color="normal" if entry.gain(1.0) > entry.gain(0.0) else "inverse",
                help=entry.help,
            )
            if best := best_baseline(row, name):
                tile.caption(f"{plain(best[0])} {entry.write(best[1])}")
