"""Top of Evaluate: accuracy in a sentence, the audit banner, the metric cards."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import metric_cards
from recsys.ui.common.text import percent
from recsys.ui.evaluate import audit
from recsys.ui.evaluate.view import ReportView

CARDS = ("accuracy", "weighted_kappa", "rmse", "mae", "log_loss", "ndcg@10")


def show(view: ReportView) -> None:
    """Sentence, audit banner and cards."""
    st.markdown(sentence(view))
    audit.banner(view.report)
    metric_cards.cards(view.report, CARDS)


def sentence(view: ReportView) -> str:
    """Accuracy beside the strongest baseline, as a sentence."""
    accuracy = metric_cards.metric_value(view.report, "accuracy")
    return (
        f"On **{accuracy.n:,} ratings it has never seen**, the model predicts **{percent(accuracy.value)}** exactly "
        f"right{metric_cards.beside_strongest(view.report, 'accuracy')}."
    )
