"""Cards of the Rate page: a movie to rate, and what the app had expected once it is rated."""

from __future__ import annotations

from html import escape

import streamlit as st

from recsys.schema import GENRES, MOVIE
from recsys.ui.common import movie_tile
from recsys.ui.common.pickers import MOST_LISTED, movie_labels
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.star_input import star_input
from recsys.ui.common.text import clean, number, plain, stars_text
from recsys.ui.common.user_accuracy import visitor_sentence

SEARCHED = "rate_searched"  # widget key


def ask(visitor: Visitor) -> int | None:
    """The next movie to ask about, or a note that none is left; return its id."""
    movie_id = visitor.next_movie_id()
    if movie_id is None:
        st.info("You have been asked about every well-known movie. Search for others.", icon=":material/done_all:")
        return None
    with st.container(key="rate_card"):
        _movie(visitor, movie_id)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            star_input(visitor, movie_id, "rate_question")
            st.button(
                "Haven't seen it",
                key="rate_skip",
                icon=":material/skip_next:",
                on_click=visitor.skip,
                args=(movie_id,),
                shortcut="n",
            )
    return movie_id


def search(visitor: Visitor) -> None:
    """Search a movie by title and rate it; an existing rating can be changed or removed."""
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    movie_id = st.selectbox(
        "Movie",
        _searchable_ids(visitor, labels),
        index=None,
        format_func=lambda movie: labels.get(movie, str(movie)),
        key=SEARCHED,
        placeholder="Type a title",
    )
    if movie_id is None:
        st.caption("Choose a movie you have seen, then give it stars.")
        return
    with st.container(key="rate_card"):
        _movie(visitor, movie_id)
        change(visitor, movie_id, "rate_search")


def change(visitor: Visitor, movie_id: int, key: str) -> None:
    """The stars of a movie, and a button to remove its rating if there is one."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        star_input(visitor, movie_id, key)
        if visitor.profile.rating(movie_id):
            st.button(
                "Remove",
                key=f"{key}_remove",
                icon=":material/delete:",
                on_click=visitor.skip,
                args=(movie_id,),
                help="Takes your rating back. You will not be asked about it again.",
            )


def reveal(visitor: Visitor) -> None:
    """The latest rating beside what the app had expected."""
    rating = visitor.latest
    if rating is None:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"You gave **{plain(rating.movie_ref.display_title)}** {stars_text(rating.stars)}.")
        if rating.prior:
            st.markdown(
                f"The app had guessed **{number(rating.prior.expected, 1)}**, simple averages "
                f"{number(rating.prior.baseline, 1)}.",
                help="Simple averages: the mean of all ratings, plus how generous you are and how well liked the movie "
                "is (user and movie averages).",
            )
        else:
            st.caption("You had seen a prediction for this movie, so this rating does not test the app.")


def accuracy(visitor: Visitor) -> None:
    """How far the app has been off for the visitor, over ratings predicted before they were given."""
    if visitor.score.n:
        st.caption(visitor_sentence(visitor.score))


def _movie(visitor: Visitor, movie_id: int) -> None:
    """The tile of a movie, its title with the year, and its genres."""
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    genres = clean(str(visitor.recommender.movies_by_id.loc[movie_id, GENRES]).replace("|", ", "))
    words = f'<h3>{escape(labels[movie_id])}</h3><p class="facts">{escape(genres or "No genres known")}</p>'
    tile = movie_tile.html(visitor.recommender, movie_id, "title")
    st.html(f'<div class="movie-card movie-question"><div class="tile-box">{tile}</div><div>{words}</div></div>')


def _searchable_ids(visitor: Visitor, labels: dict[int, str]) -> list[int]:
    """Ids of all movies by title; in a large catalogue only the most rated ones."""
    if len(labels) <= MOST_LISTED:
        return list(labels)
    most_rated = visitor.recommender.movies.nlargest(MOST_LISTED, "count")[MOVIE].tolist()
    return sorted(most_rated, key=lambda movie: labels[movie].casefold())
