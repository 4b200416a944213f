"""A raw table on its way through the door: rows are dropped, each for the first reason that fits."""

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
    """A table as it was read: any dtypes, with the line each row came from.

    `dropped` holds, per reason, the lines the reader could not turn into rows; `header` the columns' names in the
    file, those of no use here too. Checking uses the frame up.
    """

    frame: pd.DataFrame
    lines: np.ndarray
    source: str
    dropped: Mapping[str, np.ndarray] = field(default_factory=dict)
    header: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: pd.DataFrame, table: str, source: str = "a frame") -> RawTable:
        """A frame from memory, whose rows count as lines 1, 2, 3 and so on."""
        if not isinstance(frame, pd.DataFrame):
            raise DataError(f"The {table} are a {type(frame).__name__}; give a pandas DataFrame.")
        return cls(frame.copy(deep=False), np.arange(1, len(frame) + 1), source)


class RowFilter:
    """Marks rows as dropped, each for the first reason that concerns it."""

    def __init__(self, table: str, raw: RawTable) -> None:
        self.table, self.raw = table, raw
        self.keep = np.ones(len(raw.frame), dtype=bool)
        self.dropped = {code: Finding.of(lines) for code, lines in raw.dropped.items() if len(lines)}
        self.repaired: dict[str, Finding] = {}

    def drop(self, code: str, mask: np.ndarray) -> None:
        """Drop the rows of the mask, shape (rows,), that are still kept."""
        hit = mask & self.keep
        if hit.any():
            self.dropped[code] = Finding.of(self.raw.lines[hit])
            self.keep &= ~hit

    def repair(self, code: str, mask: np.ndarray) -> None:
        """Note the kept rows of the mask as repaired."""
        hit = mask & self.keep
        if hit.any():
            self.repaired[code] = Finding.of(self.raw.lines[hit])

    def rows(self, code: str) -> int:
        """How many rows were dropped for this reason so far."""
        return self.dropped[code].rows if code in self.dropped else 0

    def report(self) -> TableReport:
        """What happened to the table."""
        kept = int(self.keep.sum())
        read = kept + sum(finding.rows for finding in self.dropped.values())
        return TableReport(self.table, self.raw.source, read, kept, dict(self.dropped), dict(self.repaired))

    def drop_rows(self, code: str, rows: np.ndarray) -> None:
        """Drop rows given by position, shape (some,)."""
        mask = np.zeros(len(self.keep), dtype=bool)
        mask[rows] = True
        self.drop(code, mask)

    def release(self) -> None:
        """Forget the raw columns: all of them have become others."""
        for name in list(self.raw.frame):
            self.raw.frame.pop(name)

    def ids(self, column: str) -> np.ndarray:
        """The ids of a column as int64, shape (rows,); rows without a usable id are dropped and hold 0."""
        values = parsing.numbers(self.raw.frame[column])
        legible = ~np.isnan(values)
        values = np.where(legible, values, 0.0)
        in_range = (values >= schema.MIN_ID) & (values <= schema.MAX_ID) & (values == np.floor(values))
        self.drop(f"illegible_{column}", ~legible)
        self.drop(f"{column}_out_of_range", ~in_range)
        return np.where(in_range, values, 0.0).astype(np.int64)


def sorted_by(table: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """A copy of the table sorted by its integer key columns, with a fresh index."""
    order = np.lexsort([table[key].to_numpy() for key in reversed(keys)])
    return table.iloc[order].reset_index(drop=True)
