"""Raw cells to typed columns: numbers, times, dates and text, whatever dtype they arrive in.

Our own forms, not the guesses of pandas or dateutil, which read 1/2/1995 and 13/2/1995 of one column in two orders: a
cell that has none of the documented forms is unknown, and is counted as such.
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
    """The cells as float64, shape (rows,); NaN where missing, illegible, boolean or not finite."""
    if types.is_bool_dtype(column) or types.is_complex_dtype(column):
        return np.full(len(column), np.nan)
    if not types.is_numeric_dtype(column):
        column = _from_objects(column)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _from_objects(column: pd.Series) -> pd.Series:
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
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def blank(column: pd.Series) -> np.ndarray:
    """Which cells are missing or hold only white space, shape (rows,)."""
    if types.is_numeric_dtype(column):
        return column.isna().to_numpy(dtype=bool)
    missing = column.isna().to_numpy(dtype=bool)
    return missing | np.array([isinstance(cell, str) and not cell.strip() for cell in column], dtype=bool)


def seconds(column: pd.Series) -> np.ndarray:
    """Times as float64 seconds since 1970 UTC, shape (rows,), from numbers, ISO text, datetimes."""
    if types.is_datetime64_any_dtype(column):
        return _since_1970(column)
    values = numbers(column)
    if types.is_numeric_dtype(column) or not np.isnan(values).any():
        return values
    texts = np.array([str(cell).strip() for cell in column], dtype=object)
    iso = np.isnan(values) & np.array([bool(_ISO_TIME.fullmatch(text)) for text in texts], dtype=bool)
    if iso.any():
        moments = pd.to_datetime(pd.Series(texts[iso]), errors="coerce", utc=True, format="ISO8601")
        values[iso] = _since_1970(moments)
    return values


def _since_1970(column: pd.Series) -> np.ndarray:
    utc = pd.to_datetime(column, utc=True, errors="coerce").dt.tz_localize(None)
    moments = utc.to_numpy().astype("datetime64[s]")  # whole seconds hold every year, nanoseconds only 1677 to 2262
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64).astype(np.float64))


def texts(column: pd.Series, limit: int = TEXT_LIMIT) -> tuple[list[str], np.ndarray]:
    """Cells as one-line text of at most `limit` characters ('' when missing), and which were changed."""
    missing = column.isna().to_numpy(dtype=bool)
    given = ["" if gone else str(cell) for cell, gone in zip(column, missing, strict=True)]
    cleaned = [clean_text(text, limit) for text in given]
    changed = [text.strip() != clean for text, clean in zip(given, cleaned, strict=True)]
    return cleaned, np.array(changed, dtype=bool)


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text on one line: control characters become spaces, lone surrogates a replacement character."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text)).strip()[:limit].rstrip()


def iso_date(text: str) -> str:
    """A full date (`01-Jan-1995` or ISO) as `1995-01-01`; '' for anything else."""
    lowered = text.strip().lower()
    if found := _DAY_MONTH_YEAR.fullmatch(lowered):
        month = _MONTHS.index(found[2]) + 1 if found[2] in _MONTHS else 0
        parts = int(found[3]), month, int(found[1])
    elif found := _ISO.fullmatch(lowered):
        parts = int(found[1]), int(found[2]), int(found[3])
    else:
        return ""
    try:
        return date(*parts).isoformat()
    except ValueError:
        return ""


def genre_text(text: str) -> str:
    """Genres as `A|B`, each once and in the order given; the words for "unknown" become nothing."""
    names = dict.fromkeys(clean_text(part, 60) for part in text.split("|"))
    return "|".join(name for name in names if name.lower() not in UNKNOWN_GENRES)
