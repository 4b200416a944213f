"""Home: what you can do here, how good the model is, and the way to all else; on a first start the preparation."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import metric_cards, prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.session_profile import Visitor
from recsys.ui.home import about, ways_in

st.title("What shall we watch?", anchor=False)
prediction_card.unknown_parameters("home")
st.markdown(
    "Rate a few movies and get a list worth watching, with reasons that name movies you know. "
    "No account, and your ratings stay in your browser."
)
recommender = model_or_preparation()
ways_in.show(Visitor.of(recommender))

report = recommender.report
if report and metric_cards.metric_value(report, "accuracy").n:
    st.header("How good is it?", anchor=False)
    st.markdown(
        f"Measured on **{metric_cards.metric_value(report, 'accuracy').n:,} held-out ratings**, which the model had "
        "never seen. Beside each figure: what simple baselines achieve on the same ratings."
    )
    metric_cards.cards(report)
    if sets := metric_cards.sets_sentence(report):
        st.markdown(sets)
    st.page_link(
        "pages/evaluate.py", label="How it was measured, and for whom it is worse", icon=":material/monitoring:"
    )

st.header("Behind the screen", anchor=False)
ways_in.behind_the_screen()
st.subheader("Current model", anchor=False)
about.table(recommender)
