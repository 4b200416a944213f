"""Values of the training form while it is not drawn: Streamlit forgets widgets that are not on the page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from recsys.config import PRESET_NAMES

FORM = "train_form"  # session key: the form's values by widget key
REMEMBERED = ("train_data", "train_preset", "train_seed", "trial_seed")  # widget keys; the reason is asked again
PRESET_PREFIXES = tuple(f"train_{preset}_" for preset in PRESET_NAMES)


def remember() -> None:
    """Store the form's values, before it or its settings are no longer drawn."""
    values = {
        key: value
        for key, value in st.session_state.items()
        if key in REMEMBERED or str(key).startswith(PRESET_PREFIXES)
    }
    st.session_state[FORM] = st.session_state.get(FORM, {}) | values


def initial(key: str, default: Any) -> Any:
    """The value that a field starts with: the remembered one, otherwise the default."""
    return st.session_state.get(FORM, {}).get(key, default)
