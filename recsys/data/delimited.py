"""Delimited text to raw tables, with the field count of every line checked.

pandas' own reader takes most broken files in silence (an extra field shifts every column), so it is given
only lines whose fields were counted before.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data.archive import AS_PUBLISHED
from recsys.data.columns import Columns, with_decimal_points
from recsys.data.limits import COMMAND_LINE, LONGEST_LINE, ReadLimits
from recsys.data.row_filter import RawTable
from recsys.data.text_blocks import encoding_of, text_blocks
from recsys.errors import DataError, shown

_TEXT = (schema.TITLE, schema.RELEASED, schema.GENRES, schema.GENDER, schema.OCCUPATION)
_INNER = "\x1f"  # stands for `::` while counting, because one byte can be counted fast
_MOST_COUNTED = np.iinfo(np.uint16).max
_QUOTED_ROWS = 20_000  # turned into columns together; as lists of text they are heavy


def decode(name: str, data: bytes) -> str:
    """The text of a small file, with every line end as LF. Raises DataError for binary."""
    return b"".join(text_blocks(name, data, encoding_of(name, data))).decode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class DelimitedFile:
    """A text file whose lines were counted: fields are separated by the one character `cut`.

    first: the first line that is not blank; before: how many lines are before it; fields: how many fields each line
    has, uint16 of shape (lines,), 0 for an empty line; quoted: whether there is a quotation mark anywhere.
    """

    name: str
    source: bytes
    encoding: str
    separator: str
    first: str
    before: int
    fields: np.ndarray
    quoted: bool
    limits: ReadLimits

    @classmethod
    def of(cls, name: str, data: bytes, remedy: str = AS_PUBLISHED, limits: ReadLimits = COMMAND_LINE) -> DelimitedFile:
        """Find encoding and separator and count fields. Raises DataError for an empty file and for too many lines."""
        encoding = encoding_of(name, data)
        before, first = _first_line(text_blocks(name, data, encoding))
        if not first:
            raise DataError(f"{name} is empty. {remedy}")
        separator = "::" if "::" in first else max("\t|;,", key=first.count)
        fields, quoted = _scanned(name, _separated(name, data, encoding, separator), separator, limits)
        first = first.replace(_INNER, " ").replace("::", _INNER) if separator == "::" else first
        return cls(name, data, encoding, separator, first, before, fields, quoted, limits)

    @property
    def cut(self) -> str:
        """The one character that separates the fields."""
        return _cut(self.separator)

    @property
    def data(self) -> bytes:
        """All lines, each ended by LF, with fields separated by `cut`: for small files."""
        return b"".join(block for _, block in self.blocks())

    @property
    def usual_fields(self) -> int:
        """The number of fields that most lines have."""
        counts = np.bincount(self.fields[self.fields > 0])
        return int(counts.argmax())

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Blocks of whole lines, each with the number of lines before it."""
        before = 0
        for block in _separated(self.name, self.source, self.encoding, self.separator):
            yield before, block
            before += block.count(b"\n")


def without_header(lines: DelimitedFile, names: Sequence[str]) -> RawTable:
    """The lines with as many fields as there are names, as raw columns; fields named '' are left out."""
    lines.limits.require_columns(lines.name, len(names))
    return _counted(lines, names, start=0)


def with_header(lines: DelimitedFile, rename: Callable[[list[str]], list[str]]) -> RawTable:
    """The lines after the header; `rename` turns the header's names into those of the schema."""
    if lines.quoted:
        return _quoted(lines, rename)
    header = lines.first.split(lines.cut)
    lines.limits.require_columns(lines.name, len(header))
    return _counted(lines, rename(header), lines.before + 1, header)


def _cut(separator: str) -> str:
    return _INNER if separator == "::" else separator


def _first_line(blocks: Iterator[bytes]) -> tuple[int, str]:
    """How many lines are before the first that is not blank, and that line; "" when all are blank."""
    before = 0
    for block in blocks:
        place = len(block) - len(block.lstrip())
        if place < len(block):
            start = block.rfind(b"\n", 0, place) + 1
            line = block[start : block.find(b"\n", place)]
            return before + block.count(b"\n", 0, start), line.decode("utf-8", "surrogatepass")
        before += block.count(b"\n")
    return before, ""


def _separated(name: str, data: bytes, encoding: str, separator: str) -> Iterator[bytes]:
    for block in text_blocks(name, data, encoding):
        yield block.replace(_INNER.encode(), b" ").replace(b"::", _INNER.encode()) if separator == "::" else block


def _scanned(name: str, blocks: Iterator[bytes], separator: str, limits: ReadLimits) -> tuple[np.ndarray, bool]:
    """How many fields each line has, and whether there is a quotation mark. DataError once there are too many lines."""
    counts, quoted, total = [], False, 0
    for block in blocks:
        counts.append(_fields(block, _cut(separator)))
        quoted = quoted or b'"' in block
        total += len(counts[-1])
        if total > limits.rows + 1:
            raise DataError(f"{name} has more than {limits.rows:,} lines, the most that are read. Give a part of it.")
    return np.concatenate(counts), quoted


def _fields(block: bytes, cut: str) -> np.ndarray:
    """How many fields each line of a block has, uint16 of shape (lines,); 0 for a blank line."""
    symbols = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(symbols == ord("\n"))
    cuts = np.flatnonzero(symbols == ord(cut))
    counts = np.bincount(np.searchsorted(ends, cuts), minlength=len(ends)) + 1
    lengths = np.diff(ends, prepend=-1) - 1
    return np.where(lengths == 0, 0, np.minimum(counts, _MOST_COUNTED)).astype(np.uint16)


def _counted(lines: DelimitedFile, names: Sequence[str], start: int, header: Sequence[str] = ()) -> RawTable:
    columns, numbers, bad = Columns(int((lines.fields == len(names)).sum())), [], []
    for before, block in lines.blocks():
        fields = lines.fields[before : before + block.count(b"\n")]
        after = np.arange(before, before + len(fields)) >= start
        good = after & (fields == len(names))
        numbers.append((np.flatnonzero(good) + before + 1).astype(np.int32))
        bad.append(np.flatnonzero(after & ~good & (fields > 0)) + before + 1)
        frame = _parsed(block if good.all() else _selected(block, good), names, lines.cut)
        columns.add(_with_points(frame, lines))
    return _raw(lines, header, columns, numbers, bad)


def _with_points(frame: pd.DataFrame, lines: DelimitedFile) -> pd.DataFrame:
    return frame if lines.cut == "," else with_decimal_points(frame)


def _raw(
    lines: DelimitedFile, header: Sequence[str], columns: Columns, numbers: list[np.ndarray], bad: list[np.ndarray]
) -> RawTable:
    none = np.zeros(0, np.int32)
    dropped = {"wrong_field_count": np.concatenate([none, *bad])}
    return RawTable(columns.frame(), np.concatenate([none, *numbers]), lines.name, dropped, tuple(header))


def _selected(block: bytes, good: np.ndarray) -> bytes:
    rows = block.split(b"\n")
    return b"".join(rows[row] + b"\n" for row in np.flatnonzero(good))


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


def _quoted(lines: DelimitedFile, rename: Callable[[list[str]], list[str]]) -> RawTable:
    rows = (row for row in _quoted_rows(lines) if row[0] > lines.before)
    header = next(rows)[1]
    lines.limits.require_columns(lines.name, len(header))
    names = rename(header)
    unique = [name or f"unused {place}" for place, name in enumerate(names)]
    columns, numbers, bad, part = Columns(len(lines.fields)), [], [], [*islice(rows, _QUOTED_ROWS)]
    while part or not numbers:
        kept = [row for _, row in part if len(row) == len(names)]
        frame = pd.DataFrame(kept, columns=unique, dtype=str)[[name for name in names if name]]
        columns.add(_with_points(frame, lines))
        starts = np.array([start for start, _ in part], np.int32)
        fits = np.array([len(row) == len(names) for _, row in part], bool)
        numbers.append(starts[fits])
        bad.append(starts[~fits])
        part = list(islice(rows, _QUOTED_ROWS))
    return _raw(lines, header, columns, numbers, bad)


def _quoted_rows(lines: DelimitedFile) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the number of the line it starts on."""
    csv.field_size_limit(LONGEST_LINE)
    text = (line for _, block in lines.blocks() for line in _text_lines(block))
    reader = csv.reader(text, delimiter=lines.cut, strict=True)
    start = 1
    try:
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error as problem:
        raise DataError(f"{lines.name}, line {start:,}: {_in_words(problem)}") from problem


def _text_lines(block: bytes) -> Iterator[str]:
    return io.StringIO(block.decode("utf-8", "surrogatepass"), newline="\n")


def _in_words(problem: csv.Error) -> str:
    if "field larger" in str(problem):
        return f"a field has more than {LONGEST_LINE:,} characters. Shorten it, or close the quotation mark before it."
    return f"{shown(str(problem))}. Close every quotation mark and try again."
