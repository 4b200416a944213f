"""Section: the same metrics in several folds, and on harder splits."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.charts import evaluate_repeats as charts
from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.evaluation import MODEL
from recsys.evaluation.split_comparison import LATER_SPLITS
from recsys.glossary import metric
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.training.evaluation_store import FOLDS, Evaluation
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.stored_evaluations import newest_evaluations
from recsys.ui.common.theme import look
from recsys.ui.evaluate import running
from recsys.ui.evaluate.headline import deviation
from recsys.ui.evaluate.stored_runs import FOLD_COUNT, leakage_errors
from recsys.ui.evaluate.view import ReportView

METRICS = ("accuracy", "rmse", "mae", "log_loss", "weighted_kappa")
TICKS = {"accuracy": ".0%"}
SPLITS = {
    "stratified": "Random 20% of all ratings",
    "user-last": "Each user's last ratings",
    "global-time": "The last 20% of all ratings",
}
SPLIT_HELP = "On the command line: " + "; ".join(f"`{name}`: {words.lower()}" for name, words in SPLITS.items()) + "."
PLANS = {
    f"Run {FOLD_COUNT}-fold cross-validation": EvaluationPlan(folds=FOLD_COUNT),
    "Evaluate on the other splits": EvaluationPlan(splits=LATER_SPLITS),
}


def show(view: ReportView) -> None:
    """Draw the section."""
    manifest = view.recommender.manifest
    evaluations = newest_evaluations(manifest)
    leakage_errors(evaluations.values())
    selected = st.selectbox(
        "Metric", METRICS, format_func=lambda name: metric(name).label, key="evaluate_repeated_metric", width=300
    )
    metric_name = str(selected)
    left, right = st.columns(2, gap="medium")
    with left:
        _splits(view, evaluations, metric_name)
    with right:
        _folds(evaluations.get(FOLDS), metric_name)
    running.panel(manifest, PLANS)
    meanings(METRICS)


def _splits(view: ReportView, evaluations: dict[str, Evaluation], metric_name: str) -> None:
    st.subheader("Train/test splits", anchor=False, help=SPLIT_HELP)
    rows, marks = split_rows(view, evaluations, metric_name)
    entry = metric(metric_name)
    axis = Axis(f"{entry.label} ({entry.better.lower().rstrip('.')})", TICKS.get(metric_name, ""))
    draw(forest(rows, axis, look(), marks), describe(rows, f"{entry.label} on each split"), "splits")
    missing = [words.lower() for name, words in SPLITS.items() if name not in evaluations and name != "stratified"]
    st.caption(
        "The metrics at the top are on a random 20% of all ratings. A user's next ratings are harder to predict, and "
        "most users in the last 20% of all ratings are newcomers."
        + (" Not measured yet: " + " and ".join(missing) + ". See below how to fill it." if missing else "")
    )


def split_rows(
    view: ReportView, evaluations: dict[str, Evaluation], metric_name: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The model on each measured split as rows of a forest chart, and its baselines as marks."""
    tables = {"stratified": view.report.table} | {
        name: evaluation.table for name, evaluation in evaluations.items() if name in SPLITS
    }
    entry, rows, marks = metric(metric_name), [], []
    for name in (name for name in SPLITS if name in tables):
        overall = _overall(tables[name], metric_name)
        model_row = overall[overall["model"] == MODEL].iloc[0]
        text = f"{entry.write(model_row['value'])}, {model_row['n']:,} ratings"
        rows.append((SPLITS[name], model_row["value"], model_row["low"], model_row["high"], text))
        baseline_rows = overall[(overall["model"] != MODEL) & overall["value"].notna()]
        marks += [(SPLITS[name], row.value, row.model) for row in baseline_rows.itertuples()]
    return (
        pd.DataFrame(rows, columns=["label", "value", "low", "high", "words"]),
        pd.DataFrame(marks, columns=["label", "value", "model"]),
    )


def _folds(cross_validation: Evaluation | None, metric_name: str) -> None:
    st.subheader("Cross-validation", anchor=False)
    if cross_validation is None:
        st.caption(
            "Not measured yet for this data and these settings. It holds out each rating once. See below how to fill "
            "it."
        )
        return
    table, entry = _overall(cross_validation.table, metric_name), metric(metric_name)
    models = _with_values(table)
    ticks = TICKS.get(metric_name, "")
    draw(
        charts.folds(table, models, entry.label, ticks, look()),
        charts.describe(table, models, entry.label, ticks),
        "folds",
    )
    st.caption(
        f"{cross_validation.about['folds']} folds, one training each; each rating is held out once. Lines: means. "
        f"{_spread(cross_validation, metric_name)}"
        f"Measured on {cross_validation.created.day} {cross_validation.created:%B %Y}."
    )


def _spread(cross_validation: Evaluation, metric_name: str) -> str:
    """How much the model's metric varies from fold to fold, as a sentence; empty where it is undefined."""
    rows = cross_validation.spread()
    rows = rows[(rows["model"] == MODEL) & (rows["slice"] == "all") & (rows["metric"] == metric_name)]
    if rows["sd"].isna().all():
        return ""
    return (
        f"Standard deviation of this model over the folds: {deviation(rows.iloc[0].to_dict())}. It includes what each "
        f"training changes; the intervals of a single evaluation do not. "
    )


def _overall(table: pd.DataFrame, metric_name: str) -> pd.DataFrame:
    return table[(table["metric"] == metric_name) & (table["slice"] == "all")]


def _with_values(table: pd.DataFrame) -> Sequence[str]:
    """The model and the baselines that have the metric."""
    return list(dict.fromkeys([MODEL, *table.loc[table["value"].notna(), "model"]]))
