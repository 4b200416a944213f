"""Section: do probabilities mean what they say, and where is the expected rating far off."""

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
from recsys.ui.evaluate.view import View

PROBABILITIES = ("calibration_error", "log_loss", "brier", "ranked_probability")
NUMBERS = ("rmse", "mae", "user_rmse", "user_mae")


def show(view: View) -> None:
    """The section."""
    left, right = st.columns(2, gap="medium")
    with left:
        _reliability(view)
    with right:
        _errors(view)
    st.subheader("In numbers", anchor=False)
    comparison(
        view.report, (*PROBABILITIES, *NUMBERS), view.models[1:], "Metrics of probabilities and of the expected rating"
    )
    st.caption("Damped bias says no probabilities, so that it has no number for them.")
    if sets := metric_cards.sets_sentence(view.report):
        st.markdown(sets)
    meanings((*PROBABILITIES, *NUMBERS, "set_coverage", "set_size"))


def _reliability(view: View) -> None:
    st.subheader("Does it keep its word?", anchor=False)
    stars = {f"{star_name(star)} ★": star for star in view.stars}
    what = st.pills(
        "Probability of",
        ("Decided star", *stars),
        default="Decided star",
        required=True,
        key="evaluate_reliability",
        wrap=True,
    )
    table = view.reliability(stars.get(str(what)))
    title = "probability of the decided star" if what not in stars else f"probability of {what}"
    draw(charts.reliability(table, "This model", look()), charts.describe_reliability(table, title), "reliability")
    st.caption(
        "Of what it says with 60 %, about 60 % should happen: points on the dotted line. Larger points rest on more "
        "ratings; whiskers are 95 % intervals."
    )
    st.markdown(_in_words(view))


def _in_words(view: View) -> str:
    """The calibration error of the decided star, beside what it must be compared with."""
    entry = metric("calibration_error")
    ours, guess = (metric_cards.figure(view.report, "calibration_error", model) for model in ("model", "majority"))
    return (
        f"On average the decided star's probability is **{entry.write(ours.value)}** off (calibration error, ECE; 95 % "
        f"interval {entry.write_interval(ours.low, ours.high)}, n {ours.n:,}). Saying the same of everybody, the "
        f"commonest star, is {entry.write(guess.value)} off, and knows nobody: log-loss tells the two apart."
    )


def _errors(view: View) -> None:
    st.subheader("Where does it miss?", anchor=False)
    table = view.errors()
    worst = table[table["model"] == "model"].nlargest(1, "value").iloc[0]
    others = table[(table["part"] == worst["part"]) & (table["model"] != "model")].set_index("model")["value"]
    best = strongest("mae", others.to_dict())
    beside = f" ({name_of(best).lower()}, the strongest baseline there: {others[best]:.2f})" if best else ""
    st.caption(
        f"The held-out ratings in ten equal parts by what was expected of them. It misses most, by "
        f"{worst['value']:.2f} stars, where it expects about {worst['expected']:.1f}{beside}."
    )
    draw(charts.errors(table, look()), charts.describe_errors(table), "errors")
