"""Predict: one user, one movie; the stars and how sure. `?user=196&movie=242` is a link to a prediction."""

from __future__ import annotations

import streamlit as st

from recsys import validation
from recsys.ui import figures, pickers, verdict
from recsys.ui.loading import get_loaded
from recsys.ui.preparation import wait_for_model
from recsys.ui.text import plain

EXAMPLE_USER, EXAMPLE_MOVIE = 196, 242

st.title("Predict a rating", anchor=False)
recommender = wait_for_model()
if warning := get_loaded().warning:
    st.warning(plain(warning, 600), icon=":material/warning:")

movies = pickers.movie_labels(recommender, recommender.version)
users = pickers.user_labels(recommender, recommender.version)
busiest = recommender.movies.sort_values("count", ascending=False)["movie_id"]
an_example = recommender.has_user(EXAMPLE_USER) and recommender.has_movie(EXAMPLE_MOVIE)
movie_picker = pickers.Picker(
    "movie", "Movie", movies, validation.movie_problem, EXAMPLE_MOVIE if an_example else int(busiest.iloc[0])
)
user_picker = pickers.Picker(
    "user",
    "User",
    users,
    validation.user_problem,
    EXAMPLE_USER if an_example else int(recommender.user_ids[0]),
)
for picker in (movie_picker, user_picker):
    picker.sync()
if not st.query_params:
    st.caption(
        "A worked example to begin with. Choose any movie and any user: the address follows, for you to share."
    )

left, right = st.columns(2, gap="medium")
with left:
    movie = movie_picker.draw()
with right:
    user = user_picker.draw()

known = recommender.known_range
answerable = True
for kind, choice, has in (("movie", movie, recommender.has_movie), ("user", user, recommender.has_user)):
    if choice.problem:
        verdict.refusal(choice.problem)
    elif choice.value is None:
        st.info(f"Choose a {kind} to see a prediction.", icon=":material/arrow_upward:")
    elif not has(choice.value):
        verdict.unknown(kind, choice.value, known[f"{kind}_id"])
    else:
        continue
    answerable = False
if not answerable:
    st.stop()

prediction = verdict.Prediction.of(recommender, user.value, movie.value)
user_label = users.get(user.value) or pickers.user_label(recommender, user.value)
verdict.card(prediction, movies[movie.value], user_label)
verdict.beside(prediction)

base = (st.context.url or "").rstrip("/")
with st.popover("Share", icon=":material/link:"):
    st.caption("A link to this prediction")
    st.code(f"{base}/predict?user={user.value}&movie={movie.value}", language=None)
st.caption(f"Model {plain(recommender.version)}. {figures.accuracy_sentence(recommender.report)}")
