"""A list of one's own to choose from: ids or titles, one a line, pasted or from a file, with a word on every line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recsys.data import archive, delimited
from recsys.errors import DataError, shown
from recsys.schema import title_year
from recsys.validation import MAX_ONLY
from recsys.visitor.matching import MATCHED, Matcher, TitleQuery

SIZE_LIMIT = 2**20
NAME = "The file"
REMEDY = "Give a text file with one title or id a line, or a table with a column title or movie_id."
_ID = re.compile(r"#?\s*(\d{1,10})\s*$|#\s*(\d{1,10})\b", re.ASCII)
_IDS, _TITLES, _YEARS = ("movieid", "id"), ("title", "name"), ("year", "releaseyear")


@dataclass(frozen=True)
class Line:
    """One line of a list and what it means: the movie's id if matched, else the nearest choices."""

    number: int
    text: str
    status: str
    movie_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Watchlist:
    """The lines of a list in their order, blank ones aside."""

    lines: tuple[Line, ...]
    unread: int = 0  # lines beyond what a list may have

    @property
    def movie_ids(self) -> list[int]:
        """The movies that were found, each once."""
        found = (movie for line in self.lines if line.status == MATCHED for movie in line.movie_ids)
        return list(dict.fromkeys(found))

    @property
    def unclear(self) -> list[Line]:
        """The lines that mean no movie, or more than one."""
        return [line for line in self.lines if line.status != MATCHED]


def read_watchlist(text: str, matcher: Matcher, has_movie: Callable[[int], bool]) -> Watchlist:
    """What each line of a text means: `50` and `#50 Star Wars` are ids, anything else is a title."""
    written = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    given = written[:MAX_ONLY]
    ids = {number: movie for number, line in given if (movie := _movie_id(line)) and has_movie(movie)}
    named = [(number, line) for number, line in given if number not in ids]
    found = dict(zip((number for number, _ in named), matcher.match(_sought(line) for _, line in named), strict=True))
    lines = (
        Line(number, line, MATCHED, (ids[number],))
        if number in ids
        else Line(number, line, found[number].status, found[number].movie_ids)
        for number, line in given
    )
    return Watchlist(tuple(lines), len(written) - len(given))


def read_lines(data: bytes) -> list[str]:
    """The lines of an uploaded list: of its column movie_id or title (with year), else as they are.

    Raises DataError in words for what is no text.
    """
    if len(data) > SIZE_LIMIT:
        raise DataError(f"{NAME} is larger than {SIZE_LIMIT // 2**20} MB. {REMEDY}")
    archive.refuse_foreign(NAME, data, REMEDY)
    lines = delimited.DelimitedFile.of(NAME, data, REMEDY)
    text = lines.data.decode("utf-8", "replace")
    names = [re.sub(r"[^a-z]", "", name.lower()) for name in lines.first.split(lines.cut)]
    if not {*_IDS, *_TITLES} & set(names):
        return [line.strip() for line in text.split("\n") if line.strip()]
    return [line for row in _rows(text, lines.cut)[1:] if (line := _as_line(row, names))]


def _movie_id(line: str) -> int:
    """The id that a line gives, 0 for a line that is a title."""
    found = _ID.match(line)
    return int(found[1] or found[2]) if found else 0


def _sought(line: str) -> TitleQuery:
    return TitleQuery((line,), title_year(line))


def _rows(text: str, cut: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=cut, strict=True) if row]
    except csv.Error as problem:
        raise DataError(f"{NAME} cannot be read as a table ({shown(str(problem))}). {REMEDY}") from problem


def _as_line(row: Sequence[str], names: Sequence[str]) -> str:
    def cell(wanted: Sequence[str]) -> str:
        found = (value.strip() for name, value in zip(names, row, strict=False) if name in wanted)
        return " ".join(next(found, "").split())

    movie, title, year = cell(_IDS), cell(_TITLES), cell(_YEARS)
    if movie.isdecimal():
        return f"#{movie} {title}".strip()
    return title if not title or not year.isdecimal() or title_year(title) else f"{title} ({year})"
