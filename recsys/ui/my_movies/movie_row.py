"""One of the visitor's movies as a row: title, year, genres, stars, and what can be done with it."""

from __future__ import annotations

from html import escape

import streamlit as st

from recsys.schema import GENRES
from recsys.ui.common import movie_card, movie_tile, undo
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.star_input import star_input
from recsys.ui.common.text import clean, number, stars_text
from recsys.visitor.profile import MovieRef, Profile

RATED, SAVED, SEEN, HIDDEN = SECTIONS = ("rated", "saved", "seen", "hidden")


def draw(visitor: Visitor, section: str, movie_ref: MovieRef) -> None:
    """The row of a movie in one section of the page."""
    movie_id, key = movie_ref.movie_id, f"my_movies_{section}_{movie_ref.movie_id}"
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"my_movies_row_{section}_{movie_id}"
    ):
        with st.container(width="stretch", gap=None, key=f"{key}_open"):
            tile = movie_tile.html(visitor.recommender, movie_id, "art")
            st.html(
                f'<div class="movie-row"><div class="tile-box">{tile}</div>'
                f"<div><h3>{escape(clean(movie_ref.display_title))}</h3>"
                f'<p class="facts">{escape(_facts(visitor, section, movie_ref))}</p></div></div>'
            )
            movie_card.open_link("you", movie_id, movie_ref.display_title)
        if section == RATED:
            star_input(visitor, movie_id, f"{key}_stars")
        elif section in (SAVED, SEEN):
            with st.popover("Rate", icon=":material/star:", key=f"{key}_rate"):
                star_input(visitor, movie_id, f"{key}_stars")
        if section == SAVED:
            st.button("Seen it", key=f"{key}_seen", on_click=_mark_seen, args=(visitor, movie_ref))
        label = "Bring back" if section == HIDDEN else "Remove"
        st.button(label, key=f"{key}_remove", type="tertiary", on_click=_remove, args=(visitor, section, movie_ref))


def _facts(visitor: Visitor, section: str, movie_ref: MovieRef) -> str:
    """Genres, and of a rated movie what was given and expected, as plain text."""
    genres = str(visitor.recommender.movies_by_id.loc[movie_ref.movie_id, GENRES]).replace("|", ", ")
    rating = visitor.profile.rating(movie_ref.movie_id)
    parts = [genres or "No genres known"]
    if rating and section != RATED:
        parts.append(f"you gave {stars_text(rating.stars)}")
    if rating and rating.prior and section == RATED:
        parts.append(f"the app had guessed {number(rating.prior.expected, 1)}")
    return clean(" · ".join(parts), 200)


def _mark_seen(visitor: Visitor, movie_ref: MovieRef) -> None:
    """Move a saved movie to those seen; one with a rating only leaves the saved ones."""
    profile = visitor.profile.remove(SAVED, movie_ref.movie_id).put(SEEN, movie_ref)
    _store(visitor, profile, f"Marked {movie_ref.display_title} as seen.")


def _remove(visitor: Visitor, section: str, movie_ref: MovieRef) -> None:
    if section == RATED:
        _store(
            visitor, _without_rating(visitor.profile, movie_ref), f"Removed your rating of {movie_ref.display_title}."
        )
        return
    sentence = "Brought back {}." if section == HIDDEN else f"Removed {{}} from {section}."
    profile = visitor.profile.remove(section, movie_ref.movie_id)
    _store(visitor, profile, sentence.format(movie_ref.display_title))


def _without_rating(profile: Profile, movie_ref: MovieRef) -> Profile:
    """The profile without a rating: the movie is not asked about again, and stays saved if it was."""
    skipped = profile.skip(movie_ref)
    return skipped.put(SAVED, movie_ref) if movie_ref in profile.saved else skipped


def _store(visitor: Visitor, profile: Profile, sentence: str) -> None:
    previous = visitor.profile
    visitor.store(profile)
    undo.remember(previous, sentence)
