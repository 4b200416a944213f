"""Values that a page sets in its own widgets, and the older values that the browser still shows.

When a visitor acts while the page is being drawn, Streamlit breaks the run off, and the next run carries what the
browser shows. For a widget that a callback has just set and that was not drawn since, that is the old value, which
Streamlit takes for a new input. So a value set here is pending until its widget is drawn; a callback first calls
`restore`, which tells the old value from a new input.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

_PENDING = "pending_values"


def set_value(key: str, value: Any) -> None:
    """Set a widget's value for its next drawing."""
    pending = st.session_state.setdefault(_PENDING, {})
    _, browser_value = pending.get(key, (None, st.session_state.get(key)))
    pending[key] = (value, browser_value)
    st.session_state[key] = value


def resend(*keys: str) -> None:
    """Send these widgets' values along when they are drawn next.

    Streamlit sends a value that was set by a page only once. A browser that draws the widget anew would fall back to
    its default, and report that as the visitor's input with the next action.
    """
    for key in keys:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def mark_drawn(*keys: str) -> None:
    """Mark these widgets as drawn: the browser now shows their values."""
    pending = st.session_state.get(_PENDING, {})
    for key in keys:
        pending.pop(key, None)


def restore(*keys: str) -> bool:
    """Restore pending values where the browser sent the old one; return whether any was restored.

    Any other value that the browser sent is the visitor's input, and stays.
    """
    pending = st.session_state.get(_PENDING, {})
    stale = [key for key in keys if key in pending and st.session_state.get(key) == pending[key][1]]
    for key in stale:
        st.session_state[key] = pending[key][0]
    return bool(stale)
