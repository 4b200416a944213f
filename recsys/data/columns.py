"""Columns that are read block by block, in the narrowest dtype that fits their values.

Text needs several times the memory of the numbers in it, and one wrong cell would turn a column into text. So the
columns that must be numbers become numbers block by block: a blank cell NaN, any other cell without a number infinite.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from pandas.api import types

from recsys.data import parsing
from recsys.schema import MOVIE, RATING, TIME, USER

GRADE = "grade"  # a rating in the export of a rating site
_NUMBERS = {USER: parsing.numbers, MOVIE: parsing.numbers, RATING: parsing.numbers, TIME: parsing.seconds}
_DECIMAL_COMMA = re.compile(r"^\s*([-+]?\d{1,4}),(\d{1,4})\s*$", re.ASCII)


class Columns:
    """Collects blocks of the same columns. A column is numeric if it is numeric in every block, else text."""

    def __init__(self, rows: int) -> None:
        self._rows = rows  # the most there can be
        self._columns: dict[str, _Column] = {}

    def add(self, frame: pd.DataFrame) -> None:
        """Add a block of rows; a block without rows has no influence on the types."""
        for name in frame.columns:
            column = self._columns.setdefault(name, _Column(self._rows))
            if len(frame):
                column.add(_to_numbers(frame[name]) if name in _NUMBERS else frame[name])

    def frame(self) -> pd.DataFrame:
        """All rows so far."""
        return pd.DataFrame({name: column.joined() for name, column in self._columns.items()}, copy=False)


class _Column:
    """Numbers in one array, allocated for all rows so that joining needs no second one; text as a list of blocks."""

    def __init__(self, rows: int) -> None:
        self._numbers = np.empty(rows, dtype=np.int32)
        self._filled = 0
        self._texts: list[pd.Series] = []

    def add(self, values: pd.Series) -> None:
        if self._texts or not _is_number(values):
            self._add_text(values)
        else:
            self._add_numbers(narrowed(values.to_numpy()))

    def joined(self) -> pd.Series:
        if self._texts:
            return pd.concat(self._texts, ignore_index=True)
        return pd.Series(self._numbers[: self._filled], copy=False) if self._filled else pd.Series([], dtype=str)

    def _add_numbers(self, values: np.ndarray) -> None:
        needed = values.dtype if not self._filled else np.result_type(self._numbers, values)
        if needed != self._numbers.dtype:
            self._numbers = self._numbers.astype(needed)
        self._numbers[self._filled : self._filled + len(values)] = values
        self._filled += len(values)

    def _add_text(self, values: pd.Series) -> None:
        if not self._texts and self._filled:
            self._texts.append(pd.Series(self._numbers[: self._filled]).astype(str))
        self._numbers = self._numbers[:0]
        self._texts.append(values.astype(str))


def with_decimal_points(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with decimal points in ratings such as `4,5`."""
    text_columns = [name for name in (RATING, GRADE) if name in frame and not types.is_numeric_dtype(frame[name])]
    replaced = {name: [_DECIMAL_COMMA.sub(r"\1.\2", str(cell)) for cell in frame[name]] for name in text_columns}
    return frame.assign(**replaced)


def narrowed(values: np.ndarray) -> np.ndarray:
    """The numbers as int32 or float32 if that changes none of them, else unchanged.

    >>> narrowed(np.array([1, 2, 3])).dtype, narrowed(np.array([4.5, 3.0])).dtype, narrowed(np.array([0.1])).dtype
    (dtype('int32'), dtype('float32'), dtype('float64'))
    """
    if values.dtype == np.int64 and len(values) and values.min() >= -(2**31) and values.max() < 2**31:
        return values.astype(np.int32)
    if values.dtype == np.float64:
        with np.errstate(over="ignore"):
            float32_values = values.astype(np.float32)
        return float32_values if np.array_equal(float32_values, values, equal_nan=True) else values
    return values


def _to_numbers(column: pd.Series) -> pd.Series:
    if _is_number(column):
        return column
    values = _NUMBERS[str(column.name)](column)
    return pd.Series(np.where(np.isnan(values) & ~parsing.blank(column), np.inf, values))


def _is_number(column: pd.Series) -> bool:
    return types.is_numeric_dtype(column) and not types.is_bool_dtype(column)
