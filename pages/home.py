"""Home: what this is, the active model and its figures, and on a first start the preparation."""

from __future__ import annotations

import streamlit as st

from recsys.ui import about, figures
from recsys.ui.loading import get_loaded
from recsys.ui.preparation import wait_for_model
from recsys.ui.text import plain

st.title("What would they give it?", anchor=False)
st.markdown(
    "This app predicts how many stars a MovieLens user would give a movie, and says how sure it is. "
    "Every figure stands beside the simplest guess that could have been made."
)

recommender = wait_for_model()
if warning := get_loaded().warning:
    st.warning(plain(warning, 600), icon=":material/warning:")

with st.container(horizontal=True, gap="medium"):
    st.page_link("pages/predict.py", label="Predict a rating", icon=":material/star:")
    st.page_link(
        "pages/predict.py",
        label="A worked example",
        icon=":material/play_circle:",
        query_params={"user": "196", "movie": "242"},
    )

report = recommender.report
if report and figures.figure(report, "accuracy").n:
    st.header("How good is it?", anchor=False)
    st.caption(
        f"Measured on {figures.figure(report, 'accuracy').n:,} held-out ratings that the training never saw, "
        "for the model and for the simplest guesses alike."
    )
    figures.cards(report)

st.header("What answers here", anchor=False)
about.table(recommender)
