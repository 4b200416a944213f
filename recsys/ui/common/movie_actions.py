"""What the visitor can do with a movie, wherever it is shown: rate it, save it, mark it as seen, or hide it."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import undo
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.star_input import star_input
from recsys.visitor.profile import MovieRef

OPENED = "rating_opened"  # session key: prefix and id of the movie whose stars stand in the place of its actions
SENTENCES = {  # about what was done, by the set of the profile that the movie is in now; "" for none
    "saved": "Saved {title}.",
    "seen": "Marked {title} as seen.",
    "hidden": "Hidden: {title}.",
    "": "{title} is no longer saved.",
}


def buttons(visitor: Visitor, movie_id: int, key: str, is_yours: bool = True, prefix: str = "actions") -> None:
    """The actions in a row; in a small card their words appear under the pointer and the keyboard's focus.

    (Streamlit's own tooltips took the browser as long to draw as the buttons.) *Rate* puts the stars in the place of
    the row. In a list for somebody else (`is_yours` False) a movie can be rated and saved. `prefix` is that of the
    container's key, for its look.
    """
    opened = st.session_state.get(OPENED) == (key, movie_id)
    with st.container(horizontal=True, gap="xsmall", key=f"{prefix}_{key}_{movie_id}", vertical_alignment="center"):
        if opened:
            star_input(visitor, movie_id, f"{key}_stars", _close)
            st.button("Cancel", key=f"{key}_rate_{movie_id}", on_click=_close, type="tertiary")
            return
        st.button(
            "Rate",
            icon=":material/star:",
            key=f"{key}_rate_{movie_id}",
            on_click=_open,
            args=(key, movie_id),
        )
        is_saved = any(movie_ref.movie_id == movie_id for movie_ref in visitor.profile.saved)
        _button(visitor, movie_id, key, *(_UNSAVE if is_saved else _SAVE))
        if not is_yours:
            return
        _button(visitor, movie_id, key, "Seen", "seen", ":material/visibility:", "seen")
        _button(visitor, movie_id, key, "Not for me", "not", ":material/thumb_down:", "hidden")


# One key for both, so that the button keeps the keyboard's focus when it is pressed.
_SAVE = ("Save", "save", ":material/bookmark_add:", "saved")
_UNSAVE = ("Saved", "save", ":material/bookmark_added:", "")


def _button(visitor: Visitor, movie_id: int, key: str, label: str, name: str, icon: str, movie_set: str) -> None:
    st.button(
        label,
        icon=icon,
        key=f"{key}_{name}_{movie_id}",
        on_click=put,
        args=(visitor, movie_id, movie_set),
    )


def put(visitor: Visitor, movie_id: int, movie_set: str) -> None:
    """Put a movie into one of the profile's sets, or take a saved one out (""); it can be undone."""
    previous, movie_ref = visitor.profile, MovieRef.of(visitor.recommender.catalogue, movie_id)
    if movie_set:
        visitor.store(previous.put(movie_set, movie_ref))
    else:
        visitor.store(previous.remove("saved", movie_id))
    undo.remember(previous, SENTENCES[movie_set].format(title=movie_ref.display_title))


def _open(key: str, movie_id: int) -> None:
    st.session_state[OPENED] = (key, movie_id)


def _close() -> None:
    st.session_state[OPENED] = None
