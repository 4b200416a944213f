"""What a visitor sees when a page fails unexpectedly."""

from __future__ import annotations

import logging

import streamlit as st

log = logging.getLogger(__name__)


def show(error: Exception) -> bool:
    """Show a sentence instead of a traceback, whatever the host's settings; the traceback goes to the log."""
    log.error("A page failed", exc_info=error)
    st.error(
        "Reload the page. If it happens again, please report what you did just before. The details are in the server's "
        "log.",
        title="Something went wrong",
        icon=":material/error:",
    )
    return True
