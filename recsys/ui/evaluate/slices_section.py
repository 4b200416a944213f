"""Section: metrics by user and movie group, and the error for a single user."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.evaluation import MODEL
from recsys.evaluation.slices import METRICS, SMALL_ROWS, SMALL_USERS, largest_gap
from recsys.glossary import group_label, group_words, grouping_name, metric
from recsys.ui.common import user_accuracy
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import clean, plain
from recsys.ui.common.theme import look
from recsys.ui.common.user_picker import usable, user_picker
from recsys.ui.evaluate.view import ReportView

TICKS = {"accuracy": ".0%"}


def show(view: ReportView) -> None:
    """Draw the section."""
    table = view.slices()
    st.subheader("By group of users and movies", anchor=False)
    grouping, metric_name = _select(list(dict.fromkeys(table["slice"])))
    entry, (rows, marks) = metric(metric_name), group_rows(table, grouping, metric_name)
    axis = Axis(f"{entry.label} ({entry.better.lower().rstrip('.')})", TICKS.get(metric_name, ""))
    title = f"{entry.label} by {grouping_name(grouping).lower()}"
    draw(forest(rows, axis, look(), marks), describe(rows, title), "slices")
    st.caption(
        f"Error bars: 95% intervals over users. Pale groups are too small to compare (under {SMALL_ROWS} ratings or "
        f"{SMALL_USERS} users). Diamonds: the baselines on the same ratings; where they are bad too, the group is hard "
        "to predict."
    )
    st.markdown(_gap(table, str(metric_name)))
    _single_user(view)
    meanings(METRICS)


def _select(groupings: list[str]) -> tuple[str, str]:
    """Select a grouping that this data has, and a metric."""
    left, right = st.columns(2, wrap=False)
    grouping = left.selectbox("Group by", groupings, format_func=grouping_name, key="evaluate_grouping")
    metric_name = right.selectbox("Metric", METRICS, format_func=lambda name: metric(name).label, key="evaluate_metric")
    return str(grouping), str(metric_name)


def group_rows(table: pd.DataFrame, grouping: str, metric_name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One metric by the groups of a grouping as rows of a forest chart, and the baselines as marks."""
    entry = metric(metric_name)
    selected = table[(table["slice"] == grouping) & (table["metric"] == metric_name)]
    model_rows = selected[selected["model"] == MODEL]
    small = (model_rows["n"] < SMALL_ROWS) | (model_rows["users"] < SMALL_USERS)
    texts = [f"{entry.write(value)}, n {n:,}" for value, n in zip(model_rows["value"], model_rows["n"], strict=True)]
    rows = model_rows[["value", "low", "high"]].assign(label=_labels(grouping, model_rows), words=texts, muted=small)
    baseline_rows = selected[(selected["model"] != MODEL) & selected["value"].notna()]
    return rows, baseline_rows[["value", "model"]].assign(label=_labels(grouping, baseline_rows))


def _labels(grouping: str, rows: pd.DataFrame) -> list[str]:
    return [clean(group_label(grouping, group), 40) for group in rows["group"]]


def _gap(table: pd.DataFrame, metric_name: str) -> str:
    """The largest gap between two groups of one grouping, as a sentence."""
    gap, entry = largest_gap(table, metric_name), metric(metric_name)
    if not gap:
        return "No two groups have enough ratings to compare."
    lower, higher = (plain(group_words(str(gap["slice"]), str(gap[end]))) for end in ("lower", "higher"))
    return (
        f"Largest gap in **{entry.label}** over all groupings: "
        f"{entry.write_difference(float(gap['gap'])).lstrip('+')}, between **{lower}** and **{higher}**. Part of it "
        "is chance, as it is the largest of many."
    )


def _single_user(view: ReportView) -> None:
    """Average error for a single user, selected here."""
    recommender = view.recommender
    st.subheader("Average error for one user", anchor=False)
    picker = user_picker(recommender, "evaluate")
    picker.sync()
    selection = picker.draw()
    if usable(recommender, selection) and selection.value is not None:
        user_accuracy.card(SelectedUser.of(recommender, selection.value))
