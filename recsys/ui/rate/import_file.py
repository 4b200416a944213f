"""A file that a visitor brings: their saved profile, or ratings exported from elsewhere, with a word on every row."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from recsys.errors import RecsysError
from recsys.schema import star_name, with_year
from recsys.ui.common.pickers import MOST_LISTED, movie_labels
from recsys.ui.common.session_profile import Visitor
from recsys.ui.common.text import LONGEST_REASON, clean, plain
from recsys.visitor.exports import ROW_LIMIT, SIZE_LIMIT, read_export
from recsys.visitor.import_review import STATUSES, ImportLine, ImportReview
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN
from recsys.visitor.profile_file import MatchedProfile, from_bytes
from recsys.visitor.scale import RULE

FILE, READ, WAY, SAID = "rate_file", "rate_read", "rate_way", "rate_said"
NAMES = {MATCHED: "Found", AMBIGUOUS: "More than one", UNKNOWN: "Not found"}
ALL = "all rows"


def show(visitor: Visitor, back: str) -> None:
    """The file, what it holds, and the button that takes it; after that the page goes back to the way named."""
    given = st.file_uploader(
        "Your saved profile, or ratings exported from Letterboxd or IMDb",
        ["json", "csv", "zip", "tsv", "txt"],
        key=FILE,
        max_upload_size=SIZE_LIMIT // 2**20,
    )
    st.caption(
        "Letterboxd: Settings, Data, Export your data; the zip as it comes. IMDb: Your ratings, Export. "
        f"The file is read in memory, for this session only: at most {SIZE_LIMIT // 2**20} MB and {ROW_LIMIT:,} rows."
    )
    if given is None:
        st.session_state.pop(READ, None)
        return
    try:
        found = _read(visitor, given)
    except RecsysError as error:
        st.warning(plain(error, LONGEST_REASON), title="This file cannot be used", icon=":material/upload_file:")
        return
    if isinstance(found, MatchedProfile):
        _profile(visitor, found, back)
    else:
        _export(visitor, found, back)


def _read(visitor: Visitor, given: Any) -> MatchedProfile | ImportReview:
    """What the file holds, read once; an export with what was decided on it since."""
    name = (given.file_id, visitor.recommender.version)
    held = st.session_state.get(READ)
    if held is None or held[0] != name:
        data, stars = given.getvalue(), visitor.recommender.stars
        if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
            found = visitor.settled(from_bytes(data))
        else:
            found = ImportReview.of(read_export(data), visitor.matcher, stars)
        st.session_state[READ] = held = (name, found)
    return held[1]


def _profile(visitor: Visitor, found: MatchedProfile, back: str) -> None:
    profile = found.profile
    st.success(
        f"{_counted(len(profile.ratings))} and {_counted(len(profile.skipped), 'movie')} set aside.",
        title="A profile saved here",
        icon=":material/folder_open:",
    )
    if found.lost:
        st.warning(
            plain(", ".join(movie_ref.said for movie_ref in found.lost[:20]), LONGEST_REASON),
            title=f"{len(found.lost):,} of its movies are not in this catalogue",
        )
    if before := len(visitor.profile.ratings):
        st.caption(f"Loading it replaces {_counted(before)} on this page.")
    st.button("Load this profile", type="primary", on_click=_load, args=(visitor, found, back))


def _load(visitor: Visitor, found: MatchedProfile, back: str) -> None:
    visitor.load(found.profile)
    st.session_state[WAY], st.session_state[SAID] = back, f"{_counted(len(found.profile.ratings))} loaded."


def _export(visitor: Visitor, found: ImportReview, back: str) -> None:
    ratings = found.ratings(visitor.recommender.catalogue)
    new = [given for given in ratings if visitor.profile.rating(given.movie_ref.movie_id) is None]
    tiles = st.grid(4, min_column_width=120)
    tiles.metric("Rows", f"{len(found.lines):,}", help=f"From {found.service.name}.")
    for status, title in NAMES.items():
        tiles.metric(title, f"{found.count(status):,}")
    if len(new) < len(ratings):
        st.caption(f"{_counted(len(ratings) - len(new), 'movie')} you have rated here already: that rating stays.")
    st.button(
        f"Add {_counted(len(new))}",
        type="primary",
        disabled=not new,
        icon=":material/add:",
        on_click=_add,
        args=(visitor, found, back),
    )
    _fix(visitor, found)
    _report(visitor, found)


def _add(visitor: Visitor, found: ImportReview, back: str) -> None:
    before = len(visitor.profile.ratings)
    visitor.add(found.ratings(visitor.recommender.catalogue))
    added = len(visitor.profile.ratings) - before
    st.session_state[WAY], st.session_state[SAID] = back, f"{_counted(added)} added from {found.service.name}."


def _fix(visitor: Visitor, found: ImportReview) -> None:
    """One open row at a time: which movie is meant, the likeliest first."""
    opened = [line for line in found.lines if line.open]
    if not opened:
        return
    opened.sort(key=lambda line: (line.status != AMBIGUOUS, not line.movie_ids, line.row.line))
    labels = movie_labels(visitor.recommender, visitor.recommender.version)
    with st.expander(f"Say what is meant: {len(opened):,} open", icon=":material/edit:"):
        left, right = st.columns(2)
        by_number = {line.row.line: line for line in opened}
        number = left.selectbox(
            "Row of the file", list(by_number), format_func=lambda each: _named(by_number[each]), key="rate_open"
        )
        likely = list(by_number[number].movie_ids)
        rest = [movie for movie in list(labels)[:MOST_LISTED] if movie not in likely]
        movie_id = right.selectbox(
            "Is this movie",
            likely + rest,
            index=0 if likely else None,
            format_func=lambda movie: labels.get(movie, str(movie)),
            key=f"rate_meant_{number}",
            placeholder="Type a title",
        )
        st.button("That is it", disabled=movie_id is None, on_click=_choose, args=(found, number, movie_id))


def _choose(found: ImportReview, number: int, movie_id: int) -> None:
    name, _ = st.session_state[READ]
    st.session_state[READ] = (name, found.choose(number, movie_id))


def _report(visitor: Visitor, found: ImportReview) -> None:
    report = found.report(visitor.recommender.catalogue)
    there = [status for status in STATUSES if found.count(status)]
    only = st.radio("Show", [ALL, *there], horizontal=True, format_func=_status, key="rate_statuses")
    rows = report if only == ALL else report[report["status"] == only]
    column = st.column_config
    st.dataframe(
        pd.DataFrame(
            {
                "Line": rows["line"],
                "Title": [_dated(row.title, row.year) for row in rows.itertuples()],
                "Status": rows["status"].map(_status),
                "Meaning": [clean(meaning, 200) for meaning in rows["meaning"]],
                found.service.name: rows["grade"],
                "Stars": rows["stars"],
            }
        ),
        hide_index=True,
        column_config={
            "Line": column.NumberColumn(width=52),
            "Title": column.TextColumn(width=200),
            "Status": column.TextColumn(width=100),
            "Meaning": column.TextColumn(width=400),
            found.service.name: column.NumberColumn(format=f"%g of {found.service.top:g}", width=96),
            "Stars": column.NumberColumn(format="%g ★", width=70),
        },
        alt="Every row of the file and what it became",
    )
    scale = found.scale()
    pairs = [f"{grade:g} → {star_name(star)} ★" for grade, star, _ in scale.itertuples(index=False)]
    st.caption(f"{RULE} {found.service.name}: {', '.join(pairs)}.")


def _named(line: ImportLine) -> str:
    return f"Line {line.row.line}: {_dated(line.row.titles[0], line.row.year)}"


def _dated(title: str, year: Any) -> str:
    return with_year(clean(title), None if pd.isna(year) else year)


def _status(status: str) -> str:
    return NAMES.get(status, status.capitalize())


def _counted(count: int, what: str = "rating") -> str:
    return f"{count:,} {what if count == 1 else what + 's'}"
