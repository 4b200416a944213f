"""One movie as a card, or as the first feature of a programme: tile, facts, figures and reason, then the actions.

The whole card leads to the movie's page; the actions lie above that link. All text of movies is escaped here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from recsys.schema import GENRES, MOVIE, RANK, YEAR, star_name
from recsys.serving.recommender import Recommender
from recsys.tiles import palette_of
from recsys.ui.common import movie_actions, movie_tile
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import MAX_GLYPHS, clean, plain

LONGEST_TITLE = 70  # characters


@dataclass(frozen=True)
class CardText:
    """What a card says beside the movie's title, as HTML.

    Attributes
    ----------
    figures : str
        Why the movie stands where it stands: `<b>82%</b> match · 4.2 ★`; may be empty.
    reason : str
        A sentence; may be empty.
    named : int, optional
        Id of the movie that the reason names first.
    """

    figures: str = ""
    reason: str = ""
    named: int | None = None


def card(user: SelectedUser, visitor: Visitor, row: Mapping[Any, Any], text: CardText, key: str) -> None:
    """Draw one card into the current container.

    Parameters
    ----------
    user : SelectedUser
        The user whom the list is for.
    visitor : Visitor
        The visitor, whose own movies the actions change.
    row : mapping
        A row of a list: rank, movie id, year and genres.
    text : CardText
        Figures and reason.
    key : str
        Prefix of the widget keys.
    """
    st.html(card_html(visitor, row, _lines(text)))
    _link_and_actions(user, visitor, row, key)


def feature(
    user: SelectedUser, visitor: Visitor, row: Mapping[Any, Any], text: CardText, key: str, kicker: str
) -> None:
    """Draw the first movie of a programme into the current container: a large tile in a band of its own colour.

    Parameters are those of `card`; `kicker` is the line above the title, as plain text.
    """
    st.html(feature_html(visitor, row, _lines(text, thumbnail(user.recommender, text.named)), kicker))
    _link_and_actions(user, visitor, row, key, "feature_actions")


def card_html(visitor: Visitor, row: Mapping[Any, Any], lines: str, kind: str = "", rank: bool = True) -> str:
    """A card as HTML: the tile, and beside it rank, title, facts and `lines`; `kind` are more classes."""
    tile, head = _tile(visitor, row, "title"), _head(visitor, row, "h3", rank)
    return (
        f'<div class="movie-card {kind}" data-movie="{int(row[MOVIE])}"><div class="tile-box">{tile}</div>'
        f"<div>{head}{lines}</div></div>"
    )


def feature_html(visitor: Visitor, row: Mapping[Any, Any], lines: str, kicker: str, kind: str = "") -> str:
    """The same for a feature, in its band, with a `kicker` (plain text) above the title."""
    colour = band_colour(str(row[GENRES]))
    return (
        f'<div class="feature-band" style="background:{colour}"></div>'
        f'<div class="movie-feature {kind}" data-movie="{int(row[MOVIE])}" style="--paper:{colour}">'
        f'<div class="tile-box">{_tile(visitor, row, "all")}</div>'
        f'<div><p class="kicker">{escape(kicker)}</p>{_head(visitor, row, "h2")}{lines}</div></div>'
    )


def link_and_actions(
    visitor: Visitor, movie_id: int, key: str, user_query: str, is_yours: bool, prefix: str = "actions"
) -> None:
    """The link over the container around it, and the actions above that link: see `movie_actions.buttons`."""
    title = title_of(visitor.recommender, movie_id)
    open_link(user_query, movie_id, title)
    movie_actions.buttons(visitor, movie_id, key, is_yours, prefix)


def open_link(user_query: str, movie_id: int, title: str) -> None:
    """A link to the movie's page for a user (`SelectedUser.query`) that covers the container around it."""
    parameters = {"movie": str(movie_id), "user": user_query}
    st.page_link("pages/movie.py", label=plain(title), query_params=parameters, width="stretch", help="")


def band_colour(genres: str) -> str:
    """The colour behind a feature, as CSS: that of its paper, near the page's own."""
    dark = movie_tile.dark()
    palette = palette_of(genres.split("|"), dark)
    own, page = (f"{palette.ink} 38%", "#151110") if dark else (f"{palette.stock} 65%", "#fbf8f3")
    return f"color-mix(in srgb, {own}, {page})"


def title_of(recommender: Recommender, movie_id: int) -> str:
    """The title of a movie on one line, without the year."""
    return clean(recommender.display_title(movie_id), LONGEST_TITLE)


def status(visitor: Visitor, movie_id: int) -> str:
    """What the visitor has done with a movie, for the strip of its tile: `Saved`, `Rated 4 ★`."""
    if rating := visitor.profile.rating(movie_id):
        return f"Rated {star_name(rating.stars)} ★"
    members = ((name, movie_ref.movie_id) for name, movie_ref in visitor.profile.set_members if name != "skipped")
    return next((name.capitalize() for name, member in members if member == movie_id), "")


def facts(row: Mapping[Any, Any] | pd.Series) -> str:
    """Year and genres as plain text: `1994 · Drama, Romance`."""
    year = "" if row[YEAR] != row[YEAR] else f"{row[YEAR]:.0f}"
    return " · ".join(filter(None, [year, clean(str(row[GENRES]).replace("|", ", "))]))


def star_glyphs(stars: float, top: float) -> str:
    """Stars of which the given share is lit, as HTML for the eye only; empty when the scale is too long to draw."""
    if top > MAX_GLYPHS:
        return ""
    glyphs, width = "★" * int(top), f"{100 * stars / top:.1f}%"
    return f'<span class="stars" data-stars="{glyphs}"><i data-stars="{glyphs}" style="width:{width}"></i></span>'


def thumbnail(recommender: Recommender, movie_id: int | None) -> str:
    """The small tile beside a reason, of the movie that it names; "" for None."""
    return "" if movie_id is None else f"<div>{movie_tile.html(recommender, movie_id, 'art')}</div>"


def reason_html(reason: str, tile: str = "") -> str:
    """A reason (HTML), perhaps beside a `thumbnail`; "" for none."""
    return f'<div class="reason">{tile}<p>{reason}</p></div>' if reason else ""


def programme_heading(text: str, key: str) -> None:
    """A heading with a thick rule below it; `key` is that of its container after `programme_`."""
    with st.container(key=f"programme_{key}"):
        st.header(text, anchor=False)


def _lines(text: CardText, tile: str = "") -> str:
    """Figures and reason as HTML."""
    figures = f'<p class="figures">{text.figures}</p>' if text.figures else ""
    return figures + reason_html(text.reason, tile)


def _head(visitor: Visitor, row: Mapping[Any, Any], heading: str, rank: bool = True) -> str:
    """Rank, title and facts as HTML."""
    number = f"<i>{row[RANK]}</i> " if rank else ""
    title = escape(title_of(visitor.recommender, int(row[MOVIE])))
    return f'<{heading}>{number}{title}</{heading}><p class="facts">{escape(facts(row))}</p>'


def _tile(visitor: Visitor, row: Mapping[Any, Any], detail: str) -> str:
    movie_id = int(row[MOVIE])
    return movie_tile.html(visitor.recommender, movie_id, detail, status(visitor, movie_id))


def _link_and_actions(
    user: SelectedUser, visitor: Visitor, row: Mapping[Any, Any], key: str, prefix: str = "actions"
) -> None:
    link_and_actions(visitor, int(row[MOVIE]), key, user.query, user.visitor is not None, prefix)
