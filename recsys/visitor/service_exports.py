"""Reads ratings exported from Letterboxd or IMDb, which are recognised by their columns.

Any encoding, separator and line end is accepted; an unusable row is listed with its reason; any other file is refused
with a message. Everything happens in memory.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recsys.data import archive, delimited, parsing
from recsys.data.columns import GRADE
from recsys.data.delimited import DelimitedFile
from recsys.data.limits import ReadLimits
from recsys.data.row_filter import RawTable
from recsys.errors import DataError, shown
from recsys.schema import TITLE, YEAR
from recsys.validation import YEARS

SIZE_LIMIT = 20 * 2**20
ROW_LIMIT = 20_000
LIMITS = ReadLimits(SIZE_LIMIT, SIZE_LIMIT, ROW_LIMIT, ROW_LIMIT, columns=100)
MEMBER = "ratings.csv"
NAME = "The file"
REMEDY = "Give the ratings.csv (or the zip it came in) that Letterboxd or IMDb exported."

ORIGINAL_TITLE, DATE, KIND = "original_title", "date", "kind"
_NOT_FILMS = re.compile(r"series|episode|game|podcast|music|short", re.IGNORECASE)


@dataclass(frozen=True)
class Service:
    """A service that exports ratings: its scale, and its columns written as letters and digits only."""

    name: str
    step: float
    top: float
    columns: Mapping[str, str]

    @property
    def scale(self) -> str:
        """The grades it allows, as text."""
        return f"{self.step:g} to {self.top:g} in steps of {self.step:g}"


SERVICES = (
    Service("Letterboxd", 0.5, 5.0, {"name": TITLE, "year": YEAR, "rating": GRADE, "date": DATE}),
    Service(
        "IMDb",
        1.0,
        10.0,
        {
            "title": TITLE,
            "originaltitle": ORIGINAL_TITLE,
            "year": YEAR,
            "yourrating": GRADE,
            "daterated": DATE,
            "titletype": KIND,
        },
    ),
    Service(
        "IMDb",  # until 2017
        1.0,
        10.0,
        {"title": TITLE, "year": YEAR, "yourated": GRADE, "created": DATE, "titletype": KIND},
    ),
)
_OLD_DATE = re.compile(r"[a-z]{3} (?P<month>[a-z]{3}) +(?P<day>\d{1,2}) [\d:]{8} (?P<year>\d{4})", re.IGNORECASE)
_REQUIRED_COLUMNS = (TITLE, YEAR, GRADE)


@dataclass(frozen=True)
class ExportRow:
    """One row of an export, or why it cannot be used."""

    line: int
    titles: tuple[str, ...] = ()  # the title, and the original one where it differs
    year: int | None = None
    grade: float = float("nan")
    date: str = ""  # ISO, "" when unknown
    problem: str = ""  # why the row cannot be used


@dataclass(frozen=True)
class RatingsExport:
    """The rows of an export in the order of the file, usable or not."""

    service: Service
    rows: tuple[ExportRow, ...]


def read_export(data: bytes) -> RatingsExport:
    """The ratings in an exported file, or in the zip that it came in. Raises DataError for anything else."""
    if len(data) > SIZE_LIMIT:
        raise DataError(f"{NAME} has {len(data) / 2**20:,.0f} MB; at most {SIZE_LIMIT // 2**20} are read. {REMEDY}")
    if data.startswith(b"PK\x03\x04"):
        data = _from_zip(data)
    archive.refuse_foreign(NAME, data, REMEDY)
    lines = DelimitedFile.of(NAME, data, REMEDY, LIMITS)
    service = _service(lines)
    raw = delimited.with_header(lines, lambda names: [service.columns.get(_normalised(name), "") for name in names])
    rows = [*_rows(raw, service), *_malformed_rows(raw)]
    if not rows:
        raise DataError(f"{NAME} is from {service.name} but has no ratings. {REMEDY}")
    return RatingsExport(service, _latest_only(sorted(rows, key=lambda row: row.line)))


def _from_zip(data: bytes) -> bytes:
    members = archive.read_zip("The zip", io.BytesIO(data), [MEMBER], SIZE_LIMIT)
    if MEMBER not in members:
        raise DataError(f"The zip has no {MEMBER}. {REMEDY}")
    return members[MEMBER]


def _normalised(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _service(lines: DelimitedFile) -> Service:
    """The service whose columns the header has. DataError for no service, or a column named twice."""
    names = [_normalised(name) for name in lines.first.split(lines.cut)]
    for service in SERVICES:
        required = [name for name, column in service.columns.items() if column in _REQUIRED_COLUMNS]
        if all(name in names for name in required):
            repeated = [name for name in service.columns if names.count(name) > 1]
            if repeated:
                raise DataError(f"{NAME} has the column {repeated[0]} twice. Keep one of them.")
            return service
    if {"name", "year", "letterboxduri"} <= set(names):
        raise DataError(f"{NAME} is one of Letterboxd's, but without a Rating column. Give its ratings.csv.")
    raise DataError(
        f"{NAME} begins with {shown(lines.first)}; expected the columns Name, Year and Rating (Letterboxd) "
        f"or Title, Year and Your Rating, once You rated (IMDb). {REMEDY}"
    )


def _rows(raw: RawTable, service: Service) -> list[ExportRow]:
    frame = raw.frame
    titles, original_titles, kinds, dates = (_texts(frame, name) for name in (TITLE, ORIGINAL_TITLE, KIND, DATE))
    grades, years = parsing.numbers(frame[GRADE]), parsing.numbers(frame[YEAR])
    grade_texts = _texts(frame, GRADE)
    rows = []
    for index, line in enumerate(raw.lines.tolist()):
        names = tuple(dict.fromkeys(name for name in (titles[index], original_titles[index]) if name))
        row = ExportRow(line, names, _year(years[index]), float(grades[index]), _iso_date(dates[index]))
        problem = _problem(row, kinds[index], grade_texts[index], service)
        rows.append(replace(row, problem=problem))
    return rows


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    return parsing.texts(frame[name])[0] if name in frame else [""] * len(frame)


def _year(value: float) -> int | None:
    return int(value) if np.isfinite(value) and YEARS[0] <= value <= YEARS[1] else None


def _iso_date(text: str) -> str:
    """A date as ISO, "" when unknown; IMDb's were once written `Sat Jan  4 00:00:00 2014`."""
    old = _OLD_DATE.fullmatch(text)
    return parsing.iso_date(f"{old['day']}-{old['month']}-{old['year']}" if old else text)


def _problem(row: ExportRow, kind: str, grade_text: str, service: Service) -> str:
    if not row.titles:
        return "without a title"
    if _NOT_FILMS.search(kind):
        return f"not a film: {kind[:40]}"
    if not np.isfinite(row.grade):
        return f"rating {shown(grade_text)} is not a number" if grade_text else "without a rating"
    steps = row.grade / service.step
    if not service.step <= row.grade <= service.top or steps != round(steps):
        return f"rating {shown(grade_text)} is off the scale ({service.scale})"
    return ""


def _malformed_rows(raw: RawTable) -> list[ExportRow]:
    lines = np.concatenate([np.zeros(0, np.int64), *raw.dropped.values()])
    return [ExportRow(int(line), problem="too few or too many fields") for line in lines]


def _latest_only(rows: list[ExportRow]) -> tuple[ExportRow, ...]:
    """Mark all but the latest rating of a movie as superseded; of two of the same day the lower line counts."""
    latest: dict[tuple[tuple[str, ...], int | None], ExportRow] = {}
    for row in (row for row in rows if not row.problem):
        key = (row.titles, row.year)
        if key not in latest or row.date >= latest[key].date:
            latest[key] = row
    return tuple(row if row.problem else _superseded(row, latest[row.titles, row.year]) for row in rows)


def _superseded(row: ExportRow, latest: ExportRow) -> ExportRow:
    """The row itself if it is the latest rating of its movie, else the row with a pointer to that one."""
    if row.line == latest.line:
        return row
    where = "later in the file" if latest.line > row.line else f"on a later day, in line {latest.line:,}"
    return replace(row, problem=f"rated again {where}; that rating counts")
