"""Rate: a newcomer rates a few movies, and the list updates at once. The ratings stay in the session."""

from __future__ import annotations

import streamlit as st

from recsys.schema import MOVIE
from recsys.ui.common import prediction_card, profile_download
from recsys.ui.common.hidden_heading import hidden_heading
from recsys.ui.common.page_head import page_head
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import count_text, plain
from recsys.ui.rate import about_me, import_file, rating_card
from recsys.ui.recommend import lists

LIST_LENGTH = 10
ASK, SEARCH, LOAD = MODES = ("Suggest movies", "Search", import_file.MODE_LABEL)

st.set_page_config(layout="wide")
subtitle, head_controls = page_head("Rate")
prediction_card.unknown_parameters("rate")
recommender = model_or_preparation()
visitor = Visitor.of(recommender)
profile = visitor.profile
user = SelectedUser.of_visitor(visitor)
explained = lists.top_list(user, {"n": LIST_LENGTH}) if profile.ratings else None
if explained is not None:
    visitor.note_listed(explained.top_n.table[MOVIE].tolist())
subtitle.caption("Rate movies you have seen, and your list updates with every star. Your ratings stay in your browser.")
if message := st.session_state.pop(import_file.MESSAGE, ""):
    st.toast(plain(message), icon=":material/check:")

with head_controls:
    about_me.demographics(visitor)
    if profile.ratings:
        profile_download.button(visitor)
mode = st.radio("Ways to rate", MODES, horizontal=True, key=import_file.MODE, label_visibility="collapsed")
if mode == LOAD:
    import_file.show(visitor, ASK)
    st.stop()

left, right = st.columns([1, 2], gap="medium")
with left:
    hidden_heading("Movie to rate")
    asked = rating_card.ask(visitor) if mode == ASK else None
    if mode == SEARCH:
        rating_card.search(visitor)
    rating_card.reveal(visitor)
    rating_card.accuracy(visitor)
    if profile.ratings:
        st.page_link("pages/my_movies.py", label="See and change your ratings", icon=":material/list:")

with right:
    if explained is not None:
        st.header("Your list", anchor=False)
        lists.headline(explained, f"From {count_text(len(profile.ratings), 'rating')}.")
        lists.show(user, explained, key="rate_list", columns=2)
    else:
        st.info(
            "Ten movies, best first, with reasons. They change with every star you give.",
            title="Your list appears here with your first rating",
            icon=":material/movie:",
        )
        st.header("Popular movies", anchor=False)
        lists.well_known(user, LIST_LENGTH, columns=2, asked=asked)
