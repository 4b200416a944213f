"""Tables and arrays as bytes and back: JSON and plain arrays, never a pickle."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
import pandas as pd

State = TypeVar("State")


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


def named_arrays(state: Any, name: str = "") -> dict[str, np.ndarray]:
    """The fields of a learned state, a dataclass of arrays, as `name.field`; its class names it by default."""
    name = name or type(state).__name__
    return {f"{name}.{field.name}": np.asarray(getattr(state, field.name)) for field in fields(state)}


def restored(kind: type[State], arrays: Mapping[str, np.ndarray], name: str = "") -> State:
    """The inverse of `named_arrays`. KeyError when an array is missing."""
    name = name or kind.__name__
    return kind(**{field.name: arrays[f"{name}.{field.name}"] for field in fields(kind)})


def require_tables(arrays: Mapping[str, np.ndarray], movies: int) -> None:
    """Raise ValueError unless every table (a field named movie_*) has a row for each of so many movies."""
    for name, array in arrays.items():
        if name.rpartition(".")[2].startswith("movie_") and array.shape[:1] != (movies,):
            raise ValueError(f"{name} has shape {array.shape}, the catalogue {movies} movies")
