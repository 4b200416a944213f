"""Section: what the lists are worth, and what else they show, always side by side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.glossary import metric
from recsys.training.trade_off_curve import SHOWN
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_cards import figure
from recsys.ui.common.metric_table import comparison, meanings
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import View
from recsys.ui.recommend.list_controls import RANKERS

BASELINE = "popularity"
FOUND = tuple(f"{name}@{SHOWN}" for name in ("ndcg", "hit_rate", "map", "precision", "recall"))
BEYOND = tuple(
    f"{name}@{SHOWN}"
    for name in ("coverage", "gini", "novelty", "popularity_rank", "long_tail", "diversity", "calibration")
)
ACROSS = ("ndcg", "hit_rate", "coverage", "popularity_rank", "diversity")


def show(view: View) -> None:
    """The section."""
    people = figure(view.report, FOUND[0]).n
    if not people:
        st.info("Lists were not measured for this model.", icon=":material/help:")
        return
    st.caption(
        f"Lists of {SHOWN} for the {people:,} people who liked at least one held-out movie, chosen from the whole "
        "catalogue but for what they had rated before. What they never rated counts as a miss, so these numbers are "
        "small for every system."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Does it find what they like?", anchor=False)
        rows, marks = found(view)
        axis = Axis(f"Mean over people, lists of {SHOWN}", ".0%")
        draw(forest(rows, axis, look(), marks), describe(rows, "Ranking metrics"), "ranking")
    with right:
        st.subheader("What else do the lists show?", anchor=False)
        comparison(view.report, BEYOND, (BASELINE,), "Metrics of the lists beyond accuracy")
    _rankers(view)
    meanings((*FOUND, *BEYOND))


def found(view: View) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The metrics of what was found, as rows of a forest, and the baseline's as marks."""
    rows, marks = [], []
    for name in FOUND:
        entry, ours, other = metric(name), figure(view.report, name), figure(view.report, name, BASELINE)
        words = f"{entry.write(ours.value)}, most popular {entry.write(other.value)}"
        rows.append((entry.label, ours.value, ours.low, ours.high, words))
        marks.append((entry.label, other.value, BASELINE))
    return (
        pd.DataFrame(rows, columns=["label", "value", "low", "high", "words"]),
        pd.DataFrame(marks, columns=["label", "value", "model"]),
    )


def _rankers(view: View) -> None:
    table = rankers(view)
    if not len(table):
        return
    st.subheader("The four ways to rank", anchor=False)
    st.table(table, border="horizontal", alt="Each ranker's metrics with both sliders at 0")
    st.caption(
        "With both sliders of Recommend at 0. The slower rankers were measured on fewer people, so compare "
        "them only with each other. Popular is the baseline: the most popular movies for everybody, also those that "
        "they would hardly like."
    )


def rankers(view: View) -> pd.DataFrame:
    """Every ranker with both sliders at 0, as people read it."""
    trade_off_curve = view.report.trade_off_curve
    plain = trade_off_curve[(trade_off_curve["popularity"] == 0) & (trade_off_curve["diversity"] == 0)]
    rows = {}
    for ranker, (title, _) in RANKERS.items():
        own = plain[plain["ranker"] == ranker].set_index("metric")
        if len(own):
            shown = {metric(f"{name}@n").label: metric(f"{name}@n").write(own.loc[name, "value"]) for name in ACROSS}
            rows[title] = shown | {"People": f"{int(own['n'].max()):,}"}
    return pd.DataFrame.from_dict(rows, orient="index")
