"""Ratings that somebody exported from Letterboxd or IMDb, told apart by their columns and read row by row.

Kind to encodings, separators, line ends and broken rows, each of which is listed with its reason; a file that is
something else is refused in words. Everything happens in memory.
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

OTHER, DATE, KIND = "other_title", "date", "kind"
_FOREIGN_KINDS = re.compile(r"series|episode|game|podcast|music|short", re.IGNORECASE)


@dataclass(frozen=True)
class Service:
    """Who wrote an export: its scale and its columns, as letters and digits only."""

    name: str
    step: float
    top: float
    columns: Mapping[str, str]

    @property
    def scale(self) -> str:
        """The grades it allows, in words."""
        return f"{self.step:g} to {self.top:g} in steps of {self.step:g}"


SERVICES = (
    Service("Letterboxd", 0.5, 5.0, {"name": TITLE, "year": YEAR, "rating": GRADE, "date": DATE}),
    Service(
        "IMDb",
        1.0,
        10.0,
        {
            "title": TITLE,
            "originaltitle": OTHER,
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
_NEEDED = (TITLE, YEAR, GRADE)


@dataclass(frozen=True)
class Row:
    """One row of an export, or what is wrong with it."""

    line: int
    titles: tuple[str, ...] = ()  # the title, and the original one where it differs
    year: int | None = None
    grade: float = float("nan")
    date: str = ""  # ISO, "" when unknown
    problem: str = ""  # why the row cannot be used


@dataclass(frozen=True)
class Export:
    """The rows of an export in the order of the file, usable or not."""

    service: Service
    rows: tuple[Row, ...]


def read_export(data: bytes) -> Export:
    """The ratings in an exported file, or in the zip that it came in. Raises DataError in words for anything else."""
    if len(data) > SIZE_LIMIT:
        raise DataError(f"{NAME} has {len(data) / 2**20:,.0f} MB; at most {SIZE_LIMIT // 2**20} are read. {REMEDY}")
    if data.startswith(b"PK\x03\x04"):
        data = _from_zip(data)
    archive.refuse_foreign(NAME, data, REMEDY)
    lines = DelimitedFile.of(NAME, data, REMEDY, LIMITS)
    service = _service(lines)
    raw = delimited.with_header(lines, lambda names: [service.columns.get(_bare(name), "") for name in names])
    rows = [*_rows(raw, service), *_miscounted(raw)]
    if not rows:
        raise DataError(f"{NAME} is from {service.name} but has no ratings. {REMEDY}")
    return Export(service, _latest_only(sorted(rows, key=lambda row: row.line)))


def _from_zip(data: bytes) -> bytes:
    found = archive.read_zip("The zip", io.BytesIO(data), [MEMBER], SIZE_LIMIT)
    if MEMBER not in found:
        raise DataError(f"The zip has no {MEMBER}. {REMEDY}")
    return found[MEMBER]


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _service(lines: DelimitedFile) -> Service:
    """Whose columns the header has. DataError when it is nobody's, or names a column twice."""
    names = [_bare(name) for name in lines.first.split(lines.cut)]
    for service in SERVICES:
        needed = [name for name, column in service.columns.items() if column in _NEEDED]
        if all(name in names for name in needed):
            twice = [name for name in service.columns if names.count(name) > 1]
            if twice:
                raise DataError(f"{NAME} has the column {twice[0]} twice. Keep one of them.")
            return service
    if {"name", "year", "letterboxduri"} <= set(names):
        raise DataError(f"{NAME} is one of Letterboxd's, but without a Rating column. Give its ratings.csv.")
    raise DataError(
        f"{NAME} begins with {shown(lines.first)}; expected the columns Name, Year and Rating (Letterboxd) "
        f"or Title, Year and Your Rating, once You rated (IMDb). {REMEDY}"
    )


def _rows(raw: RawTable, service: Service) -> list[Row]:
    frame = raw.frame
    titles, others, kinds, dates = (_texts(frame, name) for name in (TITLE, OTHER, KIND, DATE))
    grades, years = parsing.numbers(frame[GRADE]), parsing.numbers(frame[YEAR])
    given = _texts(frame, GRADE)
    rows = []
    for place, line in enumerate(raw.lines.tolist()):
        names = tuple(dict.fromkeys(name for name in (titles[place], others[place]) if name))
        row = Row(line, names, _year(years[place]), float(grades[place]), _day(dates[place]))
        problem = _problem(row, kinds[place], given[place], service)
        rows.append(replace(row, problem=problem))
    return rows


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    return parsing.texts(frame[name])[0] if name in frame else [""] * len(frame)


def _year(value: float) -> int | None:
    return int(value) if np.isfinite(value) and YEARS[0] <= value <= YEARS[1] else None


def _day(text: str) -> str:
    """A date as ISO, "" when unknown; IMDb's were once written `Sat Jan  4 00:00:00 2014`."""
    old = _OLD_DATE.fullmatch(text)
    return parsing.iso_date(f"{old['day']}-{old['month']}-{old['year']}" if old else text)


def _problem(row: Row, kind: str, given: str, service: Service) -> str:
    if not row.titles:
        return "without a title"
    if _FOREIGN_KINDS.search(kind):
        return f"not a film: {kind[:40]}"
    if not np.isfinite(row.grade):
        return f"rating {shown(given)} is not a number" if given else "without a rating"
    steps = row.grade / service.step
    if not service.step <= row.grade <= service.top or steps != round(steps):
        return f"rating {shown(given)} is off the scale ({service.scale})"
    return ""


def _miscounted(raw: RawTable) -> list[Row]:
    lines = np.concatenate([np.zeros(0, np.int64), *raw.dropped.values()])
    return [Row(int(line), problem="too few or too many fields") for line in lines]


def _latest_only(rows: list[Row]) -> tuple[Row, ...]:
    """Where a movie is rated again, the latest counts; the lower of two lines of the same day."""
    latest: dict[tuple, Row] = {}
    for row in (row for row in rows if not row.problem):
        key = (row.titles, row.year)
        if key not in latest or row.date >= latest[key].date:
            latest[key] = row
    return tuple(row if row.problem else _or_again(row, latest[row.titles, row.year]) for row in rows)


def _or_again(row: Row, latest: Row) -> Row:
    """The row, if it is the latest rating of its movie; else the row with where that one is."""
    if row.line == latest.line:
        return row
    where = "later in the file" if latest.line > row.line else f"on a later day, in line {latest.line:,}"
    return replace(row, problem=f"rated again {where}; that rating counts")
