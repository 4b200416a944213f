"""The first words of Evaluate: how good in a sentence, then the headline cards."""

from __future__ import annotations

import streamlit as st

from recsys.ui import figures
from recsys.ui.evaluate import audit
from recsys.ui.evaluate.view import View

CARDS = ("accuracy", "weighted_kappa", "rmse", "mae", "log_loss", "ndcg@10")


def show(view: View) -> None:
    """Sentence, audit and cards."""
    st.markdown(sentence(view))
    audit.banner(view.report)
    figures.cards(view.report, CARDS)


def sentence(view: View) -> str:
    """What was measured, and the answer for somebody in a hurry."""
    right, guess = (figures.figure(view.report, "accuracy", model) for model in ("model", "majority"))
    near = figures.figure(view.report, "within_one")
    return (
        f"Of **{right.n:,} ratings that it had never seen**, the model decides **{round(100 * right.value)} in 100** "
        f"exactly right, and {round(100 * near.value)} in 100 at most one star off. Always guessing the commonest star "
        f"is right {round(100 * guess.value)} times in 100."
    )
