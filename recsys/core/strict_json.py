"""Strict JSON: what RFC 8259 allows, each key once, no NaN, within limits on depth and number length.

On Python's own parser, not `orjson` or `msgspec`: both keep the last of two equal keys in silence, and neither lets us
bound depth and number length or say what to send instead.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, NoReturn

from recsys.errors import shown

MAX_DEPTH = 20
MAX_DIGITS = 100
# The closing quote is optional so that an unclosed string is consumed once, not tried again at each quote.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


class JsonError(ValueError):
    """The text is not strict JSON: what was received, and what to send instead."""

    def __init__(self, received: str, remedy: str) -> None:
        super().__init__(f"{received} is not strict JSON")
        self.received, self.remedy = received, remedy


def parse(content: bytes, limited: bool = True) -> Any:
    """The value of the JSON text. Raises JsonError for anything but strict JSON.

    With `limited=False` only Python's own limits on depth and numbers apply: several times faster, for large files that
    are read one at a time.
    """
    text = _text(content)
    hooks: dict[str, Any] = {}
    if limited:
        _check_depth(text)
        hooks = {"parse_int": _integer, "parse_float": _float}
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, **hooks)
    except RecursionError as error:
        raise JsonError("too many levels of nesting", "Send a flat object.") from error
    except json.JSONDecodeError as error:
        detail = f"{error.msg}, line {error.lineno} column {error.colno}"
        raise JsonError(f"{shown(text)} ({detail})", "Send valid JSON.") from error


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonError(f"a byte that is not UTF-8 at position {error.start}", "Encode it as UTF-8.") from error
    if text.startswith("\ufeff"):
        raise JsonError("a byte order mark", "Send UTF-8 without a byte order mark.")
    return text


def _check_depth(text: str) -> None:
    """Refuse deep nesting before parsing, because the parser recurses."""
    without_strings = _STRING.sub("", text)
    depth = max(accumulate(_STEP.get(character, 0) for character in without_strings), default=0)
    if depth > MAX_DEPTH:
        raise JsonError(f"{depth} levels of nesting", "Send a flat object.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise JsonError(f"the key {shown(repeated)} twice", "Send each key once.")
    return value


def _integer(digits: str) -> int:
    return int(_within_limit(digits))


def _float(digits: str) -> float:
    return float(_within_limit(digits))


def _within_limit(digits: str) -> str:
    if len(digits) > MAX_DIGITS:
        raise JsonError(f"a number of {len(digits)} characters", "Send a shorter number.")
    return digits


def _no_constant(name: str) -> NoReturn:
    raise JsonError(f"{name}, which is not JSON", "Send a finite number.")
