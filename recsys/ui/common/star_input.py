"""The stars of the visitor for one movie: to see, give and change."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from recsys.schema import star_name
from recsys.ui.common import undo
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import stars_text

FIVE_STARS = (1.0, 2.0, 3.0, 4.0, 5.0)


def star_input(visitor: Visitor, movie_id: int, prefix: str, then: Callable[[], object] | None = None) -> None:
    """A widget with the visitor's stars: five stars to press, or one choice for each star of another scale.

    Each movie has its own widget: a second press of Enter on a widget that is gone must not rate the next movie.
    `then` is called when a rating has been stored.
    """
    stars, key = visitor.recommender.stars, stars_key(prefix, movie_id)
    rating = visitor.profile.rating(movie_id)
    st.session_state[key] = stars.index(rating.stars) if rating else None
    if tuple(stars) == FIVE_STARS:
        st.feedback("stars", key=key, on_change=_save, args=(visitor, movie_id, key, then))
        return
    st.pills(
        "Stars",
        range(len(stars)),
        format_func=lambda index: f"{star_name(stars[index])} ★",
        key=key,
        on_change=_save,
        args=(visitor, movie_id, key, then),
        label_visibility="collapsed",
    )


def stars_key(prefix: str, movie_id: int) -> str:
    """Widget key of a movie's stars in one part of a page."""
    return f"{prefix}_{movie_id}"


def _save(visitor: Visitor, movie_id: int, key: str, then: Callable[[], object] | None) -> None:
    index = st.session_state.get(key)
    if index is None:  # the same star was pressed again, which must not remove the rating
        return
    previous = visitor.profile
    visitor.rate(movie_id, visitor.recommender.stars[index])
    if rating := visitor.profile.rating(movie_id):
        undo.remember(previous, f"You gave {rating.movie_ref.display_title} {stars_text(rating.stars)}.")
    if then:
        then()
