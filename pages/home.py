"""Home: what the app does, the active model and its metrics; on a first start the preparation."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import metric_cards, prediction_card
from recsys.ui.common.links import link
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.home import about

st.title("What would they give it?", anchor=False)
prediction_card.unknown_parameters("home")
st.markdown(
    "This app predicts how many stars a MovieLens user would give a movie, and says how sure it is. "
    "Every figure stands beside the simplest guess that could have been made."
)

recommender = model_or_preparation()

with st.container(horizontal=True):
    if st.button("Predict a rating", type="primary", icon=":material/star:"):
        st.switch_page("pages/predict.py")
    if st.button("New here? Rate a few movies", icon=":material/thumbs_up_down:"):
        st.switch_page("pages/rate.py")
    if st.button("What to watch", icon=":material/movie:"):
        st.switch_page("pages/recommend.py")
    st.link_button("Ask from a script", link("api/openapi.json"), icon=":material/terminal:")

report = recommender.report
if report and metric_cards.metric_value(report, "accuracy").n:
    st.header("How good is it?", anchor=False)
    st.markdown(
        f"Measured on **{metric_cards.metric_value(report, 'accuracy').n:,} ratings held out** of the training, "
        "for the model and for two simple guesses alike."
    )
    metric_cards.cards(report)
    if sets := metric_cards.sets_sentence(report):
        st.markdown(sets)
    st.page_link("pages/evaluate.py", label="More about how good it is, and for whom", icon=":material/monitoring:")

st.header("What answers here", anchor=False)
about.table(recommender)
