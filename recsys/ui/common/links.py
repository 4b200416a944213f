"""Addresses of this app, as a visitor's browser knows it."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st


def link(path: str, here: str = "", **query: object) -> str:
    """The full address of a path of this app, seen from the page `here` (its path, "" for Home).

    Streamlit takes the page's path off the address on a deep link, but not after a change of page. Relative
    where no browser is attached.
    """
    address = (st.context.url or "").rstrip("/")
    base = address.removesuffix(f"/{here}") if here else address
    return f"{base}/{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
