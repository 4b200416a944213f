"""Tables and arrays as bytes and back: JSON and plain arrays, never a pickle, and nothing that is compressed.

NumPy's documented `.npy`, not `joblib`, which runs what it loads, and not `safetensors`, which has no arrays of text.
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
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from recsys.core.array_spec import checked, declared
from recsys.core.json_shape import Fields, require_shape

State = TypeVar("State")
_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '((?:[<|][fib][1248])|(?:<U\d{1,6}))', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,12},? ?){0,4})\), \} *\n"
)


def json_bytes(value: object) -> bytes:
    """The same bytes for equal values. ValueError for a number that JSON does not have."""
    return json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()


def columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """A table's columns as JSON can hold them exactly: NaN becomes null."""
    return {name: [None if value != value else value for value in frame[name].tolist()] for name in frame}


def checked_columns(value: Any, shapes: Mapping[str, Any], where: str) -> dict[str, list[Any]]:
    """The inverse of `columns`, in the order of the shapes; ValueError unless these, of these types, equally long."""
    require_shape(value, Fields(dict.fromkeys(shapes, list)), where)
    if len({len(column) for column in value.values()}) > 1:
        raise ValueError(f"{where} has columns of different lengths")
    for name, shape in shapes.items():
        _require_column(value[name], shape, f"{where}.{name}")
    return {name: value[name] for name in shapes}


def _require_column(column: list[Any], shape: Any, where: str) -> None:
    """One look at the types, because a look at each value would take as long as all the rest of loading."""
    kinds = set(shape) if isinstance(shape, tuple) else {shape}
    if not set(map(type, column)) <= {type(None) if kind is None else kind for kind in kinds}:
        raise ValueError(f"{where} has a value of another type")
    if str in kinds:
        "".join(column).encode("utf-8")  # a lone surrogate could not be shown
    elif not all(value is None or math.isfinite(value) for value in column):
        raise ValueError(f"{where} has a number that is out of range")


def to_npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Named arrays in numpy's own format; ValueError for arrays of objects."""
    target = io.BytesIO()
    np.savez(target, allow_pickle=False, **arrays)
    return target.getvalue()


def from_npz(content: bytes) -> dict[str, np.ndarray]:
    """The inverse of `to_npz`. ValueError for a member that is compressed, or has not the size that its header says."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    if any(member.compress_type or member.compress_size != member.file_size for member in members):
        raise ValueError("an array is compressed")
    if sum(member.file_size for member in members) > len(content):
        raise ValueError("the arrays are larger than their file")
    arrays = {member.filename.removesuffix(".npy"): _array(_stored(content, member)) for member in members}
    if len(arrays) < len(members):
        raise ValueError("two arrays have the same name")
    return arrays


def _stored(content: bytes, member: zipfile.ZipInfo) -> memoryview:
    """A member as it stands in the zip: a copy and a checksum of what was verified already would take time."""
    place = member.header_offset
    start = place + 30 + sum(struct.unpack_from("<HH", content, place + 26))
    found = memoryview(content)[start : start + member.file_size]
    if content[place : place + 4] != b"PK\x03\x04" or len(found) != member.file_size:
        raise ValueError("an array is not where the zip says")
    return found


def _array(content: memoryview) -> np.ndarray:
    """One array of numpy's format, its header read as exactly what numpy writes for plain numbers and text."""
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
    """`GaussianProcess` as `gaussian_process`: what a component is called in settings, bundles and reports."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def named_arrays(state: Any, name: str = "") -> dict[str, np.ndarray]:
    """The fields of a learned state, a dataclass of arrays, as `name.field`; its class names it by default."""
    name = name or snake_case(type(state).__name__)
    return {f"{name}.{field.name}": np.asarray(getattr(state, field.name)) for field in fields(state)}


def restored(kind: type[State], arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int], name: str = "") -> State:
    """The inverse of `named_arrays`, each array as its field declares. KeyError for a missing one, ValueError."""
    specs = declared(kind)
    if undeclared := [field.name for field in fields(kind) if field.name not in specs]:
        raise TypeError(f"{kind.__name__} does not declare its array {undeclared[0]}")
    return kind(**checked(specs, arrays, sizes, f"{name or snake_case(kind.__name__)}."))
