"""Taste portrait: what a user likes beside everyone else, as a picture to share. `?user=196` or `?user=you`."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import plain
from recsys.ui.common.user_picker import usable, user_picker
from recsys.ui.common.version_rows import display_name
from recsys.ui.portrait import view

st.set_page_config(layout="wide")
st.title("Taste portrait", anchor=False)
prediction_card.unknown_parameters("portrait")
recommender = model_or_preparation()
st.caption(
    "What you choose and how you rate, beside everyone else: a picture to keep or to share. "
    "It is made from the ratings alone, here and now. Nobody else sees yours."
)

picker = user_picker(recommender, "portrait")
picker.sync()
selection = picker.draw()
if not usable(recommender, selection) or selection.value is None:
    st.stop()

view.show(SelectedUser.of(recommender, selection.value))
st.caption(f"Ratings of the model {plain(display_name(recommender))}.")
