"""Section: how the training went, and what the answers hang on."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from recsys.charts import evaluate_inside as charts
from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.evaluation.importance import EXTRACTOR, FEATURE, by_extractor
from recsys.evaluation.learning_curve import GROWN, KEPT_BACK
from recsys.glossary import extractor_name, feature_name, metric
from recsys.training.ablation import ABLATION, CHANGE, WITHOUT
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import clean, number
from recsys.ui.common.theme import look
from recsys.ui.evaluate import running
from recsys.ui.evaluate.stored_runs import alarms, newest
from recsys.ui.evaluate.view import View

MOST_FEATURES = 15
OFFERS = {"Measure what each signal is worth": EvaluationPlan(ablation=True)}


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
        _bars(
            by_extractor(table).assign(label=lambda rows: [extractor_name(name) for name in rows[EXTRACTOR]]), "signals"
        )
    with right:
        st.subheader("By feature", anchor=False)
        rows = table.head(MOST_FEATURES)
        genders = view.recommender.features.vocabulary.genders.tolist()
        _bars(rows.assign(label=[clean(feature_name(name, genders)) for name in rows[FEATURE]]), "features")
    st.caption(
        "Bars: the share of all that the trees' splits gained. Diamonds: the share of the weights of the linear start "
        f"that the trees grow from. The {min(MOST_FEATURES, len(table))} largest of {len(table)} features are shown. "
        "Importance is no cause, and features that tell the same share what they have between them."
    )
    _worth(view)
    meanings(("log_loss",))


def _worth(view: View) -> None:
    """What changes when a signal is left out, from a kept ablation; or the way to one."""
    st.subheader("What each signal is worth", anchor=False)
    manifest = view.recommender.manifest
    one = newest(manifest).get(ABLATION)
    if one is None:
        st.caption(
            "Not measured yet for this model's data and settings: it is trained without one signal after another."
        )
    else:
        alarms([one])
        rows = worth(one.table)
        axis = Axis("Change of the log-loss without it; right of the line, it helps", "", 0.0)
        draw(forest(rows, axis, look()), describe(rows, "Change of the log-loss without each signal"), "worth")
        st.caption(
            f"Each is a training of its own on the same ratings, measured on {one.created:%d %B %Y}; intervals are "
            "paired. Signals that tell the same look worthless one by one."
        )
    running.panel(manifest, OFFERS)


def worth(table: pd.DataFrame) -> pd.DataFrame:
    """The change of the log-loss without each signal as rows of a forest, the most useful first."""
    own = table[(table["model"] == CHANGE) & (table["metric"] == "log_loss")]
    own = own.sort_values("value", ascending=False, kind="stable")
    names = own["split"].str.removeprefix(WITHOUT)
    write = partial(metric("log_loss").write_difference, finer=1)  # most signals are worth less than .001
    words = [f"{write(row.value)} ({write(row.low)} to {write(row.high)})" for row in own.itertuples()]
    return own[["value", "low", "high"]].assign(label=[extractor_name(name) for name in names], words=words)


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
