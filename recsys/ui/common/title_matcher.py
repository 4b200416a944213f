"""Title search over the catalogue, shared between sessions."""

from __future__ import annotations

import streamlit as st

from recsys.serving.recommender import Recommender
from recsys.visitor.matching import Matcher


@st.cache_resource(show_spinner=False, max_entries=2)
def matcher(_recommender: Recommender, version: str) -> Matcher:
    """The title matcher of a version, built once."""
    return Matcher.of(_recommender.catalogue, _recommender.titles)
