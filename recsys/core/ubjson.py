"""Universal Binary JSON as XGBoost writes it: objects, lists, text, whole numbers, and arrays of one type.

Our own, because the package `py-ubjson` writes number arrays one number at a time, each with its type; XGBoost's own
files have typed arrays, written here in one piece.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

ARRAY_MARKERS = {"|u1": b"U", ">i4": b"l", ">i8": b"L", ">f4": b"d"}  # by dtype, big-endian
INTEGER_BYTES = {b"i": 1, b"I": 2, b"l": 4, b"L": 8}  # by marker


def ubjson(value: Any) -> bytes:
    """The value in binary: dict, list, str, int, or array of a dtype in `ARRAY_MARKERS`.

    Raises TypeError for another type, and KeyError for another dtype.
    """
    if isinstance(value, dict):
        return b"{" + b"".join(_sized_text(name) + ubjson(item) for name, item in value.items()) + b"}"
    if isinstance(value, list):
        return b"[#" + _int64(len(value)) + b"".join(map(ubjson, value))
    if isinstance(value, str):
        return b"S" + _sized_text(value)
    if isinstance(value, np.ndarray):
        return b"[$" + ARRAY_MARKERS[value.dtype.str] + b"#" + _int64(len(value)) + value.tobytes()
    if type(value) is int:
        return _integer(value)
    raise TypeError(f"{type(value).__name__} has no place in this binary form")


@lru_cache(maxsize=256)  # the names of fields come again and again
def _sized_text(text: str) -> bytes:
    """The length in bytes, then the text."""
    content = text.encode("utf-8")
    return _int64(len(content)) + content


def _int64(number: int) -> bytes:
    return b"L" + number.to_bytes(8, "big", signed=True)


def _integer(number: int) -> bytes:
    """The number in as few bytes as possible."""
    for marker, size in INTEGER_BYTES.items():
        if abs(number) < 2 ** (8 * size - 1) - 1:
            return marker + number.to_bytes(size, "big", signed=True)
    raise TypeError("a whole number is too large for this binary form")
