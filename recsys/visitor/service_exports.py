"""Reads movies exported from Letterboxd or IMDb: rated, seen, or saved to watch.

Any encoding, separator and line end is accepted; an unusable row is listed with its reason; any other file is refused
with a message. Everything happens in memory.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recsys.core.csv_export import FORMULA_STARTS
from recsys.data import archive, delimited, parsing
from recsys.data.columns import GRADE
from recsys.data.delimited import DelimitedFile
from recsys.data.limits import ReadLimits
from recsys.data.row_filter import RawTable
from recsys.errors import DataError, shown
from recsys.schema import TITLE, YEAR
from recsys.validation import YEARS
from recsys.visitor.export_formats import (
    DATE,
    KIND,
    ORIGINAL_TITLE,
    RATED,
    REMEDY,
    SAVED,
    SEEN,
    ExportFormat,
    format_of,
    normalised,
    role_in_name,
)

SIZE_LIMIT = 20 * 2**20
ROW_LIMIT = 20_000  # of one file
LIMITS = ReadLimits(SIZE_LIMIT, SIZE_LIMIT, ROW_LIMIT, ROW_LIMIT, columns=100)
MEMBERS = {"ratings.csv": RATED, "watched.csv": SEEN, "watchlist.csv": SAVED}  # of Letterboxd's zip
FOREIGN_FOLDERS = ("deleted", "orphaned", "likes", "lists")  # of that zip: a list may have any name
NAME = "The file"

_NOT_FILMS = re.compile(r"series|episode|game|podcast|music|short", re.IGNORECASE)
_OLD_DATE = re.compile(r"[a-z]{3} (?P<month>[a-z]{3}) +(?P<day>\d{1,2}) [\d:]{8} (?P<year>\d{4})", re.IGNORECASE)


@dataclass(frozen=True)
class ExportRow:
    """One row of an export, or why it cannot be used."""

    line: int
    titles: tuple[str, ...] = ()  # the title, and the original one where it differs
    year: int | None = None
    grade: float = float("nan")  # NaN without a rating
    date: str = ""  # ISO, "" when unknown
    role: str = RATED  # rated, seen, saved or UNKNOWN_ROLE
    file: str = ""  # the member of a zip that it is in
    problem: str = ""  # why the row cannot be used


@dataclass(frozen=True)
class ServiceExport:
    """The rows of an export in the order of its files, usable or not, and the format of their ratings."""

    export_format: ExportFormat
    rows: tuple[ExportRow, ...]


def read_export(data: bytes, file_name: str = "") -> ServiceExport:
    """The movies in an exported file, or in the zip that it came in. Raises DataError for anything else.

    A row with a rating is rated, in a watchlist too. What the other rows are, the `file_name` that the visitor gave
    says, or else their columns.
    """
    if len(data) > SIZE_LIMIT:
        raise DataError(f"{NAME} has {len(data) / 2**20:,.0f} MB; at most {SIZE_LIMIT // 2**20} are read. {REMEDY}")
    if not data.startswith(b"PK\x03\x04"):
        exports = [_read_file(data, NAME, role_in_name(file_name))]
    else:
        members = archive.read_zip("The zip", io.BytesIO(data), MEMBERS, SIZE_LIMIT, FOREIGN_FOLDERS)
        if not members:
            raise DataError(f"The zip has no {', '.join(MEMBERS)}. {REMEDY}")
        exports = [_read_file(members[name], name, role) for name, role in MEMBERS.items() if name in members]
    rows = tuple(row for export in exports for row in export.rows)
    if not rows:
        raise DataError(f"{NAME} is from {exports[0].export_format.service} but has no movies. {REMEDY}")
    return ServiceExport(exports[0].export_format, rows)


def _read_file(data: bytes, name: str, role: str) -> ServiceExport:
    """One table; `role` is that of rows without a rating, `UNKNOWN_ROLE` to leave it to the columns."""
    archive.refuse_foreign(name, data, REMEDY)
    lines = DelimitedFile.of(name, data, REMEDY, LIMITS)
    export_format = format_of(name, lines.first.split(lines.cut))
    export_format = replace(export_format, role=role or export_format.role)
    columns = export_format.columns
    raw = delimited.with_header(lines, lambda names: [columns.get(normalised(column), "") for column in names])
    rows = _latest_only(sorted([*_rows(raw, export_format), *_malformed_rows(raw)], key=lambda row: row.line))
    return ServiceExport(export_format, tuple(replace(row, file="" if name == NAME else name) for row in rows))


def _rows(raw: RawTable, export_format: ExportFormat) -> list[ExportRow]:
    frame = raw.frame
    titles, original_titles, kinds, dates = (_texts(frame, name) for name in (TITLE, ORIGINAL_TITLE, KIND, DATE))
    years = parsing.numbers(frame[YEAR])
    grades = parsing.numbers(frame[GRADE]) if GRADE in frame else np.full(len(frame), np.nan)
    grade_texts = _texts(frame, GRADE)
    rows = []
    for index, line in enumerate(raw.lines.tolist()):
        names = tuple(dict.fromkeys(_unquoted(name) for name in (titles[index], original_titles[index]) if name))
        role = RATED if grade_texts[index] else export_format.role
        row = ExportRow(line, names, _year(years[index]), float(grades[index]), _iso_date(dates[index]), role)
        rows.append(replace(row, problem=_problem(row, kinds[index], grade_texts[index], export_format)))
    return rows


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    return parsing.texts(frame[name])[0] if name in frame else [""] * len(frame)


def _unquoted(title: str) -> str:
    """A title without the apostrophe that keeps a spreadsheet from running it."""
    return title[1:] if title.startswith("'") and title[1:].startswith(FORMULA_STARTS) else title


def _year(value: float) -> int | None:
    return int(value) if np.isfinite(value) and YEARS[0] <= value <= YEARS[1] else None


def _iso_date(text: str) -> str:
    """A date as ISO, "" when unknown; IMDb's were once written `Sat Jan  4 00:00:00 2014`."""
    old = _OLD_DATE.fullmatch(text)
    return parsing.iso_date(f"{old['day']}-{old['month']}-{old['year']}" if old else text)


def _problem(row: ExportRow, kind: str, grade_text: str, export_format: ExportFormat) -> str:
    if not row.titles:
        return "without a title"
    if _NOT_FILMS.search(kind):
        return f"not a film: {kind[:40]}"
    if row.role != RATED:
        return ""
    if not np.isfinite(row.grade):
        return f"rating {shown(grade_text)} is not a number" if grade_text else "without a rating"
    steps = row.grade / export_format.step
    if not export_format.step <= row.grade <= export_format.top or steps != round(steps):
        return f"rating {shown(grade_text)} is off the scale ({export_format.scale})"
    return ""


def _malformed_rows(raw: RawTable) -> list[ExportRow]:
    lines = np.concatenate([np.zeros(0, np.int64), *raw.dropped.values()])
    return [ExportRow(int(line), problem="too few or too many fields") for line in lines]


def _latest_only(rows: list[ExportRow]) -> list[ExportRow]:
    """Mark all but the latest rating of a movie as superseded; of two of the same day the lower line counts."""
    latest: dict[tuple[tuple[str, ...], int | None], ExportRow] = {}
    for row in (row for row in rows if row.role == RATED and not row.problem):
        key = (row.titles, row.year)
        if key not in latest or row.date >= latest[key].date:
            latest[key] = row
    return [row if row.role != RATED or row.problem else _superseded(row, latest[row.titles, row.year]) for row in rows]


def _superseded(row: ExportRow, latest: ExportRow) -> ExportRow:
    """The row itself if it is the latest rating of its movie, else the row with a pointer to that one."""
    if row.line == latest.line:
        return row
    where = "later in the file" if latest.line > row.line else f"on a later day, in line {latest.line:,}"
    return replace(row, problem=f"rated again {where}; that rating counts")
