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
    ranking,
    repeats,
    slices_section,
    stars,
    versions,
)
from recsys.ui.evaluate.view import ReportView

SECTIONS = {
    "Confusion matrix": confusion.show,
    "Per star": stars.show,
    "Calibration": certainty.show,
    "Baselines": gains.show,
    "Ranking": ranking.show,
    "Groups": slices_section.show,
    "Features": features.show,
    "Versions": versions.show,
    "Cross-validation": repeats.show,
    "Leakage audit": audit.show,
}


@st.fragment
def show(view: ReportView) -> None:
    """Select and show a section; only this fragment of the page runs again."""
    names = list(SECTIONS)
    prediction_card.ignored_parameters(
        query_params.option_problems("section", st.query_params.get_all("section"), names)
    )
    section = st.pills(
        "Section",
        names,
        default=names[0],
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )
    hidden_heading(str(section))
    SECTIONS[str(section)](view)
