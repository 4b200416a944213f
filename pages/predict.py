"""Predict: the expected rating of one user and one movie. `?user=196&movie=50` links to a prediction."""

from __future__ import annotations

import streamlit as st

from recsys import validation
from recsys.ui.common import explanation, metric_cards, movie_actions, pickers, prediction_card, user_accuracy
from recsys.ui.common.links import link
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import plain
from recsys.ui.common.user_picker import usable, user_picker
from recsys.ui.common.version_rows import display_name

st.title("Predict", anchor=False)
prediction_card.unknown_parameters("predict")
recommender = model_or_preparation()
version = recommender.version

users = user_picker(recommender, "predict")
users.sync()
movies = pickers.movie_labels(recommender, version)
example = SelectedUser.of(recommender, users.example)
movie_picker = pickers.Picker(
    "movie", movies, validation.movie_problem, pickers.example_movie(recommender, example.ratings), "predict"
)
movie_picker.sync()
st.caption("Pick a movie and a user. The link updates, so you can share it.")
movie, selection = movie_picker.draw(), users.draw()

movie_range = recommender.known_range["movie_id"]
has_movie = movie.value is not None and recommender.has_movie(movie.value)
if movie.problem:
    prediction_card.invalid_id(movie.problem, movie_range)
elif movie.value is None:
    st.info("Pick a movie.", icon=":material/arrow_upward:")
elif not has_movie:
    prediction_card.unknown_id("movie", movie.value, movie_range)
if not usable(recommender, selection) or not has_movie or selection.value is None or movie.value is None:
    st.stop()

user = SelectedUser.of(recommender, selection.value)
leave_one_out = user.leave_one_out(movie.value)
prediction = prediction_card.Prediction.of(user, leave_one_out)
prediction_card.card(prediction, movies[movie.value])
if user.visitor:
    movie_actions.buttons(user.visitor, movie.value, "predict")
prediction_card.comparison_cards(prediction)
reasons = recommender.explain(**leave_one_out.user, movie_id=movie.value)
explanation.section(recommender, leave_one_out.explained(reasons), user.wording)
user_accuracy.line(user)

st.page_link(
    "pages/recommend.py", label="What else to watch", icon=":material/movie:", query_params={"user": user.query}
)
with st.popover("Share", icon=":material/link:"):
    st.caption("A link to this prediction")
    st.code(link("predict", current_page="predict", user=user.query, movie=movie.value), language=None, wrap_lines=True)
st.caption(f"Model: {plain(display_name(recommender))}. {metric_cards.accuracy_sentence(recommender)}")
