"""What a learned array must be, declared beside its field: dtype, shape in named sizes, and which values it may have.

    movie_shares: np.ndarray = array("float64", "movies", "stars")

A size is a number, a name, or a sum of these ("occupations + 4"). Names that are not known beforehand take the size
that they have first, and must keep it.

Our own, because `jaxtyping` and its like check dtype and shape; arrays out of a file are used as positions, so their
values have to be checked too.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

ARRAY = "array"
LARGEST_CHARACTER = sys.maxunicode
SURROGATES = (0xD800, 0xDFFF)


@dataclass(frozen=True)
class ArraySpec:
    """One array's dtype, shape and values. Numbers are finite, but NaN may mean unknown where `unknown` is set.

    `index_of` names the size below which the array's whole numbers stay, because they are positions there.
    """

    dtype: str
    shape: tuple[str | int, ...]
    unknown: bool = False
    index_of: str = ""

    def require(self, name: str, value: np.ndarray, sizes: dict[str, int]) -> None:
        """Raise ValueError unless the array is as declared; sizes that were not known are added."""
        kind = "str" if value.dtype.kind == "U" else value.dtype.name
        if kind != self.dtype or not value.dtype.isnative:
            raise ValueError(f"{name} is of type {value.dtype}, not {self.dtype}")
        if len(value.shape) != len(self.shape) or not all(map(_fits(sizes), self.shape, value.shape)):
            raise ValueError(f"{name} has shape {value.shape}, not ({', '.join(map(str, self.shape))})")
        if not _VALUES[value.dtype.kind](value, self, sizes):
            raise ValueError(f"{name} has a value that it may not have")


def array(dtype: str, *shape: str | int, unknown: bool = False, index_of: str = "") -> Any:
    """A dataclass field that holds an array of this dtype ("str" for text of any length) and shape."""
    return field(metadata={ARRAY: ArraySpec(dtype, shape, unknown, index_of)})


def declared(kind: type) -> dict[str, ArraySpec]:
    """The arrays that a class declares, by field."""
    return {each.name: each.metadata[ARRAY] for each in fields(kind) if ARRAY in each.metadata}


def checked(
    specs: Mapping[str, ArraySpec], arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int], prefix: str = ""
) -> dict[str, Any]:
    """Those arrays, named with the prefix, each as declared. KeyError for a missing one, ValueError for a wrong one."""
    known = dict(sizes)
    for name, spec in specs.items():
        spec.require(f"{prefix}{name}", arrays[f"{prefix}{name}"], known)
    return {name: arrays[f"{prefix}{name}"] for name in specs}


def only(specs: Mapping[str, ArraySpec], arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> dict[str, Any]:
    """As `checked`, and ValueError when there is any other array."""
    if unknown := sorted(arrays.keys() - specs.keys()):
        raise ValueError(f"there is an array {unknown[0]!a} that should not be there")
    return checked(specs, arrays, sizes)


def _fits(sizes: dict[str, int]) -> Any:
    def fits(wanted: str | int, size: int) -> bool:
        if isinstance(wanted, str) and "+" not in wanted:
            return sizes.setdefault(wanted, size) == size
        return _total(wanted, sizes) == size

    return fits


def _total(wanted: str | int, sizes: Mapping[str, int]) -> int:
    if isinstance(wanted, int):
        return wanted
    parts = [part.strip() for part in wanted.split("+")]
    return sum(int(part) if part.lstrip("-").isdigit() else sizes[part] for part in parts)


def _numbers(value: np.ndarray, spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    return not np.isinf(value).any() if spec.unknown else bool(np.isfinite(value).all())


def _whole(value: np.ndarray, spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    return not spec.index_of or bool(((value >= 0) & (value < sizes[spec.index_of])).all())


def _flags(value: np.ndarray, spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    return bool((np.ascontiguousarray(value).view(np.uint8) <= 1).all()) if value.size else True


def _text(value: np.ndarray, spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    """Whether each is a character: numpy holds any number, and fails when it is read."""
    codes = np.frombuffer(value.tobytes(), np.uint32)
    surrogate = (codes >= SURROGATES[0]) & (codes <= SURROGATES[1])
    return not ((codes > LARGEST_CHARACTER) | surrogate).any()


_VALUES = {"f": _numbers, "i": _whole, "b": _flags, "U": _text}
