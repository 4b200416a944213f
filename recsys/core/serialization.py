"""Tables and arrays to bytes and back: JSON and plain arrays, never a pickle, and nothing compressed.

NumPy's documented `.npy`: `joblib` runs code from what it loads, and `safetensors` has no text arrays.
"""

from __future__ import annotations

import io
import json
import math
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from recsys.core.array_spec import checked, declared
from recsys.core.json_shape import Fields, require_shape

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

State = TypeVar("State", bound="DataclassInstance")
_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '((?:[<|][fib][1248])|(?:<U\d{1,6}))', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,12},? ?){0,4})\), \} *\n"
)


def json_bytes(value: object) -> bytes:
    """A value as JSON, the same bytes for equal values. ValueError for NaN and infinite numbers."""
    return json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()


def columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """The columns of a table as plain values for JSON: NaN becomes None."""
    return {str(name): [None if value != value else value for value in frame[name].tolist()] for name in frame}


def checked_columns(value: Any, shapes: Mapping[str, Any], where: str) -> dict[str, list[Any]]:
    """The columns, in the order of the shapes: the inverse of `columns`.

    Raises ValueError, its message beginning with `where`, unless there are exactly the columns of `shapes`, of these
    types and of one length.
    """
    require_shape(value, Fields(dict.fromkeys(shapes, list)), where)
    if len({len(column) for column in value.values()}) > 1:
        raise ValueError(f"{where} has columns of different lengths")
    for name, shape in shapes.items():
        _require_column(value[name], shape, f"{where}.{name}")
    return {name: value[name] for name in shapes}


def _require_column(column: list[Any], shape: Any, where: str) -> None:
    """Compares the set of types, because a check of each value would double the time of loading."""
    allowed = set(shape) if isinstance(shape, tuple) else {shape}
    if not set(map(type, column)) <= {type(None) if kind is None else kind for kind in allowed}:
        raise ValueError(f"{where} has a value of another type")
    if str in allowed:
        "".join(column).encode("utf-8")  # a lone surrogate could not be written
    elif not all(value is None or math.isfinite(value) for value in column):
        raise ValueError(f"{where} has a number that is out of range")


def to_npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Named arrays as an uncompressed `.npz`. Raises ValueError for arrays of objects."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def from_npz(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` by name: the inverse of `to_npz`.

    Raises ValueError for a compressed member, and for one whose size is not what its header says.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    if any(member.compress_type or member.compress_size != member.file_size for member in members):
        raise ValueError("an array is compressed")
    if sum(member.file_size for member in members) > len(content):
        raise ValueError("the arrays are larger than their file")
    arrays = {member.filename.removesuffix(".npy"): _array(_member_bytes(content, member)) for member in members}
    if len(arrays) < len(members):
        raise ValueError("two arrays have the same name")
    return arrays


def _member_bytes(content: bytes, member: zipfile.ZipInfo) -> memoryview:
    """A view of a member inside the zip: copying it, and its checksum, would take time; the zip is verified already."""
    header = member.header_offset
    start = header + 30 + sum(struct.unpack_from("<HH", content, header + 26))
    stored = memoryview(content)[start : start + member.file_size]
    if content[header : header + 4] != b"PK\x03\x04" or len(stored) != member.file_size:
        raise ValueError("an array is not where the zip says")
    return stored


def _array(content: memoryview) -> np.ndarray:
    """One array in `.npy` format; the header must be exactly what numpy writes for plain numbers and text."""
    end = 10 + int.from_bytes(content[8:10], "little")
    header = _HEADER.fullmatch(content[10:end]) if content[:8] == _MAGIC else None
    if header is None:
        raise ValueError("an array has a header that is not understood")
    dtype, order = np.dtype(header[1].decode()), "F" if header[2] == b"True" else "C"
    shape = tuple(int(size) for size in re.findall(rb"\d+", header[3]))
    if math.prod(shape) * dtype.itemsize != len(content) - end:
        raise ValueError("an array has another size than its header says")
    return np.frombuffer(content, dtype, offset=end).reshape(shape, order=order).copy(order="K")


def snake_case(name: str) -> str:
    """`GaussianProcess` as `gaussian_process`: the name of a component in settings, bundles and reports."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def named_arrays(state: Any, name: str = "") -> dict[str, np.ndarray]:
    """The array fields of a learned state, a dataclass, as `name.field`; its class names it by default."""
    name = name or snake_case(type(state).__name__)
    return {f"{name}.{field}": np.asarray(getattr(state, field)) for field in declared(type(state))}


def restored(
    kind: type[State], arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int], name: str = "", config: Any = None
) -> State:
    """The inverse of `named_arrays`, each array as its field declares, with the config where the class has one.

    Raises KeyError for a missing array, ValueError for one that is not as declared.
    """
    specs = declared(kind)
    others = [field.name for field in fields(kind) if field.name not in specs]  # type: ignore[arg-type]
    if undeclared := [field for field in others if field != "config"]:
        raise TypeError(f"{kind.__name__} does not declare its array {undeclared[0]}")
    values = checked(specs, arrays, sizes, f"{name or snake_case(kind.__name__)}.")
    return kind(**values, **dict.fromkeys(others, config))
