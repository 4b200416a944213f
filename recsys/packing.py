"""Tables and arrays as bytes and back: JSON and plain arrays, never a pickle."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def json_bytes(value: object) -> bytes:
    """The same bytes for equal values. ValueError for a number that JSON does not have."""
    return json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()


def columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """A table's columns as JSON can hold them exactly: NaN becomes null."""
    return {name: [None if value != value else value for value in frame[name].tolist()] for name in frame}


def npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Named arrays in numpy's own format; ValueError for arrays of objects."""
    target = io.BytesIO()
    np.savez(target, allow_pickle=False, **arrays)
    return target.getvalue()


def unpacked(content: bytes) -> dict[str, np.ndarray]:
    """The inverse of `npz`."""
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        return {name: found[name] for name in found.files}
