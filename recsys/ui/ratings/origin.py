"""What the active model learned from: name, size, licence and citation."""

from __future__ import annotations

import streamlit as st

from recsys.data import sources
from recsys.recommender import Recommender
from recsys.ui.text import number, plain


def show(recommender: Recommender) -> None:
    """The figures, then whose ratings these are and what may be done with them."""
    counts, people = recommender.counts, recommender.histories.counts
    rated, users = int((counts > 0).sum()), int((people > 0).sum())
    filled = counts.sum() / max(rated * users, 1)
    name = str((recommender.manifest.get("data") or {}).get("name", ""))
    st.markdown(
        f"The model that answers here knows **{counts.sum():,} ratings** that **{users:,} people** gave "
        f"**{rated:,} movies**: {number(100 * filled, 1)} % of all that they could have given."
    )
    st.subheader("Source and licence", anchor=False)
    if licence := sources.LICENCES.get(name):
        st.markdown(f"[{sources.TITLE}]({sources.HOMEPAGE}). {licence}")
        st.caption(sources.CITATION)
    else:
        st.markdown(
            f"Read from **{plain(name or 'an unnamed source')}**, which somebody brought: they know its licence."
        )
