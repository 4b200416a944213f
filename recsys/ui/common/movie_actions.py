"""What the visitor can do with a movie, wherever it is shown: rate it, save it, mark it as seen, or hide it."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import undo
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.star_input import star_input
from recsys.visitor.profile import MovieRef

SENTENCES = {  # about what was done, by the set of the profile that the movie is in now; "" for none
    "saved": "Saved {title}.",
    "seen": "Marked {title} as seen.",
    "hidden": "Hidden: {title}.",
    "": "{title} is no longer saved.",
}


def buttons(visitor: Visitor, movie_id: int, key: str, title: str, is_yours: bool = True) -> None:
    """The actions in a row; on a wide screen their words are for screen readers and tooltips only.

    `title` is Markdown. In a list for somebody else (`is_yours` False) a movie can be rated and saved.
    """
    is_saved = any(movie_ref.movie_id == movie_id for movie_ref in visitor.profile.saved)
    with st.container(horizontal=True, gap="xsmall", key=f"actions_{key}_{movie_id}"):
        with st.popover("Rate", icon=":material/star:", help=f"Rate {title}", key=f"{key}_rate_{movie_id}"):
            star_input(visitor, movie_id, f"{key}_stars")
        _button(visitor, movie_id, key, *(_UNSAVE if is_saved else _SAVE))
        if not is_yours:
            return
        _button(visitor, movie_id, key, "Seen", "seen", ":material/visibility:", "seen", "I have seen it")
        _button(
            visitor, movie_id, key, "Not interested", "not", ":material/thumb_down:", "hidden", "Never show it again"
        )


# One key for both, so that the button keeps the keyboard's focus when it is pressed.
_SAVE = ("Save", "save", ":material/bookmark_add:", "saved", "Save it to watch later")
_UNSAVE = ("Saved", "save", ":material/bookmark_added:", "", "Saved. Press to remove it from your saved movies")


def _button(
    visitor: Visitor, movie_id: int, key: str, label: str, name: str, icon: str, movie_set: str, help_text: str
) -> None:
    st.button(
        label,
        icon=icon,
        help=help_text,
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
