"""Section: metrics by user and movie group, and the error for a single user."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.evaluation import MODEL
from recsys.evaluation.group_biases import bias_sentence
from recsys.evaluation.group_gaps import LEVEL, SHUFFLES, gap_sentence
from recsys.evaluation.slices import METRICS, SIGNED_METRICS, SMALL_ROWS, SMALL_USERS, large_enough
from recsys.glossary import group_label, group_words, grouping_name, metric
from recsys.ui.common import user_accuracy
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import clean, plain
from recsys.ui.common.theme import look
from recsys.ui.common.user_picker import usable, user_picker
from recsys.ui.evaluate.view import ReportView

TICKS = {"accuracy": ".0%", "confidence_gap": "+.0%"}


def show(view: ReportView) -> None:
    """Draw the section."""
    table = view.slices()
    st.subheader("By group of users and movies", anchor=False)
    grouping, metric_name = _select(list(dict.fromkeys(table["slice"])))
    entry, (rows, marks) = metric(metric_name), group_rows(table, grouping, metric_name)
    line = 0.0 if metric_name in SIGNED_METRICS else None
    axis = Axis(f"{entry.label} ({entry.better.lower().rstrip('.')})", TICKS.get(metric_name, ""), line)
    title = f"{entry.label} by {grouping_name(grouping).lower()}"
    draw(forest(rows, axis, look(), marks), describe(rows, title), "slices")
    st.caption(
        f"Error bars and ±: 95% intervals over users and movies. Pale: too small to compare ({SMALL_ROWS} ratings or "
        f"fewer, or under {SMALL_USERS} users). Diamonds: the baselines on the same ratings; where they are bad too, "
        "the group is hard to predict."
    )
    if metric_name in SIGNED_METRICS:
        _biases(view, metric_name)
    else:
        _gaps(view, metric_name)
    _single_user(view)
    meanings((*METRICS, *SIGNED_METRICS))


def _select(groupings: list[str]) -> tuple[str, str]:
    """Select a grouping that this data has, and a metric."""
    left, right = st.columns(2, wrap=False)
    grouping = left.selectbox("Group by", groupings, format_func=grouping_name, key="evaluate_grouping")
    names = (*METRICS, *SIGNED_METRICS)
    metric_name = right.selectbox("Metric", names, format_func=lambda name: metric(name).label, key="evaluate_metric")
    return str(grouping), str(metric_name)


def group_rows(table: pd.DataFrame, grouping: str, metric_name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One metric by the groups of a grouping as rows of a forest chart, and the baselines as marks."""
    entry = metric(metric_name)
    selected = table[(table["slice"] == grouping) & (table["metric"] == metric_name)]
    model_rows = selected[selected["model"] == MODEL]
    small = ~large_enough(model_rows["n"], model_rows["users"])
    columns = (model_rows["value"], model_rows["high"] - model_rows["value"], model_rows["n"], small)
    texts = [
        f"{entry.write(value)}, {n:,} ratings, too few"
        if is_small
        else f"{entry.write_with_half_width(value, half_width)}, {n:,} ratings"
        for value, half_width, n, is_small in zip(*columns, strict=True)
    ]
    rows = model_rows[["value", "low", "high"]].assign(label=_labels(grouping, model_rows), words=texts, muted=small)
    baseline_rows = selected[(selected["model"] != MODEL) & selected["value"].notna()]
    return rows, baseline_rows[["value", "model"]].assign(label=_labels(grouping, baseline_rows))


def _labels(grouping: str, rows: pd.DataFrame) -> list[str]:
    return [clean(group_label(grouping, group), 40) for group in rows["group"]]


def _gaps(view: ReportView, metric_name: str) -> None:
    """The gaps between groups that are beyond chance: in the selected metric, or that there is none, then in others."""
    rows = view.gaps().to_dict("records")
    named = {str(row["metric"]) for row in rows if row["beyond_chance"]} - {metric_name}
    sentences = [
        gap_sentence(rows, name, lambda *group: plain(group_words(*group)))
        for name in (metric_name, *(name for name in METRICS if name in named))
    ]
    if not rows:
        st.markdown("No two groups have enough ratings to compare.")
        return
    st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
    st.caption(
        "p: how often a gap at least as clear comes up when whole users or movies swap their groups at random "
        f"({SHUFFLES:,} times). Of the gaps named in all metrics, {LEVEL:.0%} are expected to be chance."
    )


def _biases(view: ReportView, metric_name: str) -> None:
    """The groups whose value of a signed metric differs from 0 beyond chance, or that there is none."""
    rows = view.biases().to_dict("records")
    st.markdown(
        bias_sentence(rows, metric_name, lambda *group: plain(group_words(*group)))
        or "No group has enough ratings to test."
    )
    st.caption(
        f"t tests of all groups that are large enough. Of the groups named, {LEVEL:.0%} are expected to be chance."
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
