"""My movies: what the visitor has rated, saved, seen and hidden, to change, download, share and forget."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import prediction_card, undo
from recsys.ui.common.page_head import page_head
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import plain
from recsys.ui.my_movies import profile_actions, sections
from recsys.ui.rate import import_file

st.set_page_config(layout="wide")
subtitle, head_controls = page_head("My movies")
prediction_card.unknown_parameters("my_movies")
visitor = Visitor.of(model_or_preparation())
subtitle.caption(
    "Everything you rated, saved, marked as seen or hid. It stays in your browser, and your recommendations use it: "
    "what you rated shapes them, and what you saw or hid never comes back."
)
if message := st.session_state.pop(import_file.MESSAGE, ""):
    st.toast(plain(message), icon=":material/check:")
undo.notice(visitor)

if any(sections.movies_of(visitor.profile, section) for section in sections.SECTIONS):
    profile_actions.show(visitor)
    sections.show(visitor)
else:
    sections.empty("No movies of yours yet. Rate a few you know, or load a file from Letterboxd or IMDb.")
