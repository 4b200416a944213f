"""Recommend: a top-N list for one user. `?user=196&genres=Comedy&n=20` links to a list."""

from __future__ import annotations

import streamlit as st

from recsys import validation
from recsys.ui.common import pickers, prediction_card, query_params, user_accuracy
from recsys.ui.common.links import link
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.text import plain
from recsys.ui.common.title_matcher import matcher
from recsys.ui.recommend import list_controls, lists, trade_offs, user_card, why_not
from recsys.ui.recommend.list_user import ListUser

st.set_page_config(layout="wide")
st.title("What to watch", anchor=False)
notice = st.empty()
with notice:
    prediction_card.unknown_parameters("recommend")
recommender = model_or_preparation()
version = recommender.version

users = pickers.user_labels(recommender, version)
picker = pickers.Picker("user", users, validation.user_problem, pickers.example(recommender)[0], "recommend")
picker.sync()
user = picker.draw()
controls = list_controls.ListControls(recommender, matcher(recommender, version))
if problems := controls.sync():
    with notice:
        prediction_card.ignored_parameters([*prediction_card.unknown_problems("recommend"), *problems])
options = controls.options()
with st.sidebar:
    controls.draw_order()
    trade_offs.readout(recommender, options["ranker"], options["popularity"], options["diversity"])
    controls.draw()

if user.problem:
    prediction_card.invalid_id(user.problem, recommender.known_range["user_id"])
    st.stop()
if user.value is None:
    st.info("Choose a user to see a list for them.", icon=":material/arrow_upward:")
    st.stop()
if not recommender.has_user(user.value):
    prediction_card.unknown_id("user", user.value, recommender.known_range["user_id"])
    st.stop()

list_user = ListUser.of(recommender, user.value)
user_card.summary(list_user)
user_accuracy.line(recommender, user.value)
controls.draw_ranker()
st.caption(plain(controls.summary(options), 300))
lists.show(list_user, lists.top_list(list_user, options), clear=controls.clear)
why_not.show(list_user, options, controls.apply)

with st.popover("Share", icon=":material/link:"):
    st.caption("A link to this list")
    query = {"user": user.value, **query_params.to_query(options)}
    st.code(link("recommend", current_page="recommend", **query), language=None, wrap_lines=True)
st.caption(f"Model {plain(version)}.")
