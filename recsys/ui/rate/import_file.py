"""Import of a file: the visitor's saved profile, or ratings exported from elsewhere, with a status for every row."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from recsys.data.title_years import with_year
from recsys.errors import RecsysError
from recsys.schema import star_name
from recsys.ui.common.pickers import MOST_LISTED, movie_labels
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import LONGEST_REASON, clean, plain
from recsys.visitor.import_review import STATUSES, ImportLine, ImportReview
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN
from recsys.visitor.profile_file import MatchedProfile, from_bytes
from recsys.visitor.scale import RULE
from recsys.visitor.service_exports import ROW_LIMIT, SIZE_LIMIT, read_export

FILE, PARSED, MODE, MESSAGE = "rate_file", "rate_parsed", "rate_mode", "rate_message"  # session keys
STATUS_LABELS = {MATCHED: "Found", AMBIGUOUS: "More than one", UNKNOWN: "Not found"}
ALL_ROWS = "all rows"


def show(visitor: Visitor, next_mode: str) -> None:
    """Upload a file, review its content and import it; afterwards the page changes to `next_mode`."""
    upload = st.file_uploader(
        "Your saved profile, or ratings exported from Letterboxd or IMDb",
        ["json", "csv", "zip", "tsv", "txt"],
        key=FILE,
        max_upload_size=SIZE_LIMIT // 2**20,
    )
    st.caption(
        "Letterboxd: Settings, Data, Export your data; the zip as it comes. IMDb: Your ratings, Export. "
        f"The file is read in memory, for this session only: at most {SIZE_LIMIT // 2**20} MB and {ROW_LIMIT:,} rows."
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


def _read(visitor: Visitor, upload: Any) -> MatchedProfile | ImportReview:
    """The parsed file, read once per upload; an export review includes the visitor's decisions since."""
    file_key = (upload.file_id, visitor.recommender.version)
    cached = st.session_state.get(PARSED)
    if cached is None or cached[0] != file_key:
        data, stars = upload.getvalue(), visitor.recommender.stars
        if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
            parsed = visitor.settled(from_bytes(data))
        else:
            parsed = ImportReview.of(read_export(data), visitor.matcher, stars)
        st.session_state[PARSED] = cached = (file_key, parsed)
    return cached[1]


def _saved_profile(visitor: Visitor, settled: MatchedProfile, next_mode: str) -> None:
    profile = settled.profile
    st.success(
        f"{_count_text(len(profile.ratings))} and {_count_text(len(profile.skipped), 'movie')} set aside.",
        title="A profile saved here",
        icon=":material/folder_open:",
    )
    if settled.unmatched:
        st.warning(
            plain(", ".join(movie_ref.display_title for movie_ref in settled.unmatched[:20]), LONGEST_REASON),
            title=f"{len(settled.unmatched):,} of its movies are not in this catalogue",
        )
    if current_count := len(visitor.profile.ratings):
        st.caption(f"Loading it replaces {_count_text(current_count)} on this page.")
    st.button("Load this profile", type="primary", on_click=_load, args=(visitor, settled, next_mode))


def _load(visitor: Visitor, settled: MatchedProfile, next_mode: str) -> None:
    visitor.load(settled.profile)
    st.session_state[MODE], st.session_state[MESSAGE] = (
        next_mode,
        f"{_count_text(len(settled.profile.ratings))} loaded.",
    )


def _export_review(visitor: Visitor, review: ImportReview, next_mode: str) -> None:
    ratings = review.ratings(visitor.recommender.catalogue)
    new_ratings = [rating for rating in ratings if visitor.profile.rating(rating.movie_ref.movie_id) is None]
    grid = st.grid(4, min_column_width=120)
    grid.metric("Rows", f"{len(review.lines):,}", help=f"From {review.service.name}.")
    for status, title in STATUS_LABELS.items():
        grid.metric(title, f"{review.count(status):,}")
    if len(new_ratings) < len(ratings):
        st.caption(
            f"{_count_text(len(ratings) - len(new_ratings), 'movie')} you have rated here already: that rating stays."
        )
    st.button(
        f"Add {_count_text(len(new_ratings))}",
        type="primary",
        disabled=not new_ratings,
        icon=":material/add:",
        on_click=_add,
        args=(visitor, review, next_mode),
    )
    _match_by_hand(visitor, review)
    _report_table(visitor, review)


def _add(visitor: Visitor, review: ImportReview, next_mode: str) -> None:
    count_before = len(visitor.profile.ratings)
    visitor.add(review.ratings(visitor.recommender.catalogue))
    added = len(visitor.profile.ratings) - count_before
    st.session_state[MODE], st.session_state[MESSAGE] = (
        next_mode,
        f"{_count_text(added)} added from {review.service.name}.",
    )


def _match_by_hand(visitor: Visitor, review: ImportReview) -> None:
    """Match one unclear row at a time to a movie, the likeliest candidates first."""
    open_lines = [line for line in review.lines if line.open]
    if not open_lines:
        return
    open_lines.sort(key=lambda line: (line.status != AMBIGUOUS, not line.movie_ids, line.row.line))
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    with st.expander(f"Say what is meant: {len(open_lines):,} open", icon=":material/edit:"):
        left, right = st.columns(2)
        line_by_number = {line.row.line: line for line in open_lines}
        line_number = left.selectbox(
            "Row of the file",
            list(line_by_number),
            format_func=lambda number: _line_label(line_by_number[number]),
            key="rate_open_line",
        )
        candidates = list(line_by_number[line_number].movie_ids)
        other_movies = [movie for movie in list(labels)[:MOST_LISTED] if movie not in candidates]
        movie_id = right.selectbox(
            "Is this movie",
            candidates + other_movies,
            index=0 if candidates else None,
            format_func=lambda movie: labels.get(movie, str(movie)),
            key=f"rate_match_{line_number}",
            placeholder="Type a title",
        )
        st.button("That is it", disabled=movie_id is None, on_click=_match, args=(review, line_number, movie_id))


def _match(review: ImportReview, line_number: int, movie_id: int) -> None:
    file_key, _ = st.session_state[PARSED]
    st.session_state[PARSED] = (file_key, review.choose(line_number, movie_id))


def _report_table(visitor: Visitor, review: ImportReview) -> None:
    report = review.report(visitor.recommender.catalogue)
    statuses = [status for status in STATUSES if review.count(status)]
    status_filter = st.radio(
        "Show", [ALL_ROWS, *statuses], horizontal=True, format_func=_status_label, key="rate_statuses"
    )
    rows = report if status_filter == ALL_ROWS else report[report["status"] == status_filter]
    column = st.column_config
    st.dataframe(
        pd.DataFrame(
            {
                "Line": rows["line"],
                "Title": [_title_with_year(row.title, row.year) for row in rows.itertuples()],
                "Status": rows["status"].map(_status_label),
                "Meaning": [clean(meaning, 200) for meaning in rows["meaning"]],
                review.service.name: rows["grade"],
                "Stars": rows["stars"],
            }
        ),
        hide_index=True,
        column_config={
            "Line": column.NumberColumn(width=52),
            "Title": column.TextColumn(width=200),
            "Status": column.TextColumn(width=100),
            "Meaning": column.TextColumn(width=400),
            review.service.name: column.NumberColumn(format=f"%g of {review.service.top:g}", width=96),
            "Stars": column.NumberColumn(format="%g ★", width=70),
        },
        alt="Every row of the file and what it became",
    )
    scale = review.scale()
    scale_texts = [f"{grade:g} → {star_name(star)} ★" for grade, star, _ in scale.itertuples(index=False)]
    st.caption(f"{RULE} {review.service.name}: {', '.join(scale_texts)}.")


def _line_label(line: ImportLine) -> str:
    return f"Line {line.row.line}: {_title_with_year(line.row.titles[0], line.row.year)}"


def _title_with_year(title: object, year: Any) -> str:
    return with_year(clean(title), None if pd.isna(year) else year)


def _status_label(status: str) -> str:
    return STATUS_LABELS.get(status, status.capitalize())


def _count_text(count: int, noun: str = "rating") -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"
