"""The picker for a user: "You" first once the visitor has ratings, then the users of the data."""

from __future__ import annotations

import streamlit as st

from recsys import validation
from recsys.schema import USER
from recsys.serving.recommender import Recommender
from recsys.ui.common import prediction_card
from recsys.ui.common.pickers import (
    USER_PARAMETER,
    YOU,
    YOU_LABEL,
    YOU_TEXT,
    Picker,
    Selection,
    example_user,
    user_labels,
)
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import count_text, plain


def user_picker(recommender: Recommender, page: str) -> Picker:
    """The picker of a page; it starts with the visitor if they have ratings, otherwise with an example."""
    labels, ratings = user_labels(recommender, recommender.version), Visitor.of(recommender).profile.ratings
    if ratings:
        labels = {YOU: f"{YOU_LABEL} ({count_text(len(ratings), 'rating')})", **labels}
    example = YOU if ratings else example_user(recommender)
    return Picker(USER_PARAMETER, labels, validation.user_problem, example, page)


def for_whom(picker: Picker) -> str:
    """The selected user on the button that opens the picker, as Markdown: `For **you**`, `For user **196**`."""
    text = picker.text.strip()
    if not text:
        return "For whom?"
    return "For **you**" if text.casefold() == YOU_TEXT else f"For user **{plain(text, 20)}**"


def usable(recommender: Recommender, user: Selection) -> bool:
    """Whether the selection is a user of the data or a visitor with ratings; if not, say what to do."""
    id_range = recommender.known_range[USER]
    if user.problem:
        prediction_card.invalid_id(user.problem, id_range)
    elif user.value is None:
        st.info("Pick a user.", icon=":material/arrow_upward:")
    elif user.value == YOU:
        return bool(Visitor.of(recommender).profile.ratings) or _rate_first()
    elif not recommender.has_user(user.value):
        prediction_card.unknown_id("user", user.value, id_range)
    else:
        return True
    return False


def _rate_first() -> bool:
    with st.container(border=True):
        st.markdown("**You have not rated a movie yet.** Rate one, and this page is about you.")
        st.page_link("pages/rate.py", label="Rate a few movies", icon=":material/star:")
    return False
