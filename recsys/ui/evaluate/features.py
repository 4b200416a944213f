"""Section: the learning curve, and the importance of features and of their extractors."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from recsys.charts import evaluate_inside as charts
from recsys.charts.evaluate_forest import Axis, describe, forest
from recsys.evaluation.importance import EXTRACTOR, FEATURE, by_extractor
from recsys.evaluation.learning_curve import FITTED_ROWS, HELD_OUT_ROWS
from recsys.glossary import extractor_name, feature_name, metric
from recsys.training.ablation import ABLATION, CHANGE, WITHOUT
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.stored_evaluations import newest_evaluations
from recsys.ui.common.text import clean, number
from recsys.ui.common.theme import look
from recsys.ui.evaluate import effects, running, train_test
from recsys.ui.evaluate.stored_runs import leakage_errors
from recsys.ui.evaluate.view import ReportView

MAX_FEATURES = 15
PLANS = {"Run the ablation": EvaluationPlan(ablation=True)}


def show(view: ReportView) -> None:
    """Draw the section."""
    st.subheader("Learning curve", anchor=False)
    if len(view.report.curve):
        _curve(view, view.report.curve)
    else:
        st.caption(
            "This training recorded no learning curve. Train a new version to fill this: on the page Train, or "
            "`python -m recsys train`."
        )
    train_test.show(view)
    effects.show(view)
    importances = view.importance()
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("What the model uses", anchor=False)
        _bars(
            view,
            by_extractor(importances).assign(label=lambda rows: [extractor_name(name) for name in rows[EXTRACTOR]]),
            "feature groups",
        )
    with right:
        st.subheader("Single features", anchor=False)
        rows = importances.head(MAX_FEATURES)
        genders = view.recommender.features.vocabulary.genders.tolist()
        _bars(view, rows.assign(label=[clean(feature_name(name, genders)) for name in rows[FEATURE]]), "features")
    st.caption(
        "Most of the model is a softmax regression, and trees refine it. Bars: share of the regression's weights. "
        "Diamonds: share of the total gain of the trees' splits. A group's share is the sum of its features; the "
        f"{len(rows)} largest of {len(importances)} features are shown. Importance does not prove a cause, and "
        "correlated features share it."
    )
    _ablation(view)
    meanings(train_test.METRICS)


def _ablation(view: ReportView) -> None:
    """Change of the log-loss without each feature extractor, from a stored ablation; or how to run one."""
    st.subheader("Ablation: the model without each feature group", anchor=False)
    manifest = view.recommender.manifest
    ablation = newest_evaluations(manifest).get(ABLATION)
    if ablation is None:
        st.caption(
            "Not measured yet for this data and these settings. It trains a model without each feature group in turn. "
            "See below how to fill it."
        )
    else:
        leakage_errors([ablation])
        rows = log_loss_changes(ablation.table)
        axis = Axis("Change of log-loss without it (right of 0: it helps)", "", 0.0)
        draw(forest(rows, axis, look()), describe(rows, "Change of log-loss without each feature group"), "ablation")
        st.caption(
            f"One training each on the same ratings, measured on {ablation.created.day} {ablation.created:%B %Y}, with "
            "paired 95% intervals over users and movies. Each of two correlated groups seems to help little, because "
            "the other covers for it."
        )
    running.panel(manifest, PLANS)


def log_loss_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Change of the log-loss without each feature extractor as rows of a forest chart, the most useful first."""
    changes = table[(table["model"] == CHANGE) & (table["metric"] == "log_loss")]
    changes = changes.sort_values("value", ascending=False, kind="stable")
    extractors = changes["split"].str.removeprefix(WITHOUT)
    format_change = partial(metric("log_loss").write_difference, finer=1)  # most changes are below .001
    texts = [
        f"{format_change(value)} ({format_change(low)} to {format_change(high)})"
        for value, low, high in changes[["value", "low", "high"]].itertuples(index=False)
    ]
    return changes[["value", "low", "high"]].assign(label=[extractor_name(name) for name in extractors], words=texts)


def _curve(view: ReportView, table: pd.DataFrame) -> None:
    view.draw("curve", "", lambda: (charts.curve(table, look()), charts.describe_curve(table)))
    last_rows = {rows: table[table["rows"] == rows].iloc[-1] for rows in (FITTED_ROWS, HELD_OUT_ROWS)}
    validation_curve = table[(table["rows"] == HELD_OUT_ROWS) & table["value"].notna()]
    lowest_row = validation_curve.nsmallest(1, "value").iloc[0] if len(validation_curve) else None
    lowest_note = (
        "" if lowest_row is None else f", lowest at round {lowest_row['round']} ({number(lowest_row['value'], 3)})"
    )
    training_row, validation_row = last_rows[FITTED_ROWS], last_rows[HELD_OUT_ROWS]
    st.caption(
        f"Round 0 is the softmax regression; each round adds one tree per star. After {training_row['round']} rounds "
        f"the log-loss is {number(training_row['value'], 3)} on a sample of {training_row['n']:,} training ratings and "
        f"{number(validation_row['value'], 3)} on {validation_row['n']:,} validation ratings, kept out of the fit"
        f"{lowest_note}.{_tree_gain(table)} The number of rounds is fixed in advance; no test rating influences it."
    )


def _tree_gain(table: pd.DataFrame) -> str:
    """How much the trees lower the log-loss of the softmax regression on validation ratings, as a sentence."""
    values = table.loc[table["rows"] == HELD_OUT_ROWS, "value"].dropna().tolist()
    if len(values) < 2:
        return ""
    change = metric("log_loss").write_difference(values[-1] - values[0], finer=1)
    return f" There the trees change the regression's log-loss by {change}."


def _bars(view: ReportView, rows: pd.DataFrame, title: str) -> None:
    view.draw(
        f"importance_{title.replace(' ', '_')}",
        "",
        lambda: (charts.bars(rows, look()), charts.describe_bars(rows, f"the importance of {title}")),
    )
