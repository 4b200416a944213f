"""The sections of My movies: rated, saved, seen and hidden movies, each a list that can be searched."""

from __future__ import annotations

import streamlit as st

from recsys.data.title_keys import plain_key
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import plain
from recsys.ui.my_movies import movie_row, profile_actions
from recsys.ui.my_movies.movie_row import HIDDEN, RATED, SAVED, SECTIONS, SEEN
from recsys.visitor.profile import MovieRef, Profile

PAGE = 50  # movies shown at first, and with each press of Show more
SEARCHABLE = 10  # movies of a section from which on it can be searched
SECTION, CHOSEN, SEARCH, SHOWN = "my_movies_tab", "my_movies_section", "my_movies_search", "my_movies_shown"
EMPTY = {
    RATED: "You have not rated a movie yet. Rate a few you know, and every list starts to fit you.",
    SAVED: "Nothing to watch yet. Save a movie from any list, or load your watchlist from a file.",
    SEEN: "Movies you have seen but not rated will be here. No list recommends them again.",
    HIDDEN: "Movies you are not interested in will be here. No list recommends them.",
}


def movies_of(profile: Profile, section: str) -> tuple[MovieRef, ...]:
    """The movies of one section, the latest first."""
    if section == RATED:
        return tuple(rating.movie_ref for rating in reversed(profile.ratings))
    return getattr(profile, section)[::-1]


def show(visitor: Visitor) -> None:
    """The choice of a section, and its movies."""
    section = _choose(visitor.profile)
    movies = movies_of(visitor.profile, section)
    if not movies:
        empty(EMPTY[section])
        return
    matching = _search(movies) if len(movies) > SEARCHABLE else movies
    shown = st.session_state.get(f"{SHOWN}_{section}", PAGE)
    for movie_ref in matching[:shown]:
        movie_row.draw(visitor, section, movie_ref)
    if not matching:
        st.caption("None of these movies has that in its title.")
    if len(matching) > shown:
        st.caption(f"{shown:,} of {len(matching):,} movies.")
        st.button("Show more", key="my_movies_more", on_click=_show_more, args=(section, shown))


def empty(sentence: str) -> None:
    """What stands where no movie is: a sentence, and two ways to get some."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.markdown(":orange[★]", width="content")
        st.markdown(plain(sentence, 300), width="content", text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
            if st.button("Rate a few movies", key="my_movies_to_rate", type="primary", icon=":material/star:"):
                st.switch_page("pages/rate.py")
            profile_actions.load_button("my_movies_empty_load")


def _choose(profile: Profile) -> str:
    """The section that the visitor chose; at first the first one that has movies."""
    counts = {section: len(movies_of(profile, section)) for section in SECTIONS}
    chosen = st.session_state.setdefault(CHOSEN, next((name for name in SECTIONS if counts[name]), RATED))
    st.segmented_control(
        "Section",
        SECTIONS,
        default=chosen,
        required=True,
        format_func=lambda name: f"{name.capitalize()} ({counts[name]:,})",
        key=SECTION,
        on_change=_save_choice,
        label_visibility="collapsed",
    )
    return chosen


def _save_choice() -> None:
    st.session_state[CHOSEN] = st.session_state.get(SECTION) or RATED


def _search(movies: tuple[MovieRef, ...]) -> tuple[MovieRef, ...]:
    """The movies with the searched words in their titles; all of them for an empty field."""
    query = plain_key(st.text_input("Search these movies", key=SEARCH, placeholder="Part of a title", max_chars=100))
    return tuple(movie_ref for movie_ref in movies if query in plain_key(movie_ref.display_title))


def _show_more(section: str, shown: int) -> None:
    st.session_state[f"{SHOWN}_{section}"] = shown + PAGE
