"""Ratings of few stars, in the section Per star: how many are foreseen, and what their probability is worth."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from recsys.charts import evaluate_certainty, evaluate_thresholds
from recsys.charts.layout import name as name_of
from recsys.evaluation.dislikes import Dislikes, disliked_stars
from recsys.glossary import metric
from recsys.schema import star_name
from recsys.ui.common.text import percent
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import ReportView


def show(view: ReportView) -> None:
    """Sentences, and the precision-recall and the calibration curve of the probability of a dislike."""
    dislikes = view.dislikes()
    if dislikes is None:
        return
    title = f"Ratings of {star_name(dislikes.highest)} ★ or less"
    st.subheader(title, anchor=False)
    st.markdown(missed_sentence(view.stars, dislikes))
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Precision-recall curve**", help=metric("average_precision").help)
        view.draw("dislike_precision", "", lambda: _precision_recall(view, dislikes, title))
        st.caption(precision_sentence(dislikes))
    with right:
        st.markdown("**Calibration**", help=metric("calibration_error").help)
        view.draw("dislike_reliability", "", lambda: _reliability(view, title))
        st.caption(calibration_sentence(dislikes))


def missed_sentence(stars: tuple[float, ...], dislikes: Dislikes) -> str:
    """How many dislikes are predicted to be better, and for how many users no lowest star is foreseen."""
    above = next(star for star in stars if star > dislikes.highest)
    return (
        f"Dislikes are hard to foresee: **{percent(dislikes.missed)}** of {dislikes.ratings:,} held-out ratings of "
        f"{star_name(dislikes.highest)} ★ or less were predicted as {star_name(above)} ★ or more. For "
        f"{percent(dislikes.users_missed)} of {dislikes.users:,} users with a held-out {star_name(stars[0])} ★, none "
        "of them was predicted right. The probability of a dislike says more than the predicted star:"
    )


def precision_sentence(dislikes: Dislikes) -> str:
    """The area under the curve beside chance and the best baseline."""
    entry = metric("average_precision")
    baseline = (
        f"; best baseline, {name_of(dislikes.baseline).lower()}: {entry.write(dislikes.baseline_precision)}"
        if dislikes.baseline
        else ""
    )
    return (
        f"{entry.label} {entry.write(dislikes.average_precision)} (95% interval "
        f"{entry.write_interval(dislikes.low, dislikes.high)}; chance: {entry.write(dislikes.share)}{baseline})."
    )


def calibration_sentence(dislikes: Dislikes) -> str:
    """The calibration error beside what chance alone gives."""
    entry = metric("calibration_error")
    return (
        f"{entry.label} {entry.write(dislikes.calibration_error)}; chance alone gives about "
        f"{entry.write(dislikes.chance_error)}."
    )


def _precision_recall(view: ReportView, dislikes: Dislikes, title: str) -> tuple[go.Figure, str]:
    points = view.dislike_points()
    figure = evaluate_thresholds.precision_recall(points, dislikes.highest, dislikes.share, look(), title)
    return figure, evaluate_thresholds.describe(
        points, dislikes.highest, "Precision-recall curve", "recall", "precision", f"{title.lower()} against all others"
    )


def _reliability(view: ReportView, title: str) -> tuple[go.Figure, str]:
    table = view.reliability(disliked_stars(view.stars))
    return (
        evaluate_certainty.reliability(table, "This model", look()),
        evaluate_certainty.describe_reliability(table, f"probability of {title.lower()}"),
    )
