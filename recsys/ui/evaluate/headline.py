"""Top of Evaluate: accuracy in a sentence, the audit banner; the metric cards below the sections' names."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import metric_cards
from recsys.ui.common.text import percent
from recsys.ui.evaluate import audit
from recsys.ui.evaluate.view import ReportView

CARDS = ("accuracy", "weighted_kappa", "rmse", "mae", "log_loss", "ndcg@10")
SHOWN_ON_A_PHONE = 2  # cards; styles/evaluate.css hides the others


def show(view: ReportView) -> None:
    """Sentence and audit banner."""
    st.markdown(sentence(view))
    audit.banner(view.report)


def draw_cards(view: ReportView) -> None:
    """The metric cards; a phone shows the first few, and the others on request."""
    with st.container(key="evaluate_cards"):
        metric_cards.cards(view.report, CARDS, always_shown=SHOWN_ON_A_PHONE)


def sentence(view: ReportView) -> str:
    """Accuracy beside the strongest baseline, as a sentence."""
    accuracy = metric_cards.metric_value(view.report, "accuracy")
    return (
        f"On **{accuracy.n:,} ratings it has never seen**, the model predicts **{percent(accuracy.value)}** exactly "
        f"right{metric_cards.beside_strongest(view.report, 'accuracy')}."
    )
