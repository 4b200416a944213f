"""How it works: the model as a diagram, part by part, with one example, and what leaks do. `?user=196&movie=242`."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.text import plain
from recsys.ui.common.version_rows import display_name
from recsys.ui.how_it_works import diagram, example_view, leaks
from recsys.ui.how_it_works.model_facts import ModelFacts

st.set_page_config(layout="wide")
st.title("How it works", anchor=False)
prediction_card.unknown_parameters("how_it_works")
recommender = model_or_preparation()
facts = ModelFacts.of(recommender)

st.markdown("From ratings to stars and lists. The figures of the parts are those of the current model.")
diagram.draw(facts)

with st.container(key="how_parts"):
    st.header("Part by part", anchor=False)
    diagram.part_by_part(facts)

with st.container(key="how_example"):
    st.header("One example", anchor=False)
    st.markdown("Pick a user and a movie, and follow their numbers through the model. The link updates.")
    example_view.show(recommender)

with st.container(key="how_leaks"):
    st.header("Leak laboratory", anchor=False)
    st.markdown(
        "A leak is information in training or testing that the model does not have when you use it. The figures get "
        "better, the model does not. Here are three mistakes, switched on one at a time. **Honest** is the same model "
        "without the mistake. **In use** is the model with the mistake when it has to predict a new rating."
    )
    leaks.draw(recommender)
    st.page_link(
        "pages/evaluate.py",
        label="See how the current model is checked for leaks",
        icon=":material/verified_user:",
        query_params={"section": "Leakage"},
    )
st.caption(f"Model: {plain(display_name(recommender))}.")
