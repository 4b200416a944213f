"""A top-N list on the page: cards with reasons and actions, and the figures as a table for those who want them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from recsys.schema import MOVIE
from recsys.serving.explain.named_reasons import NamedReason, named_reasons
from recsys.serving.explain.sentences import named_reason
from recsys.serving.list_options import ListOptions
from recsys.serving.top_n import TopN, top
from recsys.ui.common import undo
from recsys.ui.common.movie_card import CardText
from recsys.ui.common.selected_user import SelectedUser, digest_of
from recsys.ui.common.text import clean, plain
from recsys.ui.recommend import list_rows, list_table

MATCH_HELP = (
    "Match says how well a movie fits by this ranking: 100% is the best of all unseen movies, 0% an average one. The "
    "stars are the expected rating."
)
_DOUBLE_STOP = re.compile(r"([.!?…])</b>\.$")  # after a title that ends with a mark of its own
KEPT = 4  # lists of a session
COLUMNS = 3  # cards side by side on a wide page


@dataclass(frozen=True)
class ExplainedList:
    """A list with a reason for each row."""

    top_n: TopN
    reasons: list[NamedReason]
    ranker: str


def top_list(user: SelectedUser, options: Mapping[str, Any]) -> ExplainedList:
    """A user's list for options (fields of `LIST_OPTIONS`). Raises InputError as `Recommender.top`."""
    list_options = ListOptions.checked(user.recommender.catalogue.genre_names, **options).without(user.excluded_ids)
    return _explained(user, list_options, user.recommender.version, digest_of(user.ratings), repr(list_options))


@st.cache_resource(
    show_spinner=False, max_entries=KEPT, scope="session"
)  # other actions, and the way back, cost nothing
def _explained(
    _user: SelectedUser, _options: ListOptions, version: str, history: str, options_text: str
) -> ExplainedList:
    top_n = top(_user.recommender, _user.ratings, _options)
    reasons = named_reasons(_user.recommender, _user.ratings, top_n.table[MOVIE])
    return ExplainedList(top_n, reasons, _options.ranker)


def headline(explained: ExplainedList, start: str) -> None:
    """A caption: `start`, and how many movies the list was chosen from."""
    top_n = explained.top_n
    st.caption(f"{start} {top_n.headline()}", help=f"{top_n.steps()}. {MATCH_HELP}")


def show(
    user: SelectedUser,
    explained: ExplainedList,
    key: str = "list",
    clear: Callable[[], None] | None = None,
    columns: int = COLUMNS,
    feature: str = "",
) -> None:
    """Show a list as cards, or as a table for those who want all figures.

    Parameters
    ----------
    user : SelectedUser
        The user whom the list is for.
    explained : ExplainedList
        The list.
    key : str
        Prefix of the widget keys.
    clear : callable, optional
        Removes all filters; called by a button if they leave no movie.
    columns : int
        Cards side by side where there is room.
    feature : str
        The line above the first movie, which is then drawn large.
    """
    top_n = explained.top_n
    if user.visitor:
        undo.notice(user.visitor)
    if not len(top_n.table):
        _empty_list(top_n, clear)
        return
    if short_note := top_n.why_short():
        st.caption(short_note)
    sentences = _sentences(user, explained)
    table = partial(list_table.display_table, user.recommender, top_n.table, sentences)
    if st.session_state.get(f"{key}_as_table"):
        list_table.show(table())
    else:
        texts = _reasons_of_cards(user, explained, sentences)
        list_rows.show(user, top_n.table, texts, key, columns, explained.ranker, feature)
    with st.container(horizontal=True, vertical_alignment="center"):
        list_table.download_button(table, key)
        st.toggle("Show as a table", key=f"{key}_as_table", help="With every figure, to sort and to search.")


def well_known(user: SelectedUser, n: int, columns: int, asked: int | None = None) -> None:
    """The most rated movies, without predictions and without the one asked about: for a visitor without ratings."""
    excluded = [*user.excluded_ids, *([] if asked is None else [asked])]
    options = ListOptions(n=n, ranker="popular", min_like=0.0).without(excluded)
    rows = top(user.recommender, user.ratings, options).table[list(list_rows.PLAIN_COLUMNS)]
    list_rows.show(user, rows, (), "well_known", columns)


def _empty_list(top_n: TopN, clear: Callable[[], None] | None) -> None:
    title = "Nothing to recommend" if top_n.funnel.unlikely else "No movie is left"
    st.info(top_n.why_short(), title=title, icon=":material/filter_alt_off:")
    can_clear = clear and top_n.relaxed_counts
    if can_clear and st.button("Clear all filters", on_click=clear, icon=":material/restart_alt:"):
        st.rerun()  # the whole page, because the list is made outside of this fragment


def _reasons_of_cards(user: SelectedUser, explained: ExplainedList, sentences: list[str]) -> list[CardText]:
    """The reasons for the cards; one that is the same for all rows stands above them once."""
    if explained.ranker == "popular":  # the number of ratings is the reason
        return []
    if len(set(sentences)) == 1 < len(sentences):
        st.caption(plain(sentences[0], 300))
        return []
    return [_reason_html(user, reason) for reason in explained.reasons]


def _sentences(user: SelectedUser, explained: ExplainedList) -> list[str]:
    """The reason of each row as plain text."""
    titles = user.recommender.movies_by_id["display"]
    return [named_reason(reason, lambda movie: clean(titles[movie]), user.wording) for reason in explained.reasons]


def _reason_html(user: SelectedUser, reason: NamedReason) -> CardText:
    """The same for a card, with the titles in bold."""
    titles = user.recommender.movies_by_id["display"]
    sentence = named_reason(reason, lambda movie: f"<b>{escape(clean(titles[movie]))}</b>", user.wording)
    return CardText("", _DOUBLE_STOP.sub(r"\1</b>", sentence), reason.because[0][0] if reason.because else None)
