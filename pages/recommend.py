"""Recommend: one user, a list worth watching. `?user=196&genres=Comedy&n=20` is a link to a list."""

from __future__ import annotations

import streamlit as st

from recsys import validation
from recsys.ui import address, fit_card, lists, person_card, pickers, prices, verdict, wishing
from recsys.ui.links import link
from recsys.ui.preparation import model_or_preparation
from recsys.ui.text import plain

st.set_page_config(layout="wide")
st.title("What to watch", anchor=False)
verdict.unknown_parameters("recommend")
recommender = model_or_preparation()
version = recommender.version

users = pickers.user_labels(recommender, version)
picker = pickers.Picker("user", users, validation.user_problem, pickers.example(recommender)[0], "recommend")
picker.sync()
user = picker.draw()
controls = wishing.Controls(recommender, wishing.matcher(recommender, version))
damaged = controls.sync()
wish = controls.wish()
with st.sidebar:
    controls.draw_order()
    prices.readout(recommender, wish["ranker"], wish["popularity"], wish["diversity"])
    controls.draw()

if user.problem:
    verdict.refusal(user.problem, recommender.known_range["user_id"])
    st.stop()
if user.value is None:
    st.info("Choose a user to see a list for them.", icon=":material/arrow_upward:")
    st.stop()
if not recommender.has_user(user.value):
    verdict.unknown("user", user.value, recommender.known_range["user_id"])
    st.stop()

person = lists.Person.of(recommender, user.value)
person_card.summary(person)
fit_card.line(recommender, user.value)
verdict.ignored(damaged)
controls.draw_ranker()
st.caption(plain(controls.summary(wish), 300))
lists.show(person, lists.top_list(person, wish), clear=controls.clear)

with st.popover("Share", icon=":material/link:"):
    st.caption("A link to this list")
    query = {"user": user.value, **address.to_query(wish)}
    st.code(link("recommend", here="recommend", **query), language=None, wrap_lines=True)
st.caption(f"Model {plain(version)}.")
