"""The head of a page: its title with a line below it, and controls at the right where there is room."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def page_head(title: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Draw the title; return a place for the line below it, and a container for controls."""
    head = st.container(
        horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", gap="medium", key="page_head"
    )
    with head.container(width="content", gap=None):
        st.title(title, anchor=False)
        line = st.empty()
    return line, head.container(horizontal=True, width="content", gap="small", key="page_controls")
