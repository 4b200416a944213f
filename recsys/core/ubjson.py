"""Universal Binary JSON as XGBoost writes it: objects, lists, text, whole numbers, and arrays of one type.

Our own, because the package `py-ubjson` writes number arrays one number at a time, each with its type; XGBoost's own
files have typed arrays, written here in one piece.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

MARKERS = {"|u1": b"U", ">i4": b"l", ">i8": b"L", ">f4": b"d"}  # of arrays, by dtype: the first byte is the highest
WHOLE = {b"i": 1, b"I": 2, b"l": 4, b"L": 8}  # bytes of a whole number


def ubjson(value: Any) -> bytes:
    """The value in binary: dict, list, str, int, or array of `MARKERS`. TypeError or KeyError for anything else."""
    if isinstance(value, dict):
        return b"{" + b"".join(_length(name) + ubjson(item) for name, item in value.items()) + b"}"
    if isinstance(value, list):
        return b"[#" + _long(len(value)) + b"".join(map(ubjson, value))
    if isinstance(value, str):
        return b"S" + _length(value)
    if isinstance(value, np.ndarray):
        return b"[$" + MARKERS[value.dtype.str] + b"#" + _long(len(value)) + value.tobytes()
    if type(value) is int:
        return _whole(value)
    raise TypeError(f"{type(value).__name__} has no place in this binary form")


@lru_cache(maxsize=256)  # the names of fields come again and again
def _length(text: str) -> bytes:
    """Text after its length in bytes."""
    content = text.encode("utf-8")
    return _long(len(content)) + content


def _long(number: int) -> bytes:
    return b"L" + number.to_bytes(8, "big", signed=True)


def _whole(number: int) -> bytes:
    """In as few bytes as hold it."""
    for marker, size in WHOLE.items():
        if abs(number) < 2 ** (8 * size - 1) - 1:
            return marker + number.to_bytes(size, "big", signed=True)
    raise TypeError("a whole number is too large for this binary form")
