"""The sections of Evaluate. Only the selected one is drawn, so the page stays quick and fits a phone."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import prediction_card, query_params
from recsys.ui.common.hidden_heading import hidden_heading
from recsys.ui.evaluate import (
    audit,
    certainty,
    confusion,
    features,
    gains,
    headline,
    ranking,
    repeats,
    slices_section,
    stars,
    versions,
)
from recsys.ui.evaluate.view import ReportView

SECTION = "section"  # key of the pills, and the parameter in the address
SECTIONS = {
    "Confusion matrix": confusion.show,
    "Per star": stars.show,
    "Calibration": certainty.show,
    "Baselines": gains.show,
    "Lists": ranking.show,
    "By group": slices_section.show,
    "Features": features.show,
    "Versions": versions.show,
    "Splits": repeats.show,
    "Leakage": audit.show,
}
FORMER_NAMES = {  # in links that people have shared
    "Ranking": "Lists",
    "Groups": "By group",
    "Cross-validation": "Splits",
    "Leakage audit": "Leakage",
}


@st.fragment
def show(view: ReportView) -> None:
    """Select a section, then the metric cards, then the section; only this fragment of the page runs again."""
    names = list(SECTIONS)
    _accept_former_name()
    prediction_card.ignored_parameters(query_params.option_problems(SECTION, st.query_params.get_all(SECTION), names))
    section = st.pills(
        "Section",
        names,
        default=names[0],
        required=True,
        key=SECTION,
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )
    headline.draw_cards(view)
    hidden_heading(str(section))
    SECTIONS[str(section)](view)


def _accept_former_name() -> None:
    """Open the section that an older link names by its former name: the page runs again with the address corrected."""
    former = st.query_params.get_all(SECTION)
    if len(former) == 1 and former[0] in FORMER_NAMES:
        st.query_params[SECTION] = FORMER_NAMES[former[0]]
        st.rerun()
