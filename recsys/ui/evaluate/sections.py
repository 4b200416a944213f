"""The sections of Evaluate, of which only the chosen one is drawn: the page stays quick, and fits a phone."""

from __future__ import annotations

import streamlit as st

from recsys.ui import address, verdict
from recsys.ui.evaluate import audit, certainty, confusion, gains, inside, ranking, repeats, stars, versions, whom
from recsys.ui.evaluate.view import View

SECTIONS = {
    "Confusion": confusion.show,
    "Stars": stars.show,
    "Certainty": certainty.show,
    "Gains": gains.show,
    "Lists": ranking.show,
    "For whom": whom.show,
    "Inside": inside.show,
    "Versions": versions.show,
    "Repeated": repeats.show,
    "Audit": audit.show,
}


@st.fragment
def show(view: View) -> None:
    """Choose a section and see it; only this part of the page is drawn again."""
    names = list(SECTIONS)
    verdict.ignored(address.option_problems("section", st.query_params.get_all("section"), names))
    chosen = st.pills(
        "Section",
        names,
        default=names[0],
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )
    SECTIONS[str(chosen)](view)
