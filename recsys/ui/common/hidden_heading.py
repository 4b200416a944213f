"""A heading that only screen readers read: it names a part of the page whose look says what it is."""

from __future__ import annotations

from html import escape

import streamlit as st


def hidden_heading(name: str) -> None:
    """Put a heading of the second level before a part of the page; those below it are of the third."""
    st.html(f'<h2 class="hidden-heading">{escape(name)}</h2>')
