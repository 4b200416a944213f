"""The ways into the app: four for a visitor, and those for students and engineers."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common.links import link
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import count_text

WAYS = (
    (
        "pages/rate.py",
        "Rate a few movies",
        ":material/star:",
        "Ten are enough. See what the app had guessed.",
    ),
    ("pages/recommend.py", "Get recommendations", ":material/movie:", "A list for you, with a reason for every movie."),
    ("pages/together.py", "Watch together", ":material/group:", "One list for two or more people."),
    ("pages/predict.py", "Look up a movie", ":material/search:", "What you would probably give it, and why."),
)
EXPERT_PAGES = (
    ("pages/evaluate.py", "Evaluate"),
    ("pages/train.py", "Train a model"),
    ("pages/models.py", "Models"),
    ("pages/data.py", "Data"),
)


def show(visitor: Visitor) -> None:
    """The four ways, the first as the page's main action until there are ratings."""
    ratings = visitor.profile.ratings
    grid = st.grid(2, min_column_width=300)
    for position, (page, label, icon, description) in enumerate(WAYS):
        is_next = position == (1 if ratings else 0)
        with grid.container(border=True, height="stretch", gap="small"):
            if position == 0 and ratings:
                description = f"You have {count_text(len(ratings), 'rating')}. Every rating makes your lists better."
            if st.button(label, type="primary" if is_next else "secondary", icon=icon, key=f"home_{label}"):
                st.switch_page(page)
            st.caption(description)


def behind_the_screen() -> None:
    """Links for students and engineers."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for page, label in EXPERT_PAGES:
            st.page_link(page, label=label)
        st.link_button("Use the API", link("api/openapi.json"), icon=":material/terminal:", type="tertiary")
