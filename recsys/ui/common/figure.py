"""Drawing a Plotly figure on a page."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st


def draw(figure: go.Figure, alt: str, key: str) -> None:
    """Draw a figure without toolbar, with its text alternative."""
    st.plotly_chart(figure, config={"displayModeBar": False}, alt=alt, key=key)
