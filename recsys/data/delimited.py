"""Delimited text to raw tables, with the field count of every line checked.

pandas' own reader takes most broken files in silence (an extra field shifts every column), so it is given
only lines whose fields were counted before.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from recsys import schema
from recsys.data.archive import AS_PUBLISHED
from recsys.data.sieve import RawTable
from recsys.errors import DataError, shown

FIELD_LIMIT = 2**20
COLUMN_LIMIT = 1000  # several times what any layout has
GRADE = "grade"  # what exports call a rating
_REAL = (schema.RATING, GRADE)
_DECIMAL_COMMA = re.compile(r"^\s*([-+]?\d{1,4}),(\d{1,4})\s*$", re.ASCII)
_TEXT = (schema.TITLE, schema.RELEASED, schema.GENRES, schema.GENDER, schema.OCCUPATION)
_INNER = "\x1f"  # stands for `::` while counting, because one byte can be counted fast
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def decode(name: str, data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252, else latin-1, which takes any byte.

    Raises DataError for binary.
    """
    marked = [encoding for mark, encoding in _MARKS.items() if data.startswith(mark)]
    for encoding in marked or ("utf-8", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError as problem:
            if marked:
                raise DataError(f"{name} is not valid {encoding} text. Save it as UTF-8.") from problem
    if "\0" in text:
        raise DataError(f"{name} contains NUL characters, so it is not a text table. Save it as UTF-8 text.")
    return text


@dataclass(frozen=True)
class Lines:
    """A text file ready for counting: lines end with LF, fields are separated by the one character `cut`."""

    name: str
    data: bytes
    separator: str

    @classmethod
    def of(cls, name: str, data: bytes, remedy: str = AS_PUBLISHED) -> Lines:
        """Normalise encoding and line ends and find the separator. Raises DataError for an empty file."""
        text = decode(name, data)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        first = text[_first_line(text, len(text) - len(text.lstrip()))]
        if not first:
            raise DataError(f"{name} is empty. {remedy}")
        separator = "::" if "::" in first else max("\t|;,", key=first.count)
        require_few_columns(name, first.count(separator) + 1)
        if separator == "::":
            text = text.replace(_INNER, " ").replace("::", _INNER)
        return cls(name, text.encode("utf-8", "surrogatepass").rstrip(b"\n") + b"\n", separator)

    @property
    def cut(self) -> str:
        """The one character that separates the fields."""
        return _INNER if self.separator == "::" else self.separator

    @cached_property
    def first(self) -> str:
        """The first line that is not blank."""
        return self.data[self._first].decode("utf-8", "replace")

    @property
    def first_number(self) -> int:
        """How many lines are before it."""
        return self.data.count(b"\n", 0, self._first.start)

    @cached_property
    def _first(self) -> slice:
        return _first_line(self.data, len(self.data) - len(self.data.lstrip(b" \t\n\r\v\f")))

    @cached_property
    def fields(self) -> np.ndarray:
        """How many fields each line has, shape (lines,); 0 for a blank line."""
        symbols = np.frombuffer(self.data, dtype=np.uint8)
        ends = np.flatnonzero(symbols == ord("\n"))
        cuts = np.flatnonzero(symbols == ord(self.cut))
        counts = np.bincount(np.searchsorted(ends, cuts), minlength=len(ends)) + 1
        lengths = np.diff(ends, prepend=-1) - 1
        return np.where(lengths == 0, 0, counts)

    @property
    def usual_fields(self) -> int:
        """The number of fields that most lines have."""
        counts = np.bincount(self.fields[self.fields > 0])
        return int(counts.argmax())


def _first_line(text: str | bytes, place: int) -> slice:
    """Where the line of a place begins and ends."""
    newline = "\n" if isinstance(text, str) else b"\n"
    end = text.find(newline, place)
    return slice(text.rfind(newline, 0, place) + 1, len(text) if end < 0 else end)


def require_few_columns(name: str, columns: int) -> None:
    """Raise DataError for a table with more columns than any layout could need."""
    if columns > COLUMN_LIMIT:
        raise DataError(
            f"{name} has {columns:,} columns; at most {COLUMN_LIMIT:,} are read. Keep those that it is about."
        )


def without_header(lines: Lines, names: Sequence[str]) -> RawTable:
    """The lines with as many fields as there are names, as raw columns; fields named '' are left out."""
    return _counted(lines, names, start=0)


def with_header(lines: Lines, rename: Callable[[list[str]], list[str]]) -> RawTable:
    """The lines after the header; `rename` turns the header's names into those of the schema."""
    if b'"' in lines.data:
        return _quoted(lines, rename)
    header = lines.first.split(lines.cut)
    return _counted(lines, rename(header), lines.first_number + 1, header)


def _counted(lines: Lines, names: Sequence[str], start: int, header: Sequence[str] = ()) -> RawTable:
    fields = lines.fields[start:]
    good = fields == len(names)
    bad = np.flatnonzero(~good & (fields > 0)) + start + 1
    numbers = np.flatnonzero(good) + start + 1
    data = lines.data if start == 0 else lines.data.split(b"\n", start)[start]
    if not good.all():
        rows = data.split(b"\n")
        data = b"".join(rows[row] + b"\n" for row in np.flatnonzero(good))
    frame = _decimal_commas(_parsed(data, names, lines.cut), lines)
    return RawTable(frame, numbers, lines.name, {"wrong_field_count": bad}, tuple(header))


def _parsed(data: bytes, names: Sequence[str], cut: str) -> pd.DataFrame:
    keep = [place for place, name in enumerate(names) if name]
    if not data.strip(b"\n"):
        return pd.DataFrame({names[place]: pd.Series([], dtype=str) for place in keep})
    unique = [name or f"unused {place}" for place, name in enumerate(names)]
    return pd.read_csv(
        io.BytesIO(data),
        sep=cut,
        header=None,
        names=unique,
        usecols=keep,
        dtype={name: str for name in unique if name in _TEXT},
        quoting=csv.QUOTE_NONE,
        na_filter=False,
        low_memory=False,
        skip_blank_lines=False,
        index_col=False,
        encoding_errors="surrogatepass",
        lineterminator="\n",
    )


def _quoted(lines: Lines, rename: Callable[[list[str]], list[str]]) -> RawTable:
    rows = list(_quoted_rows(lines))
    require_few_columns(lines.name, len(rows[0][1]))
    names = rename(rows[0][1])
    fits = np.array([len(row) == len(names) for _, row in rows[1:]], dtype=bool)
    numbers = np.array([start for start, _ in rows[1:]], dtype=np.int64)
    kept = [row for _, row in rows[1:] if len(row) == len(names)]
    unique = [name or f"unused {place}" for place, name in enumerate(names)]
    frame = pd.DataFrame(kept, columns=unique, dtype=str)[[name for name in names if name]]
    frame = _decimal_commas(frame, lines)
    return RawTable(frame, numbers[fits], lines.name, {"wrong_field_count": numbers[~fits]}, tuple(rows[0][1]))


def _decimal_commas(frame: pd.DataFrame, lines: Lines) -> pd.DataFrame:
    """Ratings such as `4,5` as numbers, where a comma does not separate the fields."""
    if lines.cut == ",":
        return frame
    texts = [name for name in _REAL if name in frame and not is_numeric_dtype(frame[name])]
    points = {name: [_DECIMAL_COMMA.sub(r"\1.\2", str(cell)) for cell in frame[name]] for name in texts}
    return frame.assign(**points)


def _quoted_rows(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the number of the line it starts on."""
    text = io.StringIO(lines.data.decode("utf-8", "surrogatepass"), newline="")
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(text, delimiter=lines.cut, strict=True)
    start = 1
    try:
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error as problem:
        raise DataError(
            f"{lines.name}, line {start:,}: {shown(str(problem))}. Close every quotation mark and try again."
        ) from problem
