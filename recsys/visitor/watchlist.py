"""A watchlist: movie ids or titles, one a line, pasted or from a file, each line matched to the catalogue."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recsys.data import archive, delimited
from recsys.data.title_years import title_year, with_year
from recsys.errors import DataError, shown
from recsys.list_option_table import LIST_OPTIONS
from recsys.visitor.matching import MATCHED, Matcher, TitleQuery

SIZE_LIMIT = 2**20
NAME = "The file"
REMEDY = "Give a text file with one title or id a line, or a table with a column title or movie_id."
_ID = re.compile(r"#?\s*(\d{1,10})\s*$|#\s*(\d{1,10})\b", re.ASCII)
_IDS, _TITLES, _YEARS = ("movieid", "id"), ("title", "name"), ("year", "releaseyear")


@dataclass(frozen=True)
class WatchlistLine:
    """One line of a watchlist: the movie's id if matched, else the nearest choices."""

    number: int
    text: str
    status: str
    movie_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Watchlist:
    """The lines of a watchlist in their order, without blank ones."""

    lines: tuple[WatchlistLine, ...]
    unread: int = 0  # lines beyond the limit

    @property
    def movie_ids(self) -> list[int]:
        """The matched movies, each once."""
        movies = (movie for line in self.lines if line.status == MATCHED for movie in line.movie_ids)
        return list(dict.fromkeys(movies))

    @property
    def unclear(self) -> list[WatchlistLine]:
        """The lines without a match, or with more than one."""
        return [line for line in self.lines if line.status != MATCHED]


def read_watchlist(text: str, matcher: Matcher, has_movie: Callable[[int], bool]) -> Watchlist:
    """Match each line of a text: `50` and `#50 Star Wars` are ids, anything else is a title."""
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    within_limit = numbered[: LIST_OPTIONS["only"].most_items]
    ids = {number: movie for number, line in within_limit if (movie := _movie_id(line)) and has_movie(movie)}
    titles = {number: TitleQuery((line,), title_year(line)) for number, line in within_limit if number not in ids}
    matches = dict(zip(titles, matcher.match(titles.values()), strict=True))
    lines = (
        WatchlistLine(number, line, MATCHED, (ids[number],))
        if number in ids
        else WatchlistLine(number, line, matches[number].status, matches[number].movie_ids)
        for number, line in within_limit
    )
    return Watchlist(tuple(lines), len(numbered) - len(within_limit))


def read_lines(data: bytes) -> list[str]:
    """The lines of an uploaded list: of its column movie_id or title (with year), else as they are.

    Raises DataError for a file that is not text.
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
    """The id in a line, 0 for a line that is a title."""
    match = _ID.match(line)
    return int(match[1] or match[2]) if match else 0


def _rows(text: str, cut: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=cut, strict=True) if row]
    except csv.Error as error:
        raise DataError(f"{NAME} cannot be read as a table ({shown(str(error))}). {REMEDY}") from error


def _as_line(row: Sequence[str], names: Sequence[str]) -> str:
    def cell(columns: Sequence[str]) -> str:
        values = (value.strip() for name, value in zip(names, row, strict=False) if name in columns)
        return " ".join(next(values, "").split())

    movie, title, year = cell(_IDS), cell(_TITLES), cell(_YEARS)
    if movie.isdecimal():
        return f"#{movie} {title}".strip()
    add_year = title and year.isdecimal() and not title_year(title)
    return with_year(title, float(year)) if add_year else title
