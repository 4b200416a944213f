"""Values that the page sets in its own widgets, and what the browser still shows of them.

When somebody acts while the page is being drawn, the run is broken off and the next one carries what the browser
shows. For a widget that a callback has just set, and that was not drawn since, that is the value before: Streamlit
takes it for a choice of the visitor. So a value set here is pending until its widget is drawn; a callback first calls
`restore`, which tells the older value from a choice.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

_PENDING = "pending_values"


def set_value(key: str, value: Any) -> None:
    """Set a widget's value, for its next drawing."""
    pending = st.session_state.setdefault(_PENDING, {})
    _, browser_value = pending.get(key, (None, st.session_state.get(key)))
    pending[key] = (value, browser_value)
    st.session_state[key] = value


def drawn(*keys: str) -> None:
    """Say that the browser shows these widgets as they are now; call it after drawing them."""
    pending = st.session_state.get(_PENDING, {})
    for key in keys:
        pending.pop(key, None)


def restore(*keys: str) -> bool:
    """Put back what was set and not drawn yet, where the browser sent the value from before; says if it did so.

    Anything else that it sent is the visitor's choice, and stays.
    """
    pending = st.session_state.get(_PENDING, {})
    stale = [key for key in keys if key in pending and st.session_state.get(key) == pending[key][1]]
    for key in stale:
        st.session_state[key] = pending[key][0]
    return bool(stale)
