"""Raw tables, and the filter that drops their rows, each for the first reason that fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data import parsing
from recsys.data.report import Finding, TableReport
from recsys.errors import DataError


@dataclass(frozen=True)
class RawTable:
    """A table as it was read.

    Attributes
    ----------
    frame : DataFrame
        Columns of any dtype. Checking empties it.
    lines : int array, (rows,)
        Line number of each row.
    source : str
        Name of the file, for the report.
    dropped : mapping of str to int array
        Per reason, the numbers of the lines that the reader could not parse.
    header : tuple of str
        All column names in the file, the unused ones too.
    """

    frame: pd.DataFrame
    lines: np.ndarray
    source: str
    dropped: Mapping[str, np.ndarray] = field(default_factory=dict)
    header: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: pd.DataFrame, table: str, source: str = "a frame") -> RawTable:
        """A frame from memory; its rows are lines 1, 2, 3 and so on. Raises DataError for anything but a DataFrame."""
        if not isinstance(frame, pd.DataFrame):
            raise DataError(f"The {table} are a {type(frame).__name__}; give a pandas DataFrame.")
        return cls(frame.copy(deep=False), np.arange(1, len(frame) + 1), source)


class RowFilter:
    """Marks rows as dropped, each for the first reason that fits, and counts them.

    `keep` is a bool per row; `dropped` and `repaired` are findings by reason.
    """

    def __init__(self, table: str, raw: RawTable) -> None:
        self.table, self.raw = table, raw
        self.keep = np.ones(len(raw.frame), dtype=bool)
        self.dropped = {code: Finding.of(lines) for code, lines in raw.dropped.items() if len(lines)}
        self.repaired: dict[str, Finding] = {}

    def drop(self, code: str, mask: np.ndarray) -> None:
        """Drop the kept rows of a mask, bool (rows,)."""
        affected = mask & self.keep
        if affected.any():
            self.dropped[code] = Finding.of(self.raw.lines[affected])
            self.keep &= ~affected

    def repair(self, code: str, mask: np.ndarray) -> None:
        """Count the kept rows of a mask, bool (rows,), as repaired."""
        affected = mask & self.keep
        if affected.any():
            self.repaired[code] = Finding.of(self.raw.lines[affected])

    def rows(self, code: str) -> int:
        """The number of rows dropped so far for a reason."""
        return self.dropped[code].rows if code in self.dropped else 0

    def report(self) -> TableReport:
        """The report of the table."""
        kept = int(self.keep.sum())
        read = kept + sum(finding.rows for finding in self.dropped.values())
        return TableReport(self.table, self.raw.source, read, kept, dict(self.dropped), dict(self.repaired))

    def drop_rows(self, code: str, rows: np.ndarray) -> None:
        """Drop the kept rows at these positions, int (n,)."""
        mask = np.zeros(len(self.keep), dtype=bool)
        mask[rows] = True
        self.drop(code, mask)

    def release(self) -> None:
        """Free the raw columns, once all of them are parsed."""
        for name in list(self.raw.frame):
            del self.raw.frame[name]

    def ids(self, column: str) -> np.ndarray:
        """The ids of a column, int64 (rows,); rows without a valid id are dropped, and have id 0."""
        values = parsing.numbers(self.raw.frame[column])
        legible = ~np.isnan(values)
        values = np.where(legible, values, 0.0)
        in_range = (values >= schema.MIN_ID) & (values <= schema.MAX_ID) & (values == np.floor(values))
        self.drop(f"illegible_{column}", ~legible)
        self.drop(f"{column}_out_of_range", ~in_range)
        return np.where(in_range, values, 0.0).astype(np.int64)


def sorted_by(table: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """A copy of the table sorted by integer key columns, with a new index."""
    order = np.lexsort([table[key].to_numpy() for key in reversed(keys)])
    return table.iloc[order].reset_index(drop=True)
