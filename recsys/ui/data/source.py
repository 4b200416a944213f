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
        f"The current model knows **{sizes.ratings:,} ratings** by **{sizes.users:,} users** of **{sizes.rated:,} "
        f"movies**: {number(100 * density, 1)}% of all possible ratings. There are {sizes.movies}."
    )
    st.header("Source and licence", anchor=False)
    if licence := sources.LICENCES.get(name):
        st.markdown(f"[{sources.TITLE}]({sources.HOMEPAGE}). {licence}")
        st.caption(sources.CITATION)
    else:
        st.markdown(f"Read from **{plain(name or 'an unnamed source')}**. Ask whoever provided it for its licence.")
