"""Section: calibration of the probabilities, and errors by expected rating."""

from __future__ import annotations

import streamlit as st

from recsys.charts import evaluate_certainty as charts
from recsys.charts.layout import name as name_of
from recsys.evaluation.strongest import strongest
from recsys.glossary import metric
from recsys.schema import star_name
from recsys.ui.common import metric_cards
from recsys.ui.common.figure import draw
from recsys.ui.common.metric_table import comparison, meanings
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import ReportView

PROBABILITY_METRICS = ("calibration_error", "log_loss", "brier", "ranked_probability")
EXPECTED_RATING_METRICS = ("rmse", "mae", "user_rmse", "user_mae")


def show(view: ReportView) -> None:
    """Draw the section."""
    left, right = st.columns(2, gap="medium")
    with left:
        _reliability(view)
    with right:
        _errors(view)
    st.subheader("In numbers", anchor=False)
    comparison(
        view.report,
        (*PROBABILITY_METRICS, *EXPECTED_RATING_METRICS),
        view.models[1:],
        "Metrics of probabilities and of the expected rating",
    )
    st.caption("Damped bias says no probabilities, so that it has no number for them.")
    if sets := metric_cards.sets_sentence(view.report):
        st.markdown(sets)
    meanings((*PROBABILITY_METRICS, *EXPECTED_RATING_METRICS, "set_coverage", "set_size"))


def _reliability(view: ReportView) -> None:
    st.subheader("Does it keep its word?", anchor=False)
    stars = {f"{star_name(star)} ★": star for star in view.stars}
    option = st.pills(
        "Probability of",
        ("Decided star", *stars),
        default="Decided star",
        required=True,
        key="evaluate_reliability",
        wrap=True,
    )
    table = view.reliability(stars.get(str(option)))
    title = "probability of the decided star" if option not in stars else f"probability of {option}"
    draw(charts.reliability(table, "This model", look()), charts.describe_reliability(table, title), "reliability")
    st.caption(
        "Of what it says with 60%, about 60% should happen: points on the dotted line. Larger points rest on more "
        "ratings; whiskers are 95% intervals."
    )
    st.markdown(_calibration_sentence(view))


def _calibration_sentence(view: ReportView) -> str:
    """Calibration error of the predicted star beside that of the majority baseline, as a sentence."""
    entry = metric("calibration_error")
    measured, constant = (
        metric_cards.metric_value(view.report, "calibration_error", model) for model in ("model", "majority")
    )
    return (
        f"On average the decided star's probability is **{entry.write(measured.value)}** off (calibration error, "
        f"ECE; 95% interval {entry.write_interval(measured.low, measured.high)}, n {measured.n:,}). Saying the "
        f"same of everybody, the commonest star, is {entry.write(constant.value)} off, and knows nobody: "
        "log-loss tells the two apart."
    )


def _errors(view: ReportView) -> None:
    st.subheader("Where does it miss?", anchor=False)
    table = view.errors()
    worst = table[table["model"] == "model"].nlargest(1, "value").iloc[0]
    baseline_errors = table[(table["part"] == worst["part"]) & (table["model"] != "model")].set_index("model")["value"]
    strongest_name = strongest("mae", baseline_errors.to_dict())
    baseline_note = (
        f" ({name_of(strongest_name).lower()}, the strongest baseline there: {baseline_errors[strongest_name]:.2f})"
        if strongest_name
        else ""
    )
    st.caption(
        f"The held-out ratings in ten equal parts by what was expected of them. It misses most, by "
        f"{worst['value']:.2f} stars, where it expects about {worst['expected']:.1f}{baseline_note}."
    )
    draw(charts.errors(table, look()), charts.describe_errors(table), "errors")
