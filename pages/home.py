"""Home: what you can do here, how good the model is, and the way to all else; on a first start the preparation."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.session_profile import Visitor
from recsys.ui.home import about, frieze, how_good, ways_in

st.set_page_config(layout="wide")
left, right = st.columns([5, 6], vertical_alignment="center", gap="large")
with left.container(key="home_question"):
    st.title("What shall we watch?", anchor=False)
prediction_card.unknown_parameters("home")
with right.container(key="home_answer"):
    st.markdown(
        "Rate a few movies and get a list worth watching, with reasons that name movies you know. "
        "No account, and your ratings stay in your browser."
    )
    actions = st.container()
recommender = model_or_preparation()
visitor = Visitor.of(recommender)
with actions:
    ways_in.buttons(visitor)
frieze.show(recommender)

contents, measured = st.columns([11, 7], gap="large")
with contents:
    ways_in.show(recommender, visitor)
if recommender.report:
    with measured:
        how_good.show(recommender.report, recommender.manifest)
ways_in.behind_the_screen()
with st.expander("Current model"):
    about.table(recommender)
