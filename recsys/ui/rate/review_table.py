"""The rows of an export under review: how many match, a match by hand for the open ones, and a table of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from recsys.data.title_years import with_year
from recsys.schema import star_name
from recsys.ui.common.pickers import MOST_LISTED, movie_labels
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import clean
from recsys.visitor.export_formats import RATED, SAVED, SEEN, UNKNOWN_ROLE
from recsys.visitor.import_review import STATUSES, ImportLine, ImportReview
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN
from recsys.visitor.scale import RULE

STATUS_LABELS = {MATCHED: "Found", AMBIGUOUS: "More than one", UNKNOWN: "Not found"}
ROLE_LABELS = {RATED: "Rating", SEEN: "Seen", SAVED: "To watch", UNKNOWN_ROLE: "?"}
ALL_ROWS = "all rows"


def metrics(review: ImportReview) -> None:
    """How many rows there are, and how many of each status."""
    grid = st.grid(4, min_column_width=120)
    grid.metric("Rows", f"{len(review.lines):,}", help=f"From {review.export_format.service}.")
    for status, title in STATUS_LABELS.items():
        grid.metric(title, f"{review.count(status):,}")


def match_by_hand(visitor: Visitor, review: ImportReview, on_match: Callable[[ImportReview, int, int], None]) -> None:
    """Match one unclear row at a time to a movie, the likeliest candidates first.

    `on_match` is called with the review, the position of the line, and the movie's id.
    """
    open_lines = {index: line for index, line in enumerate(review.lines) if line.open}
    if not open_lines:
        return
    likeliest_first = sorted(
        open_lines, key=lambda index: (open_lines[index].status != AMBIGUOUS, not open_lines[index].movie_ids, index)
    )
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    with st.expander(f"Match {len(open_lines):,} by hand", icon=":material/edit:"):
        left, right = st.columns(2)
        index = left.selectbox(
            "Row of the file",
            likeliest_first,
            format_func=lambda index: _line_label(review.lines[index]),
            key="rate_open_line",
        )
        candidates = list(review.lines[index].movie_ids)
        other_movies = [movie for movie in list(labels)[:MOST_LISTED] if movie not in candidates]
        movie_id = right.selectbox(
            "Is this movie",
            candidates + other_movies,
            index=0 if candidates else None,
            format_func=lambda movie: labels.get(movie, str(movie)),
            key=f"rate_match_{index}",
            placeholder="Type a title",
        )
        st.button("Use this match", disabled=movie_id is None, on_click=on_match, args=(review, index, movie_id))


def table(visitor: Visitor, review: ImportReview) -> None:
    """Every row of the file and what it becomes, and how grades become stars."""
    report, service = review.report(visitor.recommender.catalogue), review.export_format.service
    statuses = [status for status in STATUSES if review.count(status)]
    status_filter = st.radio(
        "Show", [ALL_ROWS, *statuses], horizontal=True, format_func=_status_label, key="rate_statuses"
    )
    rows = report if status_filter == ALL_ROWS else report[report["status"] == status_filter]
    columns = {
        "File": rows["file"],
        "Line": rows["line"],
        "Title": [_title_with_year(row.title, row.year) for row in rows.itertuples()],
        "Status": rows["status"].map(_status_label),
        "Meaning": [clean(meaning, 200) for meaning in rows["meaning"]],
        "As": rows["role"].map(ROLE_LABELS),
        service: rows["grade"],
        "Stars": rows["stars"],
    }
    used = [name for name in columns if name in _used_columns(report, service)]
    st.dataframe(
        pd.DataFrame({name: columns[name] for name in used}),
        hide_index=True,
        column_config={name: _column_config(review)[name] for name in used},
        alt="Every row of the file and what it became",
    )
    scale = review.scale()
    if len(scale):
        scale_texts = [f"{grade:g} → {star_name(star)} ★" for grade, star, _ in scale.itertuples(index=False)]
        st.caption(f"{RULE} {service}: {', '.join(scale_texts)}.")


def _used_columns(report: pd.DataFrame, service: str) -> list[str]:
    """The columns that tell rows apart: the file of a zip, the role if there are several, grades if there are any."""
    file = ["File"] if report["file"].any() else []
    role = ["As"] if report["role"].nunique() > 1 else []
    grades = [service, "Stars"] if (report["role"] == RATED).any() else []
    return [*file, "Line", "Title", "Status", "Meaning", *role, *grades]


def _column_config(review: ImportReview) -> dict[str, Any]:
    column = st.column_config
    return {
        "File": column.TextColumn(width=100),
        "Line": column.NumberColumn(width=52),
        "Title": column.TextColumn(width=200),
        "Status": column.TextColumn(width=100),
        "Meaning": column.TextColumn(width=360),
        "As": column.TextColumn(width=72),
        review.export_format.service: column.NumberColumn(format=f"%g of {review.export_format.top:g}", width=96),
        "Stars": column.NumberColumn(format="%g ★", width=70),
    }


def _line_label(line: ImportLine) -> str:
    file = f"{line.row.file}, line" if line.row.file else "Line"
    return f"{file} {line.row.line}: {_title_with_year(line.row.titles[0], line.row.year)}"


def _title_with_year(title: object, year: Any) -> str:
    return with_year(clean(title), None if pd.isna(year) else year)


def _status_label(status: str) -> str:
    return STATUS_LABELS.get(status, status.capitalize())
