"""The ways into the app: four for a visitor, and those for students and engineers."""

from __future__ import annotations

from html import escape

import streamlit as st

from recsys.serving.recommender import Recommender
from recsys.ui.common.links import link
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import count_text
from recsys.ui.home import frieze

RATE, RECOMMEND = "pages/rate.py", "pages/recommend.py"
WAYS = (
    (RATE, "Rate a few movies", "Ten are enough to start. See what the app had guessed."),
    (RECOMMEND, "What to watch", "A list for you, with a reason for every movie."),
    ("pages/together.py", "Together", "One movie for two or more people."),
    ("pages/movie.py", "Look up a movie", "What would you give it, how sure is that, and why."),
)
EXPERT_PAGES = (
    ("pages/how_it_works.py", "How it works"),
    ("pages/evaluate.py", "Evaluate"),
    ("pages/train.py", "Train a model"),
    ("pages/models.py", "Models"),
    ("pages/data.py", "Data"),
    ("pages/predict.py", "Predict"),
)


def buttons(visitor: Visitor) -> None:
    """The page's main action and one beside it: rate first, then the list."""
    main, other = ("Rate a few movies", RATE), ("Look around first", RECOMMEND)
    if visitor.profile.ratings:
        main, other = ("See your list", RECOMMEND), ("Rate more movies", RATE)
    with st.container(horizontal=True, gap="small"):
        for label, page in (main, other):
            if st.button(label, type="primary" if page == main[1] else "secondary", key=f"home_{page}"):
                st.switch_page(page)


def show(recommender: Recommender, visitor: Visitor) -> None:
    """The four ways as a table of contents, each with three small tiles."""
    ratings = visitor.profile.ratings
    for position, (page, label, description) in enumerate(WAYS):
        if page == RATE and ratings:
            description = f"You have {count_text(len(ratings), 'rating')}. Each one makes your list better."
        with st.container(key=f"card_way_{position}", gap=None):
            st.html(
                f'<div class="way-in"><div><h2>{escape(label)}</h2><p class="facts">{escape(description)}</p></div>'
                f'<div class="way-tiles">{frieze.thumbnails(recommender, 3 * position)}</div></div>'
            )
            st.page_link(page, label=label, width="stretch")


def behind_the_screen() -> None:
    """Links for students and engineers."""
    with st.container(horizontal=True, vertical_alignment="center", key="behind_the_screen"):
        st.markdown("Behind the screen", width="content")
        for page, label in EXPERT_PAGES:
            st.page_link(page, label=label)
        st.link_button("Use the API", link("api/openapi.json"), type="tertiary")
