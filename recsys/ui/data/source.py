"""The ratings behind the active model: name, size, licence and citation."""

from __future__ import annotations

import streamlit as st

from recsys.data import sources
from recsys.data.distribution import Sizes
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import count_text, number, plain


def show(recommender: Recommender) -> None:
    """The sizes, then source, licence and citation."""
    sizes = Sizes.of(recommender.interactions.counts, recommender.counts)
    density = sizes.ratings / max(sizes.rated * sizes.users, 1)
    name = str((recommender.manifest.get("data") or {}).get("name", ""))
    st.markdown(
        f"**{sizes.ratings:,} ratings** of **{sizes.rated:,} movies** by **{sizes.users:,} users** "
        f"({number(100 * density, 1)}% of all possible pairs).{_unrated(sizes.catalogue - sizes.rated)}"
    )
    st.header("Source and licence", anchor=False)
    if licence := sources.LICENCES.get(name):
        st.markdown(licence.replace(sources.TITLE, f"[{sources.TITLE}]({sources.HOMEPAGE})", 1))
        st.caption(sources.CITATION)
    else:
        st.markdown(f"Read from **{plain(name or 'an unnamed source')}**. Ask whoever provided it for its licence.")


def _unrated(count: int) -> str:
    """The number of movies without ratings, as a sentence; empty for none."""
    return f" The catalogue has {count_text(count, 'more movie')} without ratings." if count else ""
