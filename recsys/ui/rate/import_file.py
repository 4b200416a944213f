"""Import of a file: the visitor's saved profile, or movies exported from elsewhere, with a status for every row."""

from __future__ import annotations

from typing import Any

import streamlit as st

from recsys.errors import RecsysError
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.rate import review_table
from recsys.visitor.export_formats import SAVED, SEEN
from recsys.visitor.import_review import ImportReview, NewMovies
from recsys.visitor.profile import Profile
from recsys.visitor.profile_file import MatchedProfile, from_bytes
from recsys.visitor.service_exports import ROW_LIMIT, SIZE_LIMIT, read_export

FILE, PARSED, MODE, MESSAGE = "rate_file", "rate_parsed", "rate_mode", "rate_message"  # session keys
MODE_LABEL = "Load a file"  # the way to rate in which a file is loaded
ROLE = "rate_role"  # widget key; the file's id follows
ROLE_LABELS = {SAVED: "want to watch", SEEN: "have seen"}
SET_WORDS = {"seen": "seen", "saved": "to watch", "hidden": "hidden", "skipped": "skipped"}


def show(visitor: Visitor, next_mode: str) -> None:
    """Upload a file, review its content and import it; afterwards the page changes to `next_mode`."""
    upload = st.file_uploader(
        "Your saved profile, or a file exported from Letterboxd or IMDb",
        ["json", "csv", "zip", "tsv", "txt"],
        key=FILE,
        max_upload_size=SIZE_LIMIT // 2**20,
    )
    st.caption(
        "Letterboxd: Settings, Data, Export your data; the zip as it comes has your ratings, the movies you have seen "
        "and your watchlist. IMDb: Your ratings or Your watchlist, Export. The file is read in memory and not kept: "
        f"at most {SIZE_LIMIT // 2**20} MB and {ROW_LIMIT:,} rows."
    )
    if upload is None:
        st.session_state.pop(PARSED, None)
        return
    try:
        parsed = _read(visitor, upload)
    except RecsysError as error:
        st.warning(plain(error, LONGEST_REASON), title="This file cannot be used", icon=":material/upload_file:")
        return
    if isinstance(parsed, MatchedProfile):
        _saved_profile(visitor, parsed, next_mode)
    else:
        _export_review(visitor, parsed, next_mode)


def forget() -> None:
    """Forget the uploaded file."""
    st.session_state.pop(PARSED, None)


def _read(visitor: Visitor, upload: Any) -> MatchedProfile | ImportReview:
    """The parsed file, read once per upload; an export review includes the visitor's decisions since."""
    file_key = (upload.file_id, visitor.recommender.version)
    cached = st.session_state.get(PARSED)
    if cached is None or cached[0] != file_key:
        data, stars = upload.getvalue(), visitor.recommender.stars
        if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
            parsed = visitor.settled(from_bytes(data))
        else:
            parsed = ImportReview.of(read_export(data, upload.name), visitor.matcher, stars)
        st.session_state[PARSED] = cached = (file_key, parsed)
    return cached[1]


def _saved_profile(visitor: Visitor, settled: MatchedProfile, next_mode: str) -> None:
    st.success(f"{_counts_text(settled.profile)}.", title="A profile saved here", icon=":material/folder_open:")
    if settled.unmatched:
        st.warning(
            plain(", ".join(movie_ref.display_title for movie_ref in settled.unmatched[:20]), LONGEST_REASON),
            title=f"{len(settled.unmatched):,} of its movies are not in this catalogue",
        )
    if visitor.profile.movie_refs:
        st.caption(f"Loading it replaces what you have here: {_counts_text(visitor.profile)}.")
    st.button("Load this profile", type="primary", on_click=_load, args=(visitor, settled, next_mode))


def _load(visitor: Visitor, settled: MatchedProfile, next_mode: str) -> None:
    visitor.load(settled.profile)
    _finish(f"Loaded {_counts_text(settled.profile)}.", next_mode)


def _export_review(visitor: Visitor, review: ImportReview, next_mode: str) -> None:
    if review.asks_role:
        review = _with_chosen_role(review)
    catalogue = visitor.recommender.catalogue
    new = review.new_movies(visitor.profile, catalogue)
    review_table.metrics(review)
    if rated_before := len(review.ratings(catalogue)) - len(new.ratings):
        st.caption(f"{_count_text(rated_before, 'movie')} you have rated here already: that rating stays.")
    is_open = review.asks_role and not review.chosen_role
    st.button(
        "Add the movies" if is_open else f"Add {_counts_text(new)}",
        type="primary",
        disabled=is_open or not len(new),
        icon=":material/add:",
        on_click=_add,
        args=(visitor, review, new, next_mode),
        help="First say above if you want to watch these movies or have seen them." if is_open else None,
    )
    review_table.match_by_hand(visitor, review, _match)
    review_table.table(visitor, review)


def _with_chosen_role(review: ImportReview) -> ImportReview:
    """The review with what the visitor says about movies whose file does not say if they are seen or saved."""
    (file_id, _), _ = st.session_state[PARSED]
    role = st.radio(
        "These are movies I",
        list(ROLE_LABELS),
        index=None,
        format_func=ROLE_LABELS.get,
        key=f"{ROLE}_{file_id}",
        horizontal=True,
    )
    return review.with_role(role) if role else review


def _add(visitor: Visitor, review: ImportReview, new: NewMovies, next_mode: str) -> None:
    visitor.add(new.ratings)
    visitor.store(visitor.profile.put(SEEN, *new.seen).put(SAVED, *new.saved))
    _finish(f"Added {_counts_text(new)} from {review.export_format.service}.", next_mode)


def _finish(message: str, next_mode: str) -> None:
    st.session_state[MODE], st.session_state[MESSAGE] = next_mode, message


def _match(review: ImportReview, index: int, movie_id: int) -> None:
    file_key, _ = st.session_state[PARSED]
    st.session_state[PARSED] = (file_key, review.choose(index, movie_id))


def _counts_text(movies: NewMovies | Profile) -> str:
    """`12 ratings, 30 seen, 18 to watch`, without what there is none of."""
    counts = {words: len(getattr(movies, name, ())) for name, words in SET_WORDS.items()}
    ratings = [_count_text(len(movies.ratings))] if movies.ratings else []
    return ", ".join([*ratings, *(f"{count:,} {words}" for words, count in counts.items() if count)]) or "nothing"


def _count_text(count: int, noun: str = "rating") -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"
