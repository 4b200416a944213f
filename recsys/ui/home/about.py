"""The active model: version, date, training time, ratings and catalogue."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from recsys.data import sources
from recsys.data.distribution import Sizes
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number, plain
from recsys.ui.common.version_rows import display_name


def table(recommender: Recommender) -> None:
    """A table about the active model from its manifest; a dash for missing values."""
    manifest = recommender.manifest
    data = manifest.get("data") or {}
    sizes = Sizes.of(recommender.interactions.counts, recommender.counts)
    st.table(
        {
            "Version": plain(display_name(recommender) or "–"),
            "Trained": plain(_format_time(str(manifest.get("created", "")))),
            "Training time": _seconds(manifest.get("seconds")),
            "Ratings": " ".join([plain(data.get("name", "–")), _count(data.get("ratings"))]),
            "Catalogue": f"{sizes.movies}; {sizes.users:,} users",
        },
        border="horizontal",
        hide_header=True,
        alt="The active model: version, date, training time, ratings and catalogue",
    )
    if licence := sources.LICENCES.get(str(data.get("name"))):
        st.caption(f"{licence} {sources.CITATION}")


def _format_time(timestamp: str) -> str:
    try:
        return f"{datetime.fromisoformat(timestamp):%d %B %Y, %H:%M UTC}"
    except ValueError:
        return "–"


def _count(value: object) -> str:
    return f"({value:,} kept after checks)" if isinstance(value, int) else ""


def _seconds(value: object) -> str:
    return f"{number(float(value), 0)} s" if isinstance(value, int | float) else "–"
