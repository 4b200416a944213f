"""A list of versions by name for `?version=...`: the URL has the id, which stays valid when names change overnight."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.ui.common.version_rows import Row

VERSION = "version"  # the selected version: session key and URL parameter
_SEEN = "version_seen"  # session key: the URL's value when it was last read


def select(label: str, rows: Sequence[Row]) -> str:
    """Draw the list, and return the selected version: by the URL when it changes, at first the active one."""
    state, raw, name_by_version = st.session_state, _parameter(), {row["version"]: row["name"] for row in rows}
    if raw in name_by_version and (raw != state.get(_SEEN) or VERSION not in state):
        state[VERSION] = raw
    elif state.get(VERSION) not in name_by_version:
        state[VERSION] = next((row["version"] for row in rows if row["active"]), rows[0]["version"])
    state[_SEEN] = raw
    return str(
        st.selectbox(
            label, list(name_by_version), format_func=name_by_version.__getitem__, key=VERSION, on_change=_write
        )
    )


def clear() -> None:
    """Select the active version again, as after the selected one was deleted."""
    st.session_state.pop(VERSION, None)
    st.query_params.pop(VERSION, None)


def _write() -> None:
    st.query_params[VERSION] = st.session_state[VERSION]
    st.session_state[_SEEN] = st.session_state[VERSION]


def _parameter() -> str:
    """The URL's version; empty unless there is exactly one."""
    values = st.query_params.get_all(VERSION)
    return values[0] if len(values) == 1 else ""
