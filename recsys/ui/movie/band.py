"""The feature of a movie's page: its tile, title, what a user would give it, actions, and where else to look it up."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from recsys.schema import GENRES, YEAR, star_name
from recsys.serving.prediction_set import PredictionSet
from recsys.ui.common import movie_actions, movie_tile
from recsys.ui.common.movie_card import band_colour, facts, star_glyphs
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean, count_text, number, percent
from recsys.ui.movie.view import UserView, movie_row

LONG_TITLE = 32  # letters; a longer one is set smaller
VERDICTS = (  # the least share of the highest star, and the words after the user
    (0.85, "would probably love it"),
    (0.75, "would probably like it"),
    (0.65, "might like it"),
    (0.55, "might not like it"),
    (0.0, "would probably not like it"),
)
MATCH_HELP = "100% is the best of all unseen movies, 0% an average one."


def draw(visitor: Visitor, movie_id: int, user: SelectedUser | None, view: UserView | None) -> None:
    """Draw the feature; without a user it has everyone's average."""
    recommender = visitor.recommender
    movie = movie_row(recommender, movie_id)
    with st.container(key="movie_band"):
        st.html(f"<style>.st-key-movie_band {{ background: {band_colour(str(movie[GENRES]))}; }}</style>")
        st.html(movie_tile.html(recommender, movie_id, "all"))
        facts = _for_everyone(movie, recommender.stars) if view is None else _for_user(view)
        st.html(_words(movie, *facts))
        with st.container(gap="small"):
            is_yours = user is None or user.visitor is not None
            movie_actions.buttons(visitor, movie_id, "movie", is_yours, "movie_actions")
            _links(str(movie["display"]), movie[YEAR])


def verdict(view: UserView) -> str:
    """What the user gave the movie, or would probably think of it."""
    prediction = view.prediction
    if prediction.user_rating is not None:
        return f"{prediction.subject} gave it {star_name(prediction.user_rating)} ★"
    share = prediction.expected / prediction.stars[-1]
    words = next(words for least, words in VERDICTS if share >= least)
    return f"{prediction.subject} {words}".replace("You would", "You’d")


def likely_stars(likely: PredictionSet, stars: tuple[float, ...]) -> str:
    """`4`, `4 or 5`, or `3 to 5`."""
    low, high = star_name(likely.low), star_name(likely.high)
    if low == high:
        return low
    adjacent = stars.index(likely.high) - stars.index(likely.low) == 1
    return f"{low} {'or' if adjacent else 'to'} {high}"


def _words(movie: pd.Series, sentence: str, figures: str, note: str) -> str:
    title = clean(movie["display"])
    size = ' class="long"' if len(title) > LONG_TITLE else ""
    note = f'<p class="note quiet">{escape(note)}</p>' if note else ""
    return (
        f'<div class="movie-part movie-words"><p class="verdict">{_starred(sentence)}</p>'
        f'<h1{size} dir="auto">{escape(title)}</h1><p class="quiet">{escape(facts(movie))}</p>'
        f'<div class="figures">{figures}</div>{note}</div>'
    )


def _for_user(view: UserView) -> tuple[str, str, str]:
    """Sentence, figures and note."""
    prediction, likely = view.prediction, view.explanation.prediction_set
    figures = (
        f'<span class="match" title="{escape(MATCH_HELP)}"><b>{percent(view.match, 0)}</b>match</span>'
        f"{_average(prediction.expected, prediction.stars, 'expected')}"
    )
    if likely:
        figures += f'<span class="quiet">Likely {_starred(f"{likely_stars(likely, prediction.stars)} ★")}</span>'
    note = ""
    if prediction.user_rating is not None:
        note = f"All figures are without {prediction.possessive} own rating."
    return verdict(view), figures, note


def _for_everyone(movie: pd.Series, stars: tuple[float, ...]) -> tuple[str, str, str]:
    count = int(movie["count"])
    if not count:
        return "Nobody has rated it yet", '<span class="quiet">Be the first.</span>', ""
    figures = f'{_average(movie["mean"], stars, "average")}<span class="quiet">{count_text(count, "rating")}</span>'
    return "Everyone’s average", figures, ""


def _average(value: float, stars: tuple[float, ...], what: str) -> str:
    """Stars filled up to a value, and the value."""
    glyphs = star_glyphs(value, stars[-1])
    return f'<span class="expected">{glyphs}<span><b>{number(value, 1)}</b> {what}</span></span>'


def _starred(text: str) -> str:
    """Escaped text with its star in gold."""
    return escape(text).replace("★", '<span class="star">★</span>')


def _links(title: str, year: float) -> None:
    """Searches for the movie elsewhere, which are opened only by a click."""
    title = clean(title)
    dated = title if pd.isna(year) else f"{title} {year:.0f}"
    tmdb = title if pd.isna(year) else f"{title} y:{year:.0f}"
    addresses = {
        "IMDb": f"https://www.imdb.com/find/?{urlencode({'q': dated, 's': 'tt'})}",
        "Letterboxd": f"https://letterboxd.com/search/films/{quote(dated, safe='')}/",
        "TMDB": f"https://www.themoviedb.org/search/movie?{urlencode({'query': tmdb})}",
    }
    with st.container(horizontal=True, key="movie_links"):
        st.markdown("Look it up:", width="content")
        for name, address in addresses.items():
            st.link_button(name, address, type="tertiary", help=f"Search {name} in a new tab")
