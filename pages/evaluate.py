"""Evaluate: metrics of the model, by whom and what, beside baselines and with intervals."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.text import plain
from recsys.ui.common.version_rows import display_name
from recsys.ui.evaluate import card, headline, sections
from recsys.ui.evaluate.view import ReportView

st.set_page_config(layout="wide")
st.title("Evaluate", anchor=False)
prediction_card.unknown_parameters("evaluate")
recommender = model_or_preparation()

if recommender.report is None:
    st.info(
        "This model has no evaluation report. Train a new one to measure it: `python -m recsys train`.",
        title="Not evaluated",
        icon=":material/help:",
    )
    st.stop()

view = ReportView(recommender, recommender.report)
headline.show(view)
sections.show(view)
card.draw_downloads(recommender)
st.caption(
    f"Model {plain(display_name(recommender))}. The metrics were measured on ratings it had not learned from. Only "
    "afterwards is the live model updated with all ratings."
)
