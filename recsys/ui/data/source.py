"""The ratings behind the active model: name, size, licence and citation."""

from __future__ import annotations

import streamlit as st

from recsys.data import sources
from recsys.data.distribution import Sizes
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number, plain


def show(recommender: Recommender) -> None:
    """The sizes, then source, licence and citation."""
    sizes = Sizes.of(recommender.interactions.counts, recommender.counts)
    density = sizes.ratings / max(sizes.rated * sizes.users, 1)
    name = str((recommender.manifest.get("data") or {}).get("name", ""))
    st.markdown(
        f"The model that answers here knows **{sizes.ratings:,} ratings** that **{sizes.users:,} people** gave "
        f"**{sizes.rated:,} movies**: {number(100 * density, 1)} % of all that they could have given. "
        f"There are {sizes.movies}."
    )
    st.header("Source and licence", anchor=False)
    if licence := sources.LICENCES.get(name):
        st.markdown(f"[{sources.TITLE}]({sources.HOMEPAGE}). {licence}")
        st.caption(sources.CITATION)
    else:
        st.markdown(
            f"Read from **{plain(name or 'an unnamed source')}**, which somebody brought: they know its licence."
        )
