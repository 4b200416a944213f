"""Raw cells to typed columns: numbers, times, dates and text, from any dtype.

Our own formats, not the guesses of pandas or dateutil, which read 1/2/1995 and 13/2/1995 of one column in two orders: a
cell in no documented format is unknown, and is counted as such.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
from pandas.api import types

TEXT_LIMIT = 300
UNKNOWN_GENRES = frozenset({"", "unknown", "(no genres listed)"})

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})-([a-z]{3})-(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?", re.ASCII)
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ][0-9:.,+Z \-]*)?", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def numbers(column: pd.Series) -> np.ndarray:
    """The cells as numbers, float64 (rows,); NaN for a cell that is missing, no number, boolean or infinite."""
    if types.is_bool_dtype(column) or types.is_complex_dtype(column):
        return np.full(len(column), np.nan)
    if not types.is_numeric_dtype(column):
        column = _numbers_from_objects(column)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _numbers_from_objects(column: pd.Series) -> pd.Series:
    if not types.is_string_dtype(column.dtype) or column.dtype == object:
        column = pd.Series([_number_or_text(cell) for cell in column], dtype=object)
    try:
        return pd.to_numeric(column, errors="coerce")
    except (TypeError, ValueError, OverflowError):
        return pd.Series([_float_or_nan(cell) for cell in column], dtype=np.float64)


def _number_or_text(cell: object) -> object:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return np.nan
    return _float_or_nan(cell) if isinstance(cell, int | float | np.number) else np.nan


def _float_or_nan(cell: object) -> float:
    try:
        return float(cell)  # pyright: ignore[reportArgumentType] - any object; what is no number is caught
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def blank(column: pd.Series) -> np.ndarray:
    """Which cells are missing or only white space, bool (rows,)."""
    if types.is_numeric_dtype(column):
        return column.isna().to_numpy(dtype=bool)
    missing = column.isna().to_numpy(dtype=bool)
    return missing | np.array([isinstance(cell, str) and not cell.strip() for cell in _cells(column)], dtype=bool)


def _cells(column: pd.Series) -> np.ndarray:
    """The cells as objects, all at once: a loop over a column of text fetches each from pandas' storage, far slower."""
    return column.to_numpy(dtype=object)


def seconds(column: pd.Series) -> np.ndarray:
    """The cells as seconds since 1970 UTC, float64 (rows,), from numbers, ISO text or datetimes; NaN where unknown."""
    if types.is_datetime64_any_dtype(column):
        return _since_1970(column)
    values = numbers(column)
    if types.is_numeric_dtype(column) or not np.isnan(values).any():
        return values
    others = np.flatnonzero(np.isnan(values))
    texts = [str(cell).strip() for cell in _cells(column)[others]]
    iso = np.array([bool(_ISO_TIME.fullmatch(text)) for text in texts], dtype=bool)
    if iso.any():
        moments = pd.to_datetime(pd.Series(texts)[iso], errors="coerce", utc=True, format="ISO8601")
        values[others[iso]] = _since_1970(moments)
    return values


def _since_1970(column: pd.Series) -> np.ndarray:
    utc = pd.to_datetime(column, utc=True, errors="coerce").dt.tz_localize(None)
    moments = utc.to_numpy().astype("datetime64[s]")  # seconds can represent every year, nanoseconds only 1677 to 2262
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64).astype(np.float64))


def texts(column: pd.Series, limit: int = TEXT_LIMIT) -> tuple[list[str], np.ndarray]:
    """The cells as one-line text of at most `limit` characters, "" if missing; and which changed, bool (rows,)."""
    missing = column.isna().to_numpy(dtype=bool)
    raw = ["" if is_missing else str(cell) for cell, is_missing in zip(_cells(column), missing, strict=True)]
    cleaned = [clean_text(text, limit) for text in raw]
    changed = [text.strip() != clean_cell for text, clean_cell in zip(raw, cleaned, strict=True)]
    return cleaned, np.array(changed, dtype=bool)


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text on one line: control characters become spaces, lone surrogates a replacement character."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text)).strip()[:limit].rstrip()


def iso_date(text: str) -> str:
    """A full date (`01-Jan-1995` or ISO) as `1995-01-01`; "" for any other text."""
    lowered = text.strip().lower()
    if match := _DAY_MONTH_YEAR.fullmatch(lowered):
        month = _MONTHS.index(match[2]) + 1 if match[2] in _MONTHS else 0
        year_month_day = int(match[3]), month, int(match[1])
    elif match := _ISO.fullmatch(lowered):
        year_month_day = int(match[1]), int(match[2]), int(match[3])
    else:
        return ""
    try:
        return date(*year_month_day).isoformat()
    except ValueError:
        return ""


def genre_text(text: str) -> str:
    """Genres as `A|B`, each once, in their order; without the words for an unknown genre."""
    names = dict.fromkeys(clean_text(name, 60) for name in text.split("|"))
    return "|".join(name for name in names if name.lower() not in UNKNOWN_GENRES)
