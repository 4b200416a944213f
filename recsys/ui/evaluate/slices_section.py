"""Section: for whom and for what it is better or worse, and for one person."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys import validation
from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.evaluation import MODEL
from recsys.evaluation.slices import METRICS, SMALL_ROWS, SMALL_USERS, largest_gap
from recsys.glossary import group_words, grouping_name, metric
from recsys.ui.common import pickers, user_accuracy
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import clean, plain
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import View

TICKS = {"accuracy": ".0%"}


def show(view: View) -> None:
    """The section."""
    table = view.slices()
    st.subheader("Groups", anchor=False)
    grouping, chosen = _choices(list(dict.fromkeys(table["slice"])))
    entry, (rows, marks) = metric(chosen), groups(table, grouping, chosen)
    axis = Axis(f"{entry.label} ({entry.better.lower().rstrip('.')})", TICKS.get(chosen, ""))
    title = f"{entry.label} by {grouping_name(grouping).lower()}"
    draw(forest(rows, axis, look(), marks), describe(rows, title), "slices")
    st.caption(
        f"Whiskers: 95 % intervals over users. Pale: fewer than {SMALL_ROWS} ratings or {SMALL_USERS} people, too few "
        "to tell. Diamonds: the baselines on the same ratings; what is hard for them too is hard by nature."
    )
    st.markdown(_gap(table, str(chosen)))
    _person(view)
    meanings(METRICS)


def _choices(groupings: list[str]) -> tuple[str, str]:
    """A grouping that this data has, and a metric."""
    left, right = st.columns(2, wrap=False)
    grouping = left.selectbox("Grouped by", groupings, format_func=grouping_name, key="evaluate_grouping")
    chosen = right.selectbox("Metric", METRICS, format_func=lambda name: metric(name).label, key="evaluate_metric")
    return str(grouping), str(chosen)


def groups(table: pd.DataFrame, grouping: str, chosen: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One grouping's rows of a forest for one metric, and the baselines' as marks."""
    entry = metric(chosen)
    own = table[(table["slice"] == grouping) & (table["metric"] == chosen)]
    ours = own[own["model"] == MODEL]
    small = (ours["n"] < SMALL_ROWS) | (ours["users"] < SMALL_USERS)
    words = [f"{entry.write(value)}, n {n:,}" for value, n in zip(ours["value"], ours["n"], strict=True)]
    rows = ours[["value", "low", "high"]].assign(label=_labels(ours["group"]), words=words, muted=small)
    others = own[(own["model"] != MODEL) & own["value"].notna()]
    return rows, others[["value", "model"]].assign(label=_labels(others["group"]))


def _labels(groups: pd.Series) -> list[str]:
    return [clean(group, 40) for group in groups]


def _gap(table: pd.DataFrame, chosen: str) -> str:
    """The largest difference between two groups of one grouping, in words."""
    found, entry = largest_gap(table, chosen), metric(chosen)
    if not found:
        return "No two groups are large enough to compare."
    lower, higher = (plain(group_words(str(found["slice"]), str(found[side]))) for side in ("lower", "higher"))
    return (
        f"Largest gap in **{entry.label.lower()}**, over all groupings: from **{lower}** to **{higher}**, "
        f"{entry.write_difference(float(found['gap'])).lstrip('+')}. The largest of many gaps is partly chance."
    )


def _person(view: View) -> None:
    """How good it is for one person, who is chosen here."""
    recommender = view.recommender
    st.subheader("How good for one person", anchor=False)
    labels = pickers.user_labels(recommender, recommender.version)
    picker = pickers.Picker("user", labels, validation.user_problem, pickers.example(recommender)[0], "evaluate")
    picker.sync()
    user = picker.draw()
    known = recommender.known_range["user_id"]
    if user.value is None or not recommender.has_user(user.value):
        st.info(f"Choose a user from {known[0]} to {known[1]}.", icon=":material/arrow_upward:")
        return
    user_accuracy.card(view.recommender, user.value)
