"""Delimited text to raw tables, with the field count of every line checked.

pandas' own reader accepts most broken files in silence (an extra field shifts every column), so it gets only lines
whose fields have been counted.
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
_INNER = "\x1f"  # replaces `::`, because counting a single byte is fast
_MAX_FIELDS = np.iinfo(np.uint16).max
_QUOTED_BATCH = 20_000  # rows per block, because lists of text need much memory


def decode(name: str, data: bytes) -> str:
    """The text of a small file, with LF line ends. Raises DataError for binary data."""
    return b"".join(text_blocks(name, data, encoding_of(name, data))).decode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class DelimitedFile:
    """A delimited text file whose lines and fields have been counted.

    In `first`, `data` and `blocks` fields are separated by the single character `cut`.
    """

    name: str  # of the file, for messages
    source: bytes  # the file as it was read
    encoding: str
    separator: str  # in the file
    first: str  # the first line that is not blank
    before: int  # lines before it
    fields: np.ndarray  # uint16 (lines,), fields of each line, 0 for an empty line
    quoted: bool  # whether there is a quotation mark anywhere
    limits: ReadLimits

    @classmethod
    def of(cls, name: str, data: bytes, remedy: str = AS_PUBLISHED, limits: ReadLimits = COMMAND_LINE) -> DelimitedFile:
        """Detect encoding and separator, and count fields. Raises DataError for an empty file or too many lines."""
        encoding = encoding_of(name, data)
        before, first = _first_line(text_blocks(name, data, encoding))
        if not first:
            raise DataError(f"{name} is empty. {remedy}")
        separator = "::" if "::" in first else max("\t|;,", key=first.count)
        fields, quoted = _count_fields(name, _delimited_blocks(name, data, encoding, separator), separator, limits)
        first = first.replace(_INNER, " ").replace("::", _INNER) if separator == "::" else first
        return cls(name, data, encoding, separator, first, before, fields, quoted, limits)

    @property
    def cut(self) -> str:
        """The single character that separates fields in `first`, `data` and `blocks`."""
        return _delimiter(self.separator)

    @property
    def data(self) -> bytes:
        """All lines in UTF-8 with LF line ends and fields separated by `cut`: for small files."""
        return b"".join(block for _, block in self.blocks())

    @property
    def usual_fields(self) -> int:
        """The number of fields that most lines have."""
        counts = np.bincount(self.fields[self.fields > 0])
        return int(counts.argmax())

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Blocks of complete lines, each with the number of lines before it."""
        before = 0
        for block in _delimited_blocks(self.name, self.source, self.encoding, self.separator):
            yield before, block
            before += block.count(b"\n")


def without_header(file: DelimitedFile, names: Sequence[str]) -> RawTable:
    """The lines with as many fields as there are names, as a raw table; fields named "" are left out."""
    file.limits.require_columns(file.name, len(names))
    return _read_unquoted(file, names, header_lines=0)


def with_header(file: DelimitedFile, rename: Callable[[list[str]], list[str]]) -> RawTable:
    """The lines after the header as a raw table; `rename` maps the header's names to those of the schema."""
    if file.quoted:
        return _read_quoted(file, rename)
    header = file.first.split(file.cut)
    file.limits.require_columns(file.name, len(header))
    return _read_unquoted(file, rename(header), file.before + 1, header)


def _delimiter(separator: str) -> str:
    return _INNER if separator == "::" else separator


def _first_line(blocks: Iterator[bytes]) -> tuple[int, str]:
    """Number of lines before the first that is not blank, and that line; "" if all are blank."""
    before = 0
    for block in blocks:
        offset = len(block) - len(block.lstrip())
        if offset < len(block):
            start = block.rfind(b"\n", 0, offset) + 1
            line = block[start : block.find(b"\n", offset)]
            return before + block.count(b"\n", 0, start), line.decode("utf-8", "surrogatepass")
        before += block.count(b"\n")
    return before, ""


def _delimited_blocks(name: str, data: bytes, encoding: str, separator: str) -> Iterator[bytes]:
    for block in text_blocks(name, data, encoding):
        yield block.replace(_INNER.encode(), b" ").replace(b"::", _INNER.encode()) if separator == "::" else block


def _count_fields(name: str, blocks: Iterator[bytes], separator: str, limits: ReadLimits) -> tuple[np.ndarray, bool]:
    """Fields of each line, and whether there is a quotation mark. Raises DataError once there are too many lines."""
    counts, quoted, lines = [], False, 0
    for block in blocks:
        counts.append(_fields_per_line(block, _delimiter(separator)))
        quoted = quoted or b'"' in block
        lines += len(counts[-1])
        if lines > limits.rows + 1:
            raise DataError(f"{name} has more than {limits.rows:,} lines, the most that are read. Give a part of it.")
    return np.concatenate(counts), quoted


def _fields_per_line(block: bytes, delimiter: str) -> np.ndarray:
    """Number of fields of each line of a block, uint16 (lines,), 0 for an empty line."""
    characters = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    delimiters = np.flatnonzero(characters == ord(delimiter))
    counts = np.bincount(np.searchsorted(ends, delimiters), minlength=len(ends)) + 1
    lengths = np.diff(ends, prepend=-1) - 1
    return np.where(lengths == 0, 0, np.minimum(counts, _MAX_FIELDS)).astype(np.uint16)


def _read_unquoted(
    file: DelimitedFile, names: Sequence[str], header_lines: int, header: Sequence[str] = ()
) -> RawTable:
    columns, line_numbers, dropped_lines = Columns(int((file.fields == len(names)).sum())), [], []
    for lines_before, block in file.blocks():
        fields = file.fields[lines_before : lines_before + block.count(b"\n")]
        is_row = np.arange(lines_before, lines_before + len(fields)) >= header_lines
        complete = is_row & (fields == len(names))
        line_numbers.append((np.flatnonzero(complete) + lines_before + 1).astype(np.int32))
        dropped_lines.append(np.flatnonzero(is_row & ~complete & (fields > 0)) + lines_before + 1)
        frame = _parse_block(block if complete.all() else _select_lines(block, complete), names, file.cut)
        columns.add(_with_points(frame, file))
    return _raw_table(file, header, columns, line_numbers, dropped_lines)


def _with_points(frame: pd.DataFrame, file: DelimitedFile) -> pd.DataFrame:
    return frame if file.cut == "," else with_decimal_points(frame)


def _raw_table(
    file: DelimitedFile,
    header: Sequence[str],
    columns: Columns,
    line_numbers: list[np.ndarray],
    bad_lines: list[np.ndarray],
) -> RawTable:
    empty = np.zeros(0, np.int32)
    dropped = {"wrong_field_count": np.concatenate([empty, *bad_lines])}
    return RawTable(columns.frame(), np.concatenate([empty, *line_numbers]), file.name, dropped, tuple(header))


def _select_lines(block: bytes, complete: np.ndarray) -> bytes:
    rows = block.split(b"\n")
    return b"".join(rows[row] + b"\n" for row in np.flatnonzero(complete))


def _parse_block(data: bytes, names: Sequence[str], delimiter: str) -> pd.DataFrame:
    used = [position for position, name in enumerate(names) if name]
    if not data.strip(b"\n"):
        return pd.DataFrame({names[position]: pd.Series([], dtype=str) for position in used})
    unique = [name or f"unused {position}" for position, name in enumerate(names)]
    return pd.read_csv(
        io.BytesIO(data),
        sep=delimiter,
        header=None,
        names=unique,
        usecols=used,
        dtype={name: str for name in unique if name in _TEXT},
        quoting=csv.QUOTE_NONE,
        na_filter=False,
        low_memory=False,
        skip_blank_lines=False,
        index_col=False,
        encoding_errors="surrogatepass",
        lineterminator="\n",
    )


def _read_quoted(file: DelimitedFile, rename: Callable[[list[str]], list[str]]) -> RawTable:
    rows = (row for row in _quoted_rows(file) if row[0] > file.before)
    header = next(rows)[1]
    file.limits.require_columns(file.name, len(header))
    names = rename(header)
    unique = [name or f"unused {position}" for position, name in enumerate(names)]
    columns, line_numbers, dropped_lines, batch = Columns(len(file.fields)), [], [], [*islice(rows, _QUOTED_BATCH)]
    while batch or not line_numbers:
        complete_rows = [row for _, row in batch if len(row) == len(names)]
        frame = pd.DataFrame(complete_rows, columns=unique, dtype=str)[[name for name in names if name]]
        columns.add(_with_points(frame, file))
        starts = np.array([start for start, _ in batch], np.int32)
        is_complete = np.array([len(row) == len(names) for _, row in batch], bool)
        line_numbers.append(starts[is_complete])
        dropped_lines.append(starts[~is_complete])
        batch = list(islice(rows, _QUOTED_BATCH))
    return _raw_table(file, header, columns, line_numbers, dropped_lines)


def _quoted_rows(file: DelimitedFile) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, and the number of the line it starts on."""
    csv.field_size_limit(LONGEST_LINE)
    text = (line for _, block in file.blocks() for line in _text_lines(block))
    reader = csv.reader(text, delimiter=file.cut, strict=True)
    start = 1
    try:
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{file.name}, line {start:,}: {_sentence(error)}") from error


def _text_lines(block: bytes) -> Iterator[str]:
    return io.StringIO(block.decode("utf-8", "surrogatepass"), newline="\n")


def _sentence(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a field has more than {LONGEST_LINE:,} characters. Shorten it, or close the quotation mark before it."
    return f"{shown(str(error))}. Close every quotation mark and try again."
