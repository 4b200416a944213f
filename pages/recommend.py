"""Recommendations: a top-N list for you or a user. `?user=196&genres=Comedy&n=20` links to a list."""

from __future__ import annotations

import streamlit as st

from recsys.schema import MOVIE
from recsys.ui.common import prediction_card, query_params, user_accuracy
from recsys.ui.common.links import link
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import plain
from recsys.ui.common.title_matcher import matcher
from recsys.ui.common.user_picker import usable, user_picker
from recsys.ui.common.version_rows import display_name
from recsys.ui.recommend import list_controls, lists, trade_offs, user_card, why_not

st.set_page_config(layout="wide")
st.title("Recommendations", anchor=False)
notice = st.empty()
with notice:
    prediction_card.unknown_parameters("recommend")
recommender = model_or_preparation()

picker = user_picker(recommender, "recommend")
picker.sync()
selection = picker.draw()
controls = list_controls.ListControls(recommender, matcher(recommender, recommender.version))
if problems := controls.sync():
    with notice:
        prediction_card.ignored_parameters([*prediction_card.unknown_problems("recommend"), *problems])
options = controls.options()
with st.sidebar:
    controls.draw()
    with st.expander("Fine-tune", icon=":material/tune:"):
        controls.draw_order()
        trade_offs.readout(recommender, options["ranker"], options["popularity"], options["diversity"])
if not usable(recommender, selection) or selection.value is None:
    st.stop()

user = SelectedUser.of(recommender, selection.value)
user_card.summary(user)
user_accuracy.line(user)
controls.draw_ranker()
st.caption(plain(controls.summary(options), 300))
explained = lists.top_list(user, options)
if user.visitor:
    user.visitor.note_listed(explained.top_n.table[MOVIE].tolist())
lists.show(user, explained, clear=controls.clear)
why_not.show(user, options, controls.apply)

with st.popover("Share", icon=":material/link:"):
    st.caption("A link to this list" if user.user_id else "Whoever opens it gets their own list")
    query = {"user": user.query, **query_params.to_query(options)}
    st.code(link("recommend", current_page="recommend", **query), language=None, wrap_lines=True)
st.caption(f"Model: {plain(display_name(recommender))}.")
