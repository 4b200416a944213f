"""Section: how well each star is predicted, how often each is actual and predicted."""

from __future__ import annotations

import streamlit as st

from recsys.charts import evaluate_stars
from recsys.evaluation import diagnostics
from recsys.glossary import metric
from recsys.ui.common.metric_table import comparison, meanings
from recsys.ui.common.theme import look
from recsys.ui.evaluate import dislikes, star_curves
from recsys.ui.evaluate.view import ReportView

PER_STAR = ("precision", "recall", "f1")
OVERALL = ("accuracy", "within_one", "weighted_kappa", "macro_f1", "weighted_f1", "macro_precision", "macro_recall")


def show(view: ReportView) -> None:
    """Draw the section."""
    st.subheader("Precision, recall and F1 of each star", anchor=False)
    st.caption("Bars: this model with 95% intervals. Diamonds: the baselines on the same ratings.")
    for column, name in zip(st.columns(len(PER_STAR)), PER_STAR, strict=True):
        with column:
            _per_star(view, name)
    star_curves.show(view)
    dislikes.show(view)
    st.subheader("Actual and predicted stars", anchor=False)
    table = diagnostics.star_shares(view.report)
    view.draw("shares", "", lambda: (evaluate_stars.shares(table, look()), evaluate_stars.describe_shares(table)))
    st.caption(
        "The most probable star is the prediction, so common stars are predicted too often. The mean probabilities "
        "show that the model knows how often each star is given."
    )
    comparison(view.report, OVERALL, view.models[1:], "Metrics of the predicted star, with the baselines")
    meanings((*PER_STAR, *star_curves.METRICS, *OVERALL))


def _per_star(view: ReportView, name: str) -> None:
    entry, rows = metric(name), view.per_star(name)
    st.markdown(f"**{entry.label}**", help=entry.help)
    view.draw(
        f"per_star_{name}",
        "",
        lambda: (
            evaluate_stars.by_star(rows, view.models, look()),
            evaluate_stars.describe_by_star(entry.label, rows, view.models),
        ),
    )
