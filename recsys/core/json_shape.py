"""What a JSON value must look like: exact types, finite numbers, no unknown field and none missing.

A shape is a type (`float` takes whole numbers too), a tuple of alternatives, `[shape]` for a list, `{str: shape}` for
an object of any keys, `Fields` for one of named keys, or any other value for exactly that value.

Not `jsonschema`: for it 1.0 is an integer and NaN a number, while files hold exact types.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recsys.errors import shown

LARGEST_INTEGER = 2**53
ANY = object


@dataclass(frozen=True)
class Fields:
    """An object with all of the required keys, and any of the optional ones."""

    required: Mapping[str, Any] = field(default_factory=dict)
    optional: Mapping[str, Any] = field(default_factory=dict)


def require_shape(value: Any, shape: Any, where: str) -> None:
    """Raise ValueError, naming the path to the wrong value, unless the value has the shape.

    `where` is the path to `value` itself, such as `the manifest`.
    """
    if isinstance(shape, tuple):
        _require_alternative(value, shape, where)
    elif isinstance(shape, Fields):
        _require_fields(value, shape, where)
    elif isinstance(shape, list):
        _require_type(value, list, where)
        for position, item in enumerate(value):
            require_shape(item, shape[0], f"{where}[{position}]")
    elif isinstance(shape, dict):
        _require_type(value, dict, where)
        for name, item in value.items():
            require_shape(item, shape[str], f"{where}.{shown(name)}")
    elif isinstance(shape, type):
        _require_type(value, shape, where)
    elif type(value) is not type(shape) or value != shape:
        raise ValueError(f"{where} is {shown(value)}, not {shown(shape)}")


def _require_alternative(value: Any, shapes: tuple[Any, ...], where: str) -> None:
    problems = []
    for shape in shapes:
        try:
            return require_shape(value, shape, where)
        except ValueError as error:
            problems.append(str(error))
    raise ValueError(problems[0])


def _require_fields(value: Any, shape: Fields, where: str) -> None:
    _require_type(value, dict, where)
    if missing := sorted(shape.required.keys() - value.keys()):
        raise ValueError(f"{where} lacks {shown(missing[0])}")
    shapes = {**shape.required, **shape.optional}
    if unknown := sorted(value.keys() - shapes.keys()):
        raise ValueError(f"{where} has the unknown field {shown(unknown[0])}")
    for name, item in value.items():
        require_shape(item, shapes[name], f"{where}.{name}")


def _require_type(value: Any, kind: type, where: str) -> None:
    if kind is ANY:
        return
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise ValueError(f"{where} is {shown(value)}, which is not of type {kind.__name__}")
    if kind in (int, float) and not (math.isfinite(value) and (kind is float or abs(value) <= LARGEST_INTEGER)):
        raise ValueError(f"{where} is {shown(value)}, which is out of range")
    if isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate could not be written
