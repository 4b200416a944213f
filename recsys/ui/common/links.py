"""URLs of this app, as the visitor's browser sees them."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st


def link(path: str, current_page: str = "", **query: object) -> str:
    """The full URL of a path of this app, seen from `current_page` (its path, "" for Home).

    Streamlit removes the page's path from its URL on a deep link, but not after a change of page. The result is
    relative if no browser is attached.
    """
    url = (st.context.url or "").rstrip("/")
    base = url.removesuffix(f"/{current_page}") if current_page else url
    return f"{base}/{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
