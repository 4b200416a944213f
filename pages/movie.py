"""Look up: one movie, what a user would give it and why, and how people rated it. `?movie=242&user=196` is a link."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import metric_cards, prediction_card, undo
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean, plain
from recsys.ui.common.version_rows import display_name
from recsys.ui.movie import (
    audience,
    band,
    likely_stars,
    movie_user,
    page_top,
    reasons,
    similar,
    title_search,
    view,
)

st.set_page_config(layout="wide")
prediction_card.unknown_parameters("movie")
recommender = model_or_preparation()
visitor = Visitor.of(recommender)
movie = title_search.movie_in_url()
has_movie = movie.value is not None and recommender.has_movie(movie.value)
if not has_movie:
    st.title("Look up", anchor=False)
with st.container(horizontal=True, key="movie_look_up"):
    title_search.search(recommender, "Look up another movie" if has_movie else "Type a title")
    selection = movie_user.choose(recommender)
if movie.value is None or not has_movie:
    title_search.show_problem(recommender, movie)
    title_search.start(recommender)
    st.stop()

movie_id = movie.value
st.query_params[title_search.PARAMETER] = str(movie_id)  # a link from this page to itself leaves the address as it was
user = movie_user.user_of(recommender, selection)
user_view = view.user_view(user, movie_id) if user else None
row = view.movie_row(recommender, movie_id)
st.set_page_config(page_title=f"{clean(row['display'])} · Movie recommender")
band.draw(visitor, movie_id, user, user_view)
page_top.draw(movie_id)

if user and user_view:
    if user.visitor:
        visitor.note_listed([movie_id, *user_view.expected_of_similar])
    left, right = st.columns([3, 2], gap="large")
    with left.container(key="movie_section_reasons"):
        reasons.draw(user, user_view)
    with right.container(key="movie_section_likely"):
        likely_stars.draw(user, user_view)
else:
    movie_user.invite(visitor)

statistics = view.statistics(recommender, movie_id)
with st.container(key="movie_section_audience"):
    st.header("How people rated it", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        audience.draw_stars(statistics)
    over_time = right.container()
if len(statistics.groups):
    with st.container(key="movie_section_groups"):
        st.header("Who likes it most", anchor=False)
        audience.draw_groups(statistics)
with st.container(key="movie_section_similar"):
    similar.draw(recommender, movie_id, user, user_view)

if user:
    st.page_link(
        "pages/predict.py",
        label="All probabilities and features",
        icon=":material/query_stats:",
        query_params={"user": user.query, "movie": str(movie_id)},
    )
st.caption(f"Model: {plain(display_name(recommender))}. {metric_cards.accuracy_sentence(recommender)}")
undo.notice(visitor)
if (periods := view.periods(recommender, movie_id)) is not None and len(periods):  # last: the first time reads a file
    with over_time:
        audience.draw_periods(periods)
