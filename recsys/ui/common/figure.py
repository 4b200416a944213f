"""Drawing a Plotly figure on a page."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st


def draw(figure: go.Figure, alt: str, key: str) -> None:
    """Draw a figure without toolbar, with its text alternative."""
    st.plotly_chart(figure, config={"displayModeBar": False}, alt=alt, key=themed(key))


def themed(key: str) -> str:
    """The key of a chart in the visitor's theme.

    The browser fills a figure's colours in once, when it first draws the chart. In another theme it is another chart;
    until the page runs again, `styles/charts.css` keeps its texts readable.
    """
    return f"{key}_{st.context.theme.type}"
