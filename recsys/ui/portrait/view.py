"""The picture of a user's taste, its figures in words, and the ways to keep it."""

from __future__ import annotations

import streamlit as st

from recsys.portrait.captions import OWN, Captions, captions_of_user, description
from recsys.portrait.picture import HEIGHT, WIDTH, portrait_svg
from recsys.portrait.population import MIN_RATINGS
from recsys.portrait.taste_portrait import FEW_RATINGS, TastePortrait
from recsys.ui.common import movie_tile
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import LONGEST_REASON, clean, count_text, plain
from recsys.ui.portrait import png_button

PICTURE, FILE_NAME = "portrait_picture", "taste-portrait"
METHOD = """
- **Genres:** the share of the movies that have the genre. A movie can have several. "Others" is the average over all
  other users of their own shares, so each person counts once. The picture names the genres that stand out most.
- **Strictness:** each rating is compared with what others gave the same movie. A good choice of movies does not make
  you look generous.
- **Popularity:** how many others rated the movies. If you rate many movies, you run out of popular ones.
- **Favourites:** the highest stars first. Of equal stars the named genres take turns, the best-known movie first.
"""


def show(user: SelectedUser) -> None:
    """The portrait beside its words; what is missing if there are too few ratings."""
    count = len(user.ratings.movies)
    if count < MIN_RATINGS:
        _too_few(user, count)
        return
    portrait = TastePortrait.of(
        user.ratings, user.recommender.population, user.recommender.catalogue, user.recommender.stars[-1], user.user_id
    )
    captions = OWN if user.user_id is None else captions_of_user(user.user_id)
    svg, sentences = portrait_svg(portrait, captions), description(portrait, captions)
    left, right = st.columns([5, 4], gap="large")
    alt = clean(f"{captions.title}. {' '.join(sentences)}", 4 * LONGEST_REASON)
    left.container(key=PICTURE).image(svg, width="stretch", alt=alt)
    with right:
        _downloads(svg, user)
        _words(portrait, captions, sentences)


def _downloads(svg: str, user: SelectedUser) -> None:
    """The two buttons."""
    name = f"{FILE_NAME}-{user.query}"
    with st.container(horizontal=True, gap="small"):
        png_button.button(PICTURE, f"{name}.png", WIDTH, HEIGHT)
        st.download_button("Download SVG", svg, f"{name}.svg", "image/svg+xml", key="portrait_svg", on_click="ignore")


def _words(portrait: TastePortrait, captions: Captions, sentences: tuple[str, ...]) -> None:
    """The figures of the picture, and how they are made."""
    if portrait.from_few_ratings:
        st.info(
            f"{count_text(portrait.count, 'rating')} make a first sketch. From {FEW_RATINGS} on, it settles.",
            icon=":material/edit:",
        )
    st.header("In words", anchor=False)
    for sentence in sentences:
        heading, _, figures = sentence.partition(": ")
        st.markdown(f"**{plain(heading)}**  \n{plain(figures, LONGEST_REASON)}" if figures else plain(sentence))
    with st.expander("How this is worked out", icon=":material/calculate:"):
        st.markdown(METHOD)


def _too_few(user: SelectedUser, count: int) -> None:
    """How many ratings are missing, with a way to give them."""
    missing = MIN_RATINGS - count
    movies = f"{missing} more {'movie' if missing == 1 else 'movies'}"
    with st.container(key="portrait_empty", width=220):
        st.html(movie_tile.empty(f"{movies} to go" if user.visitor else "Too few ratings"))
    if user.visitor:
        st.markdown(f"Your portrait needs {MIN_RATINGS} ratings, and you have {count}. Rate {movies}.")
        st.page_link("pages/rate.py", label="Rate a few movies", icon=":material/star:")
    else:
        st.markdown(f"A portrait needs {MIN_RATINGS} ratings. User {user.user_id} has {count}. Pick another user.")
