"""The visitor's profile as a file to keep."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common.session_profile import Visitor
from recsys.visitor.profile_file import to_bytes


def button(visitor: Visitor) -> None:
    """A button that downloads the profile, which is written on demand: by then there is no session to ask."""
    profile, stars = visitor.profile, visitor.recommender.stars
    st.download_button(
        "Download my profile",
        lambda: to_bytes(profile, stars),
        "my-movie-ratings.json",
        "application/json",
        key="profile_download",
        on_click="ignore",
        icon=":material/download:",
        help="A file with your ratings, to load another time or on another device.",
    )
