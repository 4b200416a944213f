"""Top of Evaluate: accuracy in a sentence, the audit banner; the metric cards below the sections' names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from recsys.evaluation import MODEL
from recsys.evaluation.split_comparison import LATER_SPLITS
from recsys.glossary import metric
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.training.evaluation_store import FOLDS
from recsys.ui.common import later_ratings, metric_cards
from recsys.ui.common.stored_evaluations import newest_evaluations
from recsys.ui.common.text import percent
from recsys.ui.evaluate import audit, running
from recsys.ui.evaluate.view import ReportView

CARDS = ("accuracy", "weighted_kappa", "rmse", "mae", "log_loss", "ndcg@10")
TEST_LATER = "Test it on later ratings"
SHOWN_ON_A_PHONE = 2  # cards; styles/evaluate.css hides the others


def show(view: ReportView) -> None:
    """Sentence and audit banner."""
    st.markdown(sentence(view))
    manifest = view.recommender.manifest
    st.markdown(later_ratings.sentence(view.report, manifest))
    if not later_ratings.table(view.report, manifest):
        running.offer(manifest, TEST_LATER, EvaluationPlan(splits=LATER_SPLITS))
    audit.banner(view.report)


def draw_cards(view: ReportView) -> None:
    """The metric cards; a phone shows the first few, and the others on request."""
    with st.container(key="evaluate_cards"):
        metric_cards.cards(view.report, CARDS, SHOWN_ON_A_PHONE, spreads(view))


def spreads(view: ReportView) -> dict[str, str]:
    """The standard deviation of each metric over the trainings of a stored cross-validation, as text."""
    folds = newest_evaluations(view.recommender.manifest).get(FOLDS)
    if folds is None:
        return {}
    rows = folds.spread()
    rows = rows[(rows["model"] == MODEL) & (rows["slice"] == "all") & rows["sd"].notna()]
    return {row["metric"]: f"sd {deviation(row)} over {row['parts']} folds" for row in rows.to_dict("records")}


def deviation(row: Mapping[Any, Any]) -> str:
    """The standard deviation of a row of `Evaluation.spread`, in the units of its metric."""
    return metric(row["metric"]).write_difference(row["sd"]).lstrip("+")


def sentence(view: ReportView) -> str:
    """Accuracy beside the strongest baseline, as a sentence."""
    accuracy = metric_cards.metric_value(view.report, "accuracy")
    return (
        f"On **{accuracy.n:,} ratings it has never seen**, the model predicts **{percent(accuracy.value)}** exactly "
        f"right{metric_cards.beside_strongest(view.report, 'accuracy')}."
    )
