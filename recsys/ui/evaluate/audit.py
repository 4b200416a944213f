"""Leakage audit: a banner near the top of Evaluate, and a section with every check."""

from __future__ import annotations

import streamlit as st

from recsys.evaluation import Report
from recsys.evaluation.audit import TITLES, failures
from recsys.ui.common.text import plain
from recsys.ui.evaluate.view import ReportView

LONGEST = 400  # characters of a check's measurement
METHODS = {
    "sides": "Looks for each held-out rating among the training ratings.",
    "held_out": "Changes held-out ratings of a few users, learns again, and compares every feature.",
    "own": "Changes ratings of a few users and learns again: their own rows must stay the same, others not.",
    "rounds": "Looks for test ratings among the rows of the trees, which repeat some ratings as of newcomers.",
    "tables": "Changes held-out ratings of a few users, learns again, and compares every learned table.",
}


def banner(report: Report) -> None:
    """An error if a check failed, one line if all passed, a warning if none was run."""
    checks, failed = report.audit, failures(report.audit)
    if failed:
        st.error(
            "\n".join(f"- {plain(failure, LONGEST)}" for failure in failed),
            title="Leakage audit failed: do not trust the metrics below",
            icon=":material/error:",
        )
    elif len(checks):
        st.markdown(f":green[:material/verified:] Leakage audit: {len(checks)} of {len(checks)} checks passed.")
    else:
        st.warning("The leakage audit was not run for this model, so it may have seen its test ratings in training.")


def show(view: ReportView) -> None:
    """The section: every check with its result and its measurement."""
    st.subheader("Leakage audit", anchor=False)
    st.markdown(
        "A model that saw its test ratings in training looks better than it is. Every training runs these five checks."
    )
    checks = view.report.audit
    if not len(checks):
        st.caption(
            "Not run for this model. Train a new version to fill this: on the page Train, or `python -m recsys train`."
        )
        return
    with st.container(border=True, gap="small"):
        for row in checks.to_dict("records"):
            mark = ":green[:material/check_circle:] Passed" if row["passed"] else ":red[:material/cancel:] **Failed**"
            st.markdown(
                f"{mark} · **{TITLES.get(row['check'], plain(row['check']))}**  \n"
                f":small[{METHODS.get(row['check'], '')} {plain(row['measured'], LONGEST)}]"
            )
