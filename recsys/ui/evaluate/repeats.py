"""Section: is it luck? The same measurement in several folds, and on splits that ask for something harder."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.charts import evaluate_repeats as charts
from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.evaluation import MODEL
from recsys.glossary import metric
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.training.evaluation_store import FOLDS, Evaluation
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.theme import look
from recsys.ui.evaluate import running
from recsys.ui.evaluate.stored_runs import alarms, newest
from recsys.ui.evaluate.view import View

METRICS = ("accuracy", "rmse", "mae", "log_loss", "weighted_kappa")
TICKS = {"accuracy": ".0%"}
SPLITS = {
    "stratified": "Any fifth of the ratings (stratified)",
    "user-last": "Everybody's last fifth (user-last)",
    "global-time": "The last fifth of all (global-time)",
}
K = 5
OFFERS = {
    f"Cross-validate in {K} folds": EvaluationPlan(folds=K),
    "Measure on the other splits": EvaluationPlan(splits=("user-last", "global-time")),
}


def show(view: View) -> None:
    """The section."""
    manifest = view.recommender.manifest
    kept = newest(manifest)
    alarms(kept.values())
    pick = st.selectbox(
        "Metric", METRICS, format_func=lambda name: metric(name).label, key="evaluate_repeated_metric", width=300
    )
    chosen = str(pick)
    left, right = st.columns(2, gap="medium")
    with left:
        _splits(view, kept, chosen)
    with right:
        _folds(kept.get(FOLDS), chosen)
    running.panel(manifest, OFFERS)
    meanings(METRICS)


def _splits(view: View, kept: dict[str, Evaluation], chosen: str) -> None:
    st.subheader("The splits side by side", anchor=False)
    rows, marks = splits(view, kept, chosen)
    entry = metric(chosen)
    axis = Axis(f"{entry.label} ({entry.better.lower().rstrip('.')})", TICKS.get(chosen, ""))
    draw(forest(rows, axis, look(), marks), describe(rows, f"{entry.label} on each split"), "splits")
    missing = [name for name in SPLITS if name not in kept and name != "stratified"]
    st.caption(
        "The headline is the stratified split. What a known person did next is harder, and most people of the last "
        "fifth of all are newcomers." + (" Not measured yet: " + ", ".join(missing) + "." if missing else "")
    )


def splits(view: View, kept: dict[str, Evaluation], chosen: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The model on each split that was measured, as rows of a forest, and its baselines as marks."""
    tables = {"stratified": view.report.table} | {name: one.table for name, one in kept.items() if name in SPLITS}
    entry, rows, marks = metric(chosen), [], []
    for name in (name for name in SPLITS if name in tables):
        own = _overall(tables[name], chosen)
        ours = own[own["model"] == MODEL].iloc[0]
        words = f"{entry.write(ours['value'])}, n {ours['n']:,}"
        rows.append((SPLITS[name], ours["value"], ours["low"], ours["high"], words))
        others = own[(own["model"] != MODEL) & own["value"].notna()]
        marks += [(SPLITS[name], row.value, row.model) for row in others.itertuples()]
    return (
        pd.DataFrame(rows, columns=["label", "value", "low", "high", "words"]),
        pd.DataFrame(marks, columns=["label", "value", "model"]),
    )


def _folds(one: Evaluation | None, chosen: str) -> None:
    st.subheader("Cross-validation", anchor=False)
    if one is None:
        st.caption("Not measured yet for this model's data and settings: every rating held out once, in turn.")
        return
    table, entry = _overall(one.table, chosen), metric(chosen)
    models = _with_values(table)
    ticks = TICKS.get(chosen, "")
    draw(
        charts.folds(table, models, entry.label, ticks, look()),
        charts.describe(table, models, entry.label, ticks),
        "folds",
    )
    st.caption(
        f"{one.about['folds']} folds, each a training of its own; every rating was held out once. Lines: the means. "
        f"Measured on {one.created:%d %B %Y}."
    )


def _overall(table: pd.DataFrame, chosen: str) -> pd.DataFrame:
    return table[(table["metric"] == chosen) & (table["slice"] == "all")]


def _with_values(table: pd.DataFrame) -> Sequence[str]:
    """The model and the baselines that have the metric."""
    return list(dict.fromkeys([MODEL, *table.loc[table["value"].notna(), "model"]]))
