"""Rate: a newcomer rates a few movies, and the list updates at once. The ratings stay in the session."""

from __future__ import annotations

import streamlit as st

from recsys.schema import MOVIE
from recsys.ui.common import prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import plain
from recsys.ui.rate import import_file, my_ratings, rating_card
from recsys.ui.recommend import lists
from recsys.ui.recommend.list_user import ListUser

LIST_LENGTH = 10
ASK, SEARCH, LOAD = MODES = ("Ask me", "Search", "Load a file")

st.set_page_config(layout="wide")
st.title("Rate a few movies", anchor=False)
prediction_card.unknown_parameters("rate")
recommender = model_or_preparation()
visitor = Visitor.of(recommender)
profile = visitor.profile
list_user = ListUser.of(recommender, history=profile.history, profile=profile.who)
top_n = lists.top_list(list_user, {"n": LIST_LENGTH}) if profile.ratings else None
if top_n is not None:
    visitor.note_listed(top_n.table[MOVIE].tolist())
st.caption(
    "Give stars to movies you have seen: your list follows each of them. Your ratings stay in this browser session; "
    "nothing is stored or shared. Download them to keep them."
)
if message := st.session_state.pop(import_file.MESSAGE, ""):
    st.toast(plain(message), icon=":material/check:")

with st.container(horizontal=True, vertical_alignment="center"):
    mode = st.radio("Ways to rate", MODES, horizontal=True, key=import_file.MODE, label_visibility="collapsed")
    my_ratings.demographics(visitor)
    if profile.ratings:
        my_ratings.download_button(visitor)
if mode == LOAD:
    import_file.show(visitor, ASK)
    st.stop()

left, right = st.columns([1, 2], gap="medium")
with left:
    if mode == ASK:
        rating_card.ask(visitor)
    else:
        rating_card.search(visitor)
    rating_card.reveal(visitor)
    rating_card.prequential_error(visitor)

with right:
    if top_n is not None:
        st.header("Your list", anchor=False)
        count = len(profile.ratings)
        st.caption(f"From {'your one rating' if count == 1 else f'your {count:,} ratings'}.")
        lists.show(list_user, top_n, key="rate_list", columns=lists.ESSENTIAL)
    else:
        st.info(
            "Ten movies, best first, with reasons. They change with every star you give.",
            title="Your list appears here with your first rating",
            icon=":material/movie:",
        )
        st.caption("Until then: what most people have rated.")
        lists.well_known(recommender, LIST_LENGTH)
if profile.ratings:
    st.header("Your ratings", anchor=False)
    my_ratings.show(visitor)
