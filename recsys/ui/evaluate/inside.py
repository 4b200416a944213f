"""Section: how the training went, and what the answers hang on."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.charts import evaluate_inside as charts
from recsys.importance import FEATURE, SIGNAL, by_signal
from recsys.learning_curve import GROWN, KEPT_BACK
from recsys.ui.brand import look
from recsys.ui.evaluate.comparison import meanings
from recsys.ui.evaluate.view import View, draw
from recsys.ui.text import clean, number

SIGNALS = {
    "taste": "Taste: movies like those they rated",
    "bias": "Generous user, well-liked movie",
    "histograms": "Stars given so far, by user and movie",
    "choice": "Who chooses which movies",
    "company": "Movies rated together",
    "facts": "Facts: year, counts",
    "genres": "Genres they favour",
    "demographics": "Age, gender, occupation",
}
MOST_FEATURES = 15


def show(view: View) -> None:
    """The section."""
    st.subheader("Learning curve", anchor=False)
    if len(view.report.curve):
        _curve(view.report.curve)
    else:
        st.caption("This training left no curve.")
    table = view.importance()
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("What it hangs on, by signal", anchor=False)
        _bars(by_signal(table).assign(label=lambda rows: [SIGNALS.get(name, name) for name in rows[SIGNAL]]), "signals")
    with right:
        st.subheader("By feature", anchor=False)
        rows = table.head(MOST_FEATURES)
        named = [f"{clean(name)} ({signal})" for name, signal in zip(rows[FEATURE], rows[SIGNAL], strict=True)]
        _bars(rows.assign(label=named), "features")
    st.caption(
        "Bars: the share of all that the trees' splits gained. Diamonds: the share of the weights of the linear start "
        f"that the trees grow from. The {min(MOST_FEATURES, len(table))} largest of {len(table)} features are shown. "
        "Importance is no cause, and features that tell the same share what they have between them."
    )
    meanings(("log_loss",))


def _curve(table: pd.DataFrame) -> None:
    draw(charts.curve(table, look()), charts.describe_curve(table), "curve")
    last = {rows: table[table["rows"] == rows].iloc[-1] for rows in (GROWN, KEPT_BACK)}
    kept = table[(table["rows"] == KEPT_BACK) & table["value"].notna()]
    best = kept.loc[kept["value"].idxmin()] if len(kept) else None
    lowest = "" if best is None else f", lowest at round {best['round']} ({number(best['value'], 3)})"
    grown, watched = last[GROWN], last[KEPT_BACK]
    st.caption(
        f"Round 0 is the linear start. After {grown['round']} rounds the log-loss is {number(grown['value'], 3)} on "
        f"{grown['n']:,} ratings learned from and {number(watched['value'], 3)} on {watched['n']:,} training ratings "
        f"kept from the trees{lowest}. The number of rounds is fixed beforehand; no held-out rating has a share in it."
    )


def _bars(rows: pd.DataFrame, title: str) -> None:
    draw(charts.bars(rows, look()), charts.describe_bars(rows, f"importance by {title}"), f"importance_{title}")
