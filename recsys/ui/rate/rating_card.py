"""One movie to rate, and what is revealed once it is rated."""

from __future__ import annotations

import streamlit as st

from recsys.schema import GENRES, MOVIE, star_name
from recsys.ui.common.pickers import MOST_LISTED, movie_labels
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import number, plain, stars_text

FIVE = (1.0, 2.0, 3.0, 4.0, 5.0)
SOUGHT = "rate_sought"


def ask(visitor: Visitor) -> None:
    """The next question, or that there is none left."""
    movie_id = visitor.question()
    if movie_id is None:
        st.info("You have been asked about every well-known movie. Search for others.", icon=":material/done_all:")
        return
    with st.container(border=True):
        _movie(visitor, movie_id)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            _stars(visitor, movie_id, "rate_asked")
            st.button(
                "Haven't seen it",
                key="rate_skip",
                icon=":material/skip_next:",
                on_click=visitor.skip,
                args=(movie_id,),
                shortcut="n",
            )


def search(visitor: Visitor) -> None:
    """A movie by title; one that is rated already shows its rating, to change it or take it back."""
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    movie_id = st.selectbox(
        "Movie",
        _listed(visitor, labels),
        index=None,
        format_func=lambda movie: labels.get(movie, str(movie)),
        key=SOUGHT,
        placeholder="Type a title",
    )
    if movie_id is None:
        st.caption("Choose a movie you have seen, then give it stars.")
        return
    with st.container(border=True):
        _movie(visitor, movie_id)
        change(visitor, movie_id, "rate_found")


def change(visitor: Visitor, movie_id: int, key: str) -> None:
    """The stars of a movie, and a way to take them back if there are any."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        _stars(visitor, movie_id, key)
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
    """What the app had expected of the latest rating, and how well it does so far."""
    given = visitor.latest
    if given is None:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"You gave **{plain(given.movie_ref.said)}** {stars_text(given.stars)}.")
        if given.prior:
            st.markdown(
                f"The app had expected **{number(given.prior.expected)}** before it knew; "
                f"the simplest guess was {number(given.prior.baseline)}."
            )
        else:
            st.caption("You had seen a prediction for this movie before, so this rating does not test the app.")


def running(visitor: Visitor) -> None:
    """The mean miss over the ratings that were predicted before they were given, beside the simplest guess's."""
    found = visitor.score
    if not found.n:
        return
    if not found.enough:
        st.caption(f"How well does it know you? {found.n} of 5 ratings: too few to tell.")
        return
    left, right = st.columns(2, wrap=False, gap="small")
    left.metric(
        "Misses you by",
        number(found.model),
        delta=f"{found.model - found.baseline:+.2f}",
        delta_color="inverse",
        delta_description="vs simplest guess",
        help="Mean absolute error in stars, of predictions made before you gave each rating. Less is better.",
    )
    right.metric(
        "Simplest guess",
        number(found.baseline),
        help="The mean of all ratings, corrected for how generous you are and how well liked the movie is "
        "(damped bias), on the same movies.",
    )
    st.caption(
        f"Over {found.n:,} ratings, each predicted before you gave it. Movies that your list had shown are left out."
    )


def _movie(visitor: Visitor, movie_id: int) -> None:
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    movies = visitor.recommender.movies
    genres = movies.loc[movies[MOVIE] == movie_id, GENRES].iloc[0]
    st.subheader(plain(labels[movie_id]), anchor=False)
    st.caption(plain(genres.replace("|", " · ") or "No genres known"))


def _stars(visitor: Visitor, movie_id: int, key: str) -> None:
    """The stars as the profile has them.

    Each movie has a widget of its own: a second press of Enter on the one that is gone must not rate the next movie.
    """
    stars, key = visitor.recommender.stars, stars_key(key, movie_id)
    given = visitor.profile.rating(movie_id)
    st.session_state[key] = stars.index(given.stars) if given else None
    if tuple(stars) == FIVE:
        st.feedback("stars", key=key, on_change=_rated, args=(visitor, movie_id, key))
        return
    st.pills(
        "Stars",
        range(len(stars)),
        format_func=lambda place: f"{star_name(stars[place])} ★",
        key=key,
        on_change=_rated,
        args=(visitor, movie_id, key),
        label_visibility="collapsed",
    )


def stars_key(place: str, movie_id: int) -> str:
    """The key of a movie's stars at some place of the page."""
    return f"{place}_{movie_id}"


def _rated(visitor: Visitor, movie_id: int, key: str) -> None:
    place = st.session_state.get(key)
    if place is not None:  # None: the same star once more, which takes nothing back
        visitor.rate(movie_id, visitor.recommender.stars[place])


def _listed(visitor: Visitor, labels: dict[int, str]) -> list[int]:
    """All movies by title, or in a large catalogue the most rated ones."""
    if len(labels) <= MOST_LISTED:
        return list(labels)
    known = visitor.recommender.movies.nlargest(MOST_LISTED, "count")[MOVIE].tolist()
    return sorted(known, key=lambda movie: labels[movie].casefold())
