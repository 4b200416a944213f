"""Together: one list for two to eight. `?people=you-196&by=mean` is a group, `?profile=...` brings a guest."""

from __future__ import annotations

import streamlit as st

from recsys.list_option_table import GROUP_SIZE
from recsys.ui.common import prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import plain
from recsys.ui.common.title_matcher import matcher
from recsys.ui.common.version_rows import display_name
from recsys.ui.recommend.list_controls import ListControls
from recsys.ui.together import group_list, member_chips, taste_figure
from recsys.ui.together.explained_group import explained_group
from recsys.ui.together.members import GroupMembers

st.set_page_config(layout="wide")
left, right = st.container(key="together_head").columns([5, 2], gap="large")
heading = left.empty()
heading.title("Together", anchor=False)
notice = left.empty()
with notice:
    prediction_card.unknown_parameters("together")
recommender = model_or_preparation()
version = recommender.version
group = GroupMembers(Visitor.of(recommender))
controls = ListControls(recommender, matcher(recommender, version))
if problems := [*group.sync(), *controls.sync()]:
    with notice:
        prediction_card.ignored_parameters([*prediction_card.unknown_problems("together"), *problems])

members = group.members()
heading.title(group_list.title(members), anchor=False)
with left:
    member_chips.draw(group, members)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        group.draw_combination(group_list.COMBINATION_LABELS)
        with st.popover("Filters", icon=":material/tune:"):
            controls.draw()
        with st.popover("Order", icon=":material/swap_vert:"):
            controls.draw_ranker()
            controls.draw_order()
        options = controls.options()
        group_list.share(group, options)
if len(members) < GROUP_SIZE[0]:
    group_list.empty(group, members)
    st.stop()

left.caption(group_list.COMBINATION_WORDS[group.combination], help=group_list.MATCH_HELP)
with left:
    controls.draw_summary(options)
explained = explained_group(recommender, members, options, group.combination)
if explained.match:
    with right:
        taste_figure.draw(explained.match, *members)
group_list.show(group.visitor, members, explained, group.combination, controls.clear)
st.caption(f"Model: {plain(display_name(recommender))}.")
