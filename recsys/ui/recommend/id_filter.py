"""The part of the controls that limits a list to movies of one's own: a text, a file, and a word on every line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from recsys.errors import RecsysError
from recsys.schema import TITLE
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import clean, plain
from recsys.ui.common.widget_values import set_value
from recsys.validation import MAX_ONLY
from recsys.visitor.matching import AMBIGUOUS
from recsys.visitor.watchlist import Watchlist, WatchlistLine, read_lines

TEXT, FILE, PROBLEM = "wish_only_text", "wish_only_file", "wish_only_problem"
PLACEHOLDER = "The Godfather (1972)\nAlien\n#50"
LONGEST = 60_000  # characters
REPORTED = 20  # lines


def text() -> str:
    """The list as it was written, empty where there is none."""
    return st.session_state.get(TEXT, "")[:LONGEST]


def write(recommender: Recommender, movie_ids: Sequence[int] | None) -> None:
    """Write a list of ids for people to read, or none."""
    titles = recommender.movies_by_id[TITLE]
    set_value(TEXT, "\n".join(f"#{movie} {clean(titles[movie])}" for movie in movie_ids or ()))
    st.session_state[PROBLEM] = ""


def draw(recommender: Recommender, watchlist: Callable[[], Watchlist | None], on_change: Callable[[], None]) -> None:
    """The field, the file, and what could not be understood."""

    def from_file() -> None:
        _take_file()
        on_change()

    with st.expander("Only from my list", expanded=bool(text())):
        st.text_area(
            "Titles or ids, one a line", key=TEXT, on_change=on_change, placeholder=PLACEHOLDER, max_chars=LONGEST
        )
        st.file_uploader("Or a file", ["csv", "txt", "tsv"], key=FILE, on_change=from_file, max_upload_size=1)
        if problem := st.session_state.get(PROBLEM):
            st.warning(plain(problem, 300), icon=":material/upload_file:")
        if found := watchlist():
            _report(recommender, found)


def _take_file() -> None:
    given, state = st.session_state.get(FILE), st.session_state
    if given is None:
        return
    try:
        set_value(TEXT, "\n".join(read_lines(given.getvalue()))[:LONGEST])
        state[PROBLEM] = ""
    except RecsysError as error:
        state[PROBLEM] = str(error)


def _report(recommender: Recommender, found: Watchlist) -> None:
    st.caption(f"Found {len(found.movie_ids):,} {'movie' if len(found.movie_ids) == 1 else 'movies'}.")
    titles = recommender.movies_by_id[TITLE]
    for line in found.unclear[:REPORTED]:
        st.text(_said(line, [f"#{movie} {titles[movie]}" for movie in line.movie_ids]))
    if (more := len(found.unclear) - REPORTED) > 0:
        st.caption(f"{more:,} more lines were not found.")
    if found.unread:
        st.caption(f"The last {found.unread:,} lines were not read: a list has at most {MAX_ONLY:,}.")


def _said(line: WatchlistLine, choices: Sequence[str]) -> str:
    start = f"Line {line.number}, {clean(line.text, 40)}:"
    if line.status == AMBIGUOUS:
        return f"{start} more than one. Write {' or '.join(map(clean, choices))}."
    return f"{start} not found." + (f" Did you mean {clean(choices[0])}?" if choices else "")
