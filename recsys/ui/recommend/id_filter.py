"""The filter that limits a list to the visitor's own movies: a text field, a file, and notes on unclear lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from recsys.errors import RecsysError
from recsys.list_option_table import LIST_OPTIONS
from recsys.schema import TITLE
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import clean, plain
from recsys.ui.common.widget_values import set_value
from recsys.visitor.matching import AMBIGUOUS
from recsys.visitor.watchlist import Watchlist, WatchlistLine, read_lines

TEXT, FILE, PROBLEM = "options_only_text", "options_only_file", "options_only_problem"  # session keys
PLACEHOLDER = "The Godfather (1972)\nAlien\n#50"
LONGEST = 60_000  # characters
MAX_REPORTED = 20  # lines


def text() -> str:
    """The text as the visitor wrote it; empty if there is none."""
    return st.session_state.get(TEXT, "")[:LONGEST]


def write(recommender: Recommender, movie_ids: Sequence[int] | None) -> None:
    """Set the text to ids with their titles, or clear it."""
    titles = recommender.movies_by_id[TITLE]
    set_value(TEXT, "\n".join(f"#{movie} {clean(titles[movie])}" for movie in movie_ids or ()))
    st.session_state[PROBLEM] = ""


def draw(recommender: Recommender, watchlist: Callable[[], Watchlist | None], on_change: Callable[[], None]) -> None:
    """Draw the text field, the file uploader, and notes on unclear lines."""

    def on_file() -> None:
        _read_file()
        on_change()

    with st.expander(LIST_OPTIONS["only"].label, expanded=bool(text())):
        st.text_area(
            "Titles or ids, one per line", key=TEXT, on_change=on_change, placeholder=PLACEHOLDER, max_chars=LONGEST
        )
        st.file_uploader("Or upload a file", ["csv", "txt", "tsv"], key=FILE, on_change=on_file, max_upload_size=1)
        if problem := st.session_state.get(PROBLEM):
            st.warning(plain(problem, 300), icon=":material/upload_file:")
        if matched := watchlist():
            _report(recommender, matched)


def _read_file() -> None:
    upload, state = st.session_state.get(FILE), st.session_state
    if upload is None:
        return
    try:
        set_value(TEXT, "\n".join(read_lines(upload.getvalue()))[:LONGEST])
        state[PROBLEM] = ""
    except RecsysError as error:
        state[PROBLEM] = str(error)


def _report(recommender: Recommender, watchlist: Watchlist) -> None:
    st.caption(f"Found {len(watchlist.movie_ids):,} {'movie' if len(watchlist.movie_ids) == 1 else 'movies'}.")
    titles = recommender.movies_by_id[TITLE]
    for line in watchlist.unclear[:MAX_REPORTED]:
        st.text(_line_text(line, [f"#{movie} {titles[movie]}" for movie in line.movie_ids]))
    if (more_count := len(watchlist.unclear) - MAX_REPORTED) > 0:
        st.caption(f"{more_count:,} more {'line was' if more_count == 1 else 'lines were'} not found.")
    if watchlist.unread:
        limit = LIST_OPTIONS["only"].most_items
        st.caption(f"The last {watchlist.unread:,} lines are ignored: a list has at most {limit:,} lines.")


def _line_text(line: WatchlistLine, candidates: Sequence[str]) -> str:
    prefix = f"Line {line.number}, {clean(line.text, 40)}:"
    if line.status == AMBIGUOUS:
        return f"{prefix} matches several movies. Write {' or '.join(map(clean, candidates))}."
    return f"{prefix} not found." + (f" Did you mean {clean(candidates[0])}?" if candidates else "")
