"""The model card as a download: everything on this page and more, in one file."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from recsys import model_card
from recsys.evaluation.split_comparison import LATER_SPLITS
from recsys.serving.recommender import Recommender
from recsys.ui.common.stored_evaluations import newest_evaluations


def draw_downloads(recommender: Recommender) -> None:
    """Two download buttons; the card is made when one is pressed."""
    name = f"model-card-{recommender.version or 'model'}"
    st.subheader("Model card", anchor=False)
    st.caption(
        "Everything about this model in one file: data and licence, settings, metrics, groups, limits, and how to "
        "reproduce it."
    )
    with st.container(horizontal=True):
        st.download_button(
            "Download as HTML",
            lambda: as_html(recommender),
            f"{name}.html",
            "text/html",
            on_click="ignore",
            icon=":material/description:",
        )
        st.download_button(
            "Download as JSON",
            lambda: as_json(recommender),
            f"{name}.json",
            "application/json",
            on_click="ignore",
            icon=":material/data_object:",
        )


def as_html(recommender: Recommender) -> bytes:
    """The card as one self-contained page."""
    return model_card.page(_facts(recommender)).encode()


def as_json(recommender: Recommender) -> bytes:
    """The card as JSON."""
    return json.dumps(_facts(recommender), indent=1, allow_nan=False).encode()


def _facts(recommender: Recommender) -> dict[str, Any]:
    """The content of the card, with the stored tests on later ratings."""
    stored = newest_evaluations(recommender.manifest)
    later = {split: stored[split].table for split in LATER_SPLITS if split in stored}
    return model_card.facts(recommender, later)
