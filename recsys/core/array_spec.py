"""What a learned array must be, declared beside its field: dtype, shape in named sizes, and which values it may have.

    movie_shares: np.ndarray = array("float64", "movies", "stars")

A size is a number, a name, or a sum of these ("occupations + 4"). A name without a size yet takes the size of the
first array that uses it, and must keep it.

Our own, because `jaxtyping` and its like check dtype and shape; arrays out of a file are used as positions, so their
values have to be checked too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

ARRAY = "array"
MAX_CODE_POINT = sys.maxunicode
SURROGATES = (0xD800, 0xDFFF)


@dataclass(frozen=True)
class ArraySpec:
    """One array's dtype, shape and values. Numbers are finite, but NaN may mean unknown where `unknown` is set.

    With `index_of`, the integers of the array are positions: at least 0 and below the size of that name.
    """

    dtype: str
    shape: tuple[str | int, ...]
    unknown: bool = False
    index_of: str = ""

    def require(self, name: str, value: np.ndarray, sizes: dict[str, int]) -> None:
        """Raise ValueError unless the array is as declared; new size names are added to `sizes`."""
        dtype = "str" if value.dtype.kind == "U" else value.dtype.name
        if dtype != self.dtype or not value.dtype.isnative:
            raise ValueError(f"{name} is of type {value.dtype}, not {self.dtype}")
        if len(value.shape) != len(self.shape) or not all(map(_size_check(sizes), self.shape, value.shape)):
            raise ValueError(f"{name} has shape {value.shape}, not ({', '.join(map(str, self.shape))})")
        if not _VALUE_CHECKS[value.dtype.kind](value, self, sizes):
            raise ValueError(f"{name} has a value that it may not have")


def array(dtype: str, *shape: str | int, unknown: bool = False, index_of: str = "") -> Any:
    """A dataclass field that holds an array of this dtype ("str" for text of any length) and shape."""
    return field(metadata={ARRAY: ArraySpec(dtype, shape, unknown, index_of)})


def declared(kind: type) -> dict[str, ArraySpec]:
    """The array specs that a dataclass declares, by field."""
    return {each.name: each.metadata[ARRAY] for each in fields(kind) if ARRAY in each.metadata}


def checked(
    specs: Mapping[str, ArraySpec], arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int], prefix: str = ""
) -> dict[str, Any]:
    """The arrays that the specs name, checked.

    Parameters
    ----------
    specs : mapping of str to ArraySpec
        What each array must be, by field name.
    arrays : mapping of str to array
        Arrays by prefix and field name; others are ignored.
    sizes : mapping of str to int
        Sizes known beforehand, by name.
    prefix : str
        What the names of the arrays begin with.

    Returns
    -------
    dict of str to array
        The arrays by field name, without the prefix.

    Raises
    ------
    KeyError
        An array is missing.
    ValueError
        An array is not as declared.
    """
    known_sizes = dict(sizes)
    for name, spec in specs.items():
        spec.require(f"{prefix}{name}", arrays[f"{prefix}{name}"], known_sizes)
    return {name: arrays[f"{prefix}{name}"] for name in specs}


def only(specs: Mapping[str, ArraySpec], arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> dict[str, Any]:
    """As `checked`, and ValueError when there is any other array."""
    if undeclared := sorted(arrays.keys() - specs.keys()):
        raise ValueError(f"there is an array {undeclared[0]!a} that should not be there")
    return checked(specs, arrays, sizes)


def _size_check(sizes: dict[str, int]) -> Callable[[str | int, int], bool]:
    def has_size(declared_size: str | int, size: int) -> bool:
        if isinstance(declared_size, str) and "+" not in declared_size:
            return sizes.setdefault(declared_size, size) == size
        return _sum_of_sizes(declared_size, sizes) == size

    return has_size


def _sum_of_sizes(declared_size: str | int, sizes: Mapping[str, int]) -> int:
    if isinstance(declared_size, int):
        return declared_size
    terms = [term.strip() for term in declared_size.split("+")]
    return sum(int(term) if term.lstrip("-").isdigit() else sizes[term] for term in terms)


def _valid_floats(value: np.ndarray, spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    return not np.isinf(value).any() if spec.unknown else bool(np.isfinite(value).all())


def _valid_integers(value: np.ndarray, spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    return not spec.index_of or bool(((value >= 0) & (value < sizes[spec.index_of])).all())


def _valid_flags(value: np.ndarray, spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    return bool((np.ascontiguousarray(value).view(np.uint8) <= 1).all()) if value.size else True


def _valid_text(value: np.ndarray, spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    """Whether each code point is a character: numpy stores any number, and fails when it is read."""
    code_points = np.frombuffer(value.tobytes(), np.uint32)
    surrogate = (code_points >= SURROGATES[0]) & (code_points <= SURROGATES[1])
    return not ((code_points > MAX_CODE_POINT) | surrogate).any()


_VALUE_CHECKS = {"f": _valid_floats, "i": _valid_integers, "b": _valid_flags, "U": _valid_text}
