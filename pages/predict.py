"""Predict: the expected rating of one user and one movie. `?user=196&movie=50` links to a prediction."""

from __future__ import annotations

import streamlit as st

from recsys import validation
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.ui.common import explanation, metric_cards, pickers, prediction_card, user_accuracy
from recsys.ui.common.links import link
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.text import plain

st.title("Predict a rating", anchor=False)
prediction_card.unknown_parameters("predict")
recommender = model_or_preparation()
version = recommender.version

movies = pickers.movie_labels(recommender, version)
users = pickers.user_labels(recommender, version)
example_user, example_movie = pickers.example(recommender)
movie_picker = pickers.Picker("movie", movies, validation.movie_problem, example_movie)
user_picker = pickers.Picker("user", users, validation.user_problem, example_user)
for picker in (movie_picker, user_picker):
    picker.sync()
st.caption(
    ("" if {"user", "movie"} & set(st.query_params) else "A worked example to begin with. ")
    + "Choose any movie and any user: the address follows, to keep and to share."
)
movie, user = movie_picker.draw(), user_picker.draw()

id_ranges = recommender.known_range
ids_are_known = True
for kind, selection, is_in_data in (("movie", movie, recommender.has_movie), ("user", user, recommender.has_user)):
    if selection.problem:
        prediction_card.invalid_id(selection.problem, id_ranges[f"{kind}_id"])
    elif selection.value is None:
        st.info(f"Choose a {kind} to see a prediction.", icon=":material/arrow_upward:")
    elif not is_in_data(selection.value):
        prediction_card.unknown_id(kind, selection.value, id_ranges[f"{kind}_id"])
    else:
        continue
    ids_are_known = False
if not ids_are_known or user.value is None or movie.value is None:
    st.stop()

leave_one_out = LeaveOneOut.of_user(recommender, user.value, movie.value)
prediction = prediction_card.Prediction.of(recommender, user.value, leave_one_out)
prediction_card.card(prediction, movies[movie.value])
prediction_card.comparison_cards(prediction)
explanation.section(recommender, recommender.explain(**leave_one_out.user, movie_id=movie.value))
user_accuracy.line(recommender, user.value)

st.page_link(
    "pages/recommend.py",
    label="What else to watch",
    icon=":material/movie:",
    query_params={"user": str(user.value)},
)
with st.popover("Share", icon=":material/link:"):
    st.caption("A link to this prediction")
    st.code(link("predict", current_page="predict", user=user.value, movie=movie.value), language=None, wrap_lines=True)
st.caption(f"Model {plain(version)}. {metric_cards.accuracy_sentence(recommender)}")
