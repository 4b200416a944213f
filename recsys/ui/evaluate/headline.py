"""The first words of Evaluate: how good in a sentence, then the headline cards."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import metric_cards
from recsys.ui.common.text import percent
from recsys.ui.evaluate import audit
from recsys.ui.evaluate.view import View

CARDS = ("accuracy", "weighted_kappa", "rmse", "mae", "log_loss", "ndcg@10")


def show(view: View) -> None:
    """Sentence, audit and cards."""
    st.markdown(sentence(view))
    audit.banner(view.report)
    metric_cards.cards(view.report, CARDS)


def sentence(view: View) -> str:
    """What was measured, and the answer for somebody in a hurry."""
    right, near = (metric_cards.figure(view.report, name) for name in ("accuracy", "within_one"))
    exact, close = (metric_cards.beside_strongest(view.report, name) for name in ("accuracy", "within_one"))
    return (
        f"Of **{right.n:,} ratings that it had never seen**, the model predicts **{percent(right.value)}** exactly "
        f"right{exact}, and **{percent(near.value)}** at most one star off{close}."
    )
