"""Recommendations: a top-N list for you or a user. `?user=196&genres=Comedy&n=20` links to a list."""

from __future__ import annotations

import streamlit as st

from recsys.schema import MOVIE
from recsys.ui.common import prediction_card, query_params, user_accuracy
from recsys.ui.common.links import link
from recsys.ui.common.page_head import page_head
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import count_text, plain
from recsys.ui.common.title_matcher import matcher
from recsys.ui.common.user_picker import for_whom, usable, user_picker
from recsys.ui.common.version_rows import display_name
from recsys.ui.recommend import lists, trade_offs, user_card, why_not
from recsys.ui.recommend.list_controls import RANKERS, ListControls

st.set_page_config(layout="wide")
subtitle, head_controls = page_head("Recommendations")
notice = st.empty()
with notice:
    prediction_card.unknown_parameters("recommend")
recommender = model_or_preparation()

picker = user_picker(recommender, "recommend")
picker.sync()
controls = ListControls(recommender, matcher(recommender, recommender.version))
if problems := controls.sync():
    with notice:
        prediction_card.ignored_parameters([*prediction_card.unknown_problems("recommend"), *problems])
options = controls.options()
with head_controls:
    with st.popover(for_whom(picker), key="options_user_popover"):
        selection = picker.draw()
    with st.popover(f"Rank {RANKERS[options['ranker']][0]}", key="options_ranker_popover"):
        controls.draw_ranker()
    with st.popover(controls.filters_label(options), icon=":material/tune:", key="options_filters_popover"):
        controls.draw()
        with st.expander("Fine-tune the order"):
            controls.draw_order()
            trade_offs.readout(recommender, options["ranker"], options["popularity"], options["diversity"])
if not usable(recommender, selection) or selection.value is None:
    st.stop()

user = SelectedUser.of(recommender, selection.value)
explained = lists.top_list(user, options)
if user.visitor:
    user.visitor.note_listed(explained.top_n.table[MOVIE].tolist())
with subtitle:
    count = count_text(int(user.ratings.counts.sum()), "rating")
    lists.headline(explained, f"For {'you' if user.visitor else f'user {user.user_id}'}, from {count}.")
if len(explained.top_n.table):
    controls.draw_summary(options)
lists.show(user, explained, clear=controls.clear, feature="Tonight’s feature" if user.visitor else "First choice")
why_not.show(user, options, controls.apply)

with st.popover("Share", icon=":material/link:"):
    st.caption("A link to this list" if user.user_id else "Whoever opens it gets their own list")
    query = {"user": user.query, **query_params.to_query(options)}
    st.code(link("recommend", current_page="recommend", **query), language=None, wrap_lines=True)
user_card.summary(user)
user_accuracy.line(user)
st.caption(f"Model: {plain(display_name(recommender))}.")
