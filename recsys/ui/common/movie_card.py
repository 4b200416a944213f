"""One movie as a card, or as the first feature of a programme: tile, facts, figures and reason, then the actions.

The whole card leads to the movie's page; the actions lie above that link. All text of movies is escaped here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from recsys.schema import GENRES, MOVIE, RANK, YEAR, star_name
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
    movie_id, title = int(row[MOVIE]), title_of(user, row)
    tile = movie_tile.html(user.recommender, movie_id, "title", status(visitor, movie_id))
    st.html(f'<div class="movie-card"><div class="tile-box">{tile}</div><div>{_words(row, title, text)}</div></div>')
    open_link(user.query, movie_id, title)
    movie_actions.buttons(visitor, movie_id, key, plain(title), is_yours=user.visitor is not None)


def feature(
    user: SelectedUser, visitor: Visitor, row: Mapping[Any, Any], text: CardText, key: str, kicker: str
) -> None:
    """Draw the first movie of a programme into the current container: a large tile in a band of its own colour.

    Parameters are those of `card`; `kicker` is the line above the title, as plain text.
    """
    movie_id, title = int(row[MOVIE]), title_of(user, row)
    tile = movie_tile.html(user.recommender, movie_id, "all", status(visitor, movie_id))
    words = _words(row, title, text, "h2", _thumbnail(user, text))
    st.html(
        f'<div class="feature-band" style="background:{band_colour(str(row[GENRES]))}"></div>'
        f'<div class="movie-feature"><div class="tile-box">{tile}</div>'
        f'<div><p class="kicker">{escape(kicker)}</p>{words}</div></div>'
    )
    open_link(user.query, movie_id, title)
    movie_actions.buttons(
        visitor, movie_id, key, plain(title), is_yours=user.visitor is not None, prefix="feature_actions"
    )


def open_link(user_query: str, movie_id: int, title: str) -> None:
    """A link to the movie's page for a user (`SelectedUser.query`) that covers the container around it."""
    parameters = {"movie": str(movie_id), "user": user_query}
    st.page_link("pages/movie.py", label=plain(title), query_params=parameters, width="stretch")


def band_colour(genres: str) -> str:
    """The colour behind a feature, as CSS: that of its paper, near the page's own."""
    dark = movie_tile.dark()
    palette = palette_of(genres.split("|"), dark)
    own, page = (f"{palette.ink} 38%", "#151110") if dark else (f"{palette.stock} 65%", "#fbf8f3")
    return f"color-mix(in srgb, {own}, {page})"


def title_of(user: SelectedUser, row: Mapping[Any, Any]) -> str:
    """The title of a row's movie on one line, without the year."""
    return clean(user.recommender.movies_by_id.loc[row[MOVIE], "display"], LONGEST_TITLE)


def status(visitor: Visitor, movie_id: int) -> str:
    """What the visitor has done with a movie, for the strip of its tile: `Saved`, `Rated 4 ★`."""
    if rating := visitor.profile.rating(movie_id):
        return f"Rated {star_name(rating.stars)} ★"
    members = ((name, movie_ref.movie_id) for name, movie_ref in visitor.profile.set_members if name != "skipped")
    return next((name.capitalize() for name, member in members if member == movie_id), "")


def facts(row: Mapping[Any, Any]) -> str:
    """Year and genres as plain text: `1994 · Drama, Romance`."""
    year = "" if row[YEAR] != row[YEAR] else f"{row[YEAR]:.0f}"
    return " · ".join(filter(None, [year, clean(str(row[GENRES]).replace("|", ", "))]))


def star_glyphs(stars: float, top: float) -> str:
    """Stars of which the given share is lit, as HTML for the eye only; empty when the scale is too long to draw."""
    if top > MAX_GLYPHS:
        return ""
    glyphs, width = "★" * int(top), f"{100 * stars / top:.1f}%"
    return f'<span class="stars" data-stars="{glyphs}"><i data-stars="{glyphs}" style="width:{width}"></i></span>'


def _words(row: Mapping[Any, Any], title: str, text: CardText, heading: str = "h3", thumbnail: str = "") -> str:
    """Rank, title, facts, figures and reason as HTML."""
    lines = [f"<{heading}><i>{row[RANK]}</i> {escape(title)}</{heading}>", f'<p class="facts">{escape(facts(row))}</p>']
    lines += [f'<p class="figures">{text.figures}</p>'] * bool(text.figures)
    lines += [f'<div class="reason">{thumbnail}<p>{text.reason}</p></div>'] * bool(text.reason)
    return "".join(lines)


def _thumbnail(user: SelectedUser, text: CardText) -> str:
    """The small tile of the movie that a reason names."""
    return "" if text.named is None else f"<div>{movie_tile.html(user.recommender, text.named, 'art')}</div>"
