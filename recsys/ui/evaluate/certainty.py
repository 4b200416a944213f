"""Section: calibration of the probabilities, and errors by expected rating."""

from __future__ import annotations

import streamlit as st

from recsys.charts import evaluate_certainty as charts
from recsys.charts.layout import name as name_of
from recsys.evaluation import diagnostics
from recsys.evaluation.residuals import ERROR_SPREAD
from recsys.evaluation.slices import MEAN_ERROR
from recsys.evaluation.strongest import strongest
from recsys.glossary import metric
from recsys.metrics.probability import chance_calibration_error
from recsys.schema import star_name
from recsys.ui.common import metric_cards
from recsys.ui.common.metric_table import comparison, meanings
from recsys.ui.common.theme import look
from recsys.ui.evaluate import residual_errors
from recsys.ui.evaluate.view import ReportView

PROBABILITY_METRICS = ("calibration_error", "log_loss", "brier", "ranked_probability")
PREDICTED_STAR = "Predicted star"
EXPECTED_RATING_METRICS = ("rmse", "mae", "user_rmse", "user_mae")


def show(view: ReportView) -> None:
    """Draw the section."""
    left, right = st.columns(2, gap="medium")
    with left:
        _reliability(view)
    with right:
        _errors(view)
    residual_errors.show(view)
    baselines = view.report.baselines
    with_probabilities = [name for name, predictions in baselines.items() if predictions.probabilities is not None]
    st.subheader("Metrics of the probabilities", anchor=False)
    comparison(view.report, PROBABILITY_METRICS, with_probabilities, "Metrics of the probabilities")
    st.subheader("Metrics of the expected rating", anchor=False)
    comparison(view.report, EXPECTED_RATING_METRICS, list(baselines), "Metrics of the expected rating")
    if sets := metric_cards.sets_sentence(view.report):
        st.markdown(sets)
    meanings((*PROBABILITY_METRICS, *EXPECTED_RATING_METRICS, MEAN_ERROR, ERROR_SPREAD, "set_coverage", "set_size"))


def _reliability(view: ReportView) -> None:
    st.subheader("Calibration", anchor=False)
    stars = {f"{star_name(star)} ★": star for star in view.stars}
    option = st.pills(
        "Probability of",
        (PREDICTED_STAR, *stars),
        default=PREDICTED_STAR,
        required=True,
        key="evaluate_reliability",
        wrap=True,
    )
    table = view.reliability(stars.get(str(option)))
    title = "probability of the predicted star" if option not in stars else f"probability of {option}"
    view.draw(
        "reliability",
        title,
        lambda: (charts.reliability(table, "This model", look()), charts.describe_reliability(table, title)),
    )
    st.caption(
        "When the model says 60%, it should be right 60% of the time: on the dotted line. Larger points have more "
        "ratings. Error bars: 95% intervals."
    )
    st.markdown(_calibration_sentence(view))


def _calibration_sentence(view: ReportView) -> str:
    """Calibration error of the predicted star beside what chance gives, and the signed gaps."""
    entry, report = metric("calibration_error"), view.report
    measured = metric_cards.metric_value(report, "calibration_error")
    confidence = report.predicted().require_probabilities().max(axis=1)
    gap = confidence.mean() - metric_cards.metric_value(report, "accuracy").value
    shares = diagnostics.star_shares(report)
    gaps = (shares["mean_probability"] - shares["actual"]).to_numpy()
    worst = int(abs(gaps).argmax())
    star, side = star_name(view.stars[worst]), "above" if gaps[worst] > 0 else "below"
    return (
        f"On average the probability of the predicted star is **{entry.write(measured.value)}** off (calibration "
        f"error, ECE; 95% interval {entry.write_interval(measured.low, measured.high)}). Chance alone gives about "
        f"{entry.write(chance_calibration_error(confidence))} for {measured.n:,} ratings. In sum the model is "
        f"{_points(gap)} points too {'confident' if gap > 0 else 'cautious'}. Of all stars, {star} ★ is furthest off: "
        f"its mean probability is {_points(gaps[worst])} points {side} its share."
    )


def _points(gap: float) -> str:
    """The size of a difference of shares, in percentage points."""
    return f"{100 * abs(gap):.1f}"


def _errors(view: ReportView) -> None:
    st.subheader("Error by expected rating", anchor=False)
    table = view.errors()
    worst = table[table["model"] == "model"].nlargest(1, "value").iloc[0]
    baseline_errors = table[(table["part"] == worst["part"]) & (table["model"] != "model")].set_index("model")["value"]
    strongest_name = strongest("mae", baseline_errors.to_dict())
    baseline_note = (
        f" (best baseline there, {name_of(strongest_name).lower()}: {baseline_errors[strongest_name]:.2f})"
        if strongest_name
        else ""
    )
    st.caption(
        f"Held-out ratings in ten equal groups by expected rating. The error is largest, {worst['value']:.2f} stars on "
        f"average, where the expected rating is about {worst['expected']:.1f}{baseline_note}."
    )
    view.draw("errors", "", lambda: (charts.errors(table, look()), charts.describe_errors(table)))
