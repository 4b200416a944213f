"""The movie that the URL names, and the search by title or id that changes it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from recsys import validation
from recsys.schema import MOVIE
from recsys.serving.recommender import Recommender
from recsys.ui.common import prediction_card
from recsys.ui.common.pickers import MOST_LISTED, USER_PARAMETER, Selection, movie_labels, parse, repeated_problem
from recsys.ui.common.text import clean, plain
from recsys.ui.common.title_matcher import matcher
from recsys.ui.common.widget_values import mark_drawn, restore, set_value
from recsys.ui.movie import tile_links
from recsys.visitor.matching import TitleQuery

PARAMETER, SEARCH = "movie", "movie_search"  # of the URL, and key of the widget
STARTS = 12  # tiles


def movie_in_url() -> Selection:
    """The movie of the URL, the problem with it, or neither."""
    values = tuple(st.query_params.get_all(PARAMETER))
    if problem := repeated_problem(values, PARAMETER):
        return Selection(None, problem)
    return parse(values[0] if values else "", PARAMETER, validation.movie_problem)


def search(recommender: Recommender, placeholder: str) -> None:
    """A list of titles to type in; in a large catalogue a title or an id that it does not list can be typed, too."""
    labels = movie_labels(recommender, recommender.version)
    listed = list(labels)
    if len(labels) > MOST_LISTED:
        most_rated = recommender.movies.nlargest(MOST_LISTED, "count")[MOVIE].tolist()
        listed = sorted(most_rated, key=lambda movie: labels[movie].casefold())
    st.selectbox(
        "Movie",
        listed,
        index=None,
        format_func=lambda movie: labels.get(movie, str(movie)),
        key=SEARCH,
        placeholder=placeholder,
        label_visibility="collapsed",
        on_change=_open,
        accept_new_options=len(listed) < len(labels),
    )
    mark_drawn(SEARCH)


def show_problem(recommender: Recommender, movie: Selection) -> None:
    """Warn about a value that is no movie of the catalogue, and offer movies of such a title."""
    id_range = recommender.known_range[MOVIE]
    if movie.problem:
        prediction_card.invalid_id(movie.problem, id_range)
    elif movie.value is not None:
        prediction_card.unknown_id("movie", movie.value, id_range)
    _suggest(recommender, st.query_params.get_all(PARAMETER))


def start(recommender: Recommender) -> None:
    """The most rated movies to start with, where no movie is chosen."""
    st.header("Or start with one of these", anchor=False)
    movie_ids = recommender.movies.nlargest(STARTS, "count")[MOVIE].tolist()
    user = st.query_params.get(USER_PARAMETER, "")
    tile_links.draw(recommender, movie_ids, user, partial(tile_links.average, recommender))


def _open() -> None:
    """Put what was searched into the URL, and empty the search."""
    if restore(SEARCH):
        return
    value = st.session_state.get(SEARCH)
    if value is not None:
        st.query_params[PARAMETER] = clean(value)
        set_value(SEARCH, None)


def _suggest(recommender: Recommender, values: list[str]) -> None:
    """Links to the movies whose titles are like a text."""
    if len(values) != 1:
        return
    labels, user = movie_labels(recommender, recommender.version), st.query_params.get(USER_PARAMETER, "")
    (match,) = matcher(recommender, recommender.version).match([TitleQuery((clean(values[0]),))])
    if match.movie_ids:
        st.markdown("Did you mean one of these?" if len(match.movie_ids) > 1 else "Did you mean this one?")
    for movie_id in match.movie_ids:
        query = {PARAMETER: str(movie_id)} | ({USER_PARAMETER: user} if user else {})
        st.page_link("pages/movie.py", label=plain(labels[movie_id]), query_params=query, help="")
