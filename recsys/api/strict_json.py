"""Strict JSON: what RFC 8259 allows, each key once, within limits on depth and number length."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, NoReturn

from recsys.api.refusals import Refusal
from recsys.errors import Problem, shown

MAX_DEPTH = 20
MAX_DIGITS = 100
ALLOWED = "one JSON object in UTF-8"
# The closing quote is optional so that an unclosed string is consumed once, not tried again at each quote.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def parse(body: bytes) -> Any:
    """The value in a request body; anything but strict JSON raises a `Refusal` of kind `not_json`."""
    text = _text(body)
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=lambda digits: int(_short(digits)),
            parse_float=lambda digits: float(_short(digits)),
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        where = f"{error.msg}, line {error.lineno} column {error.colno}"
        _refuse(f"{shown(text)} ({where})", "Send valid JSON.")


def _text(body: bytes) -> str:
    if not body:
        _refuse("an empty body", 'Send for example {"user_id": 196, "movie_id": 50}.')
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(f"a byte that is not UTF-8 at position {error.start}", "Encode the body as UTF-8.")
    if text.startswith("\ufeff"):
        _refuse("a byte order mark", "Send UTF-8 without a byte order mark.")
    return text


def _check_depth(text: str) -> None:
    """Refuse deep nesting before parsing, because the parser recurses."""
    bare = _STRING.sub("", text)
    depth = max(accumulate(_STEP.get(character, 0) for character in bare), default=0)
    if depth > MAX_DEPTH:
        _refuse(f"{depth} levels of nesting", "Send a flat object.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            _refuse(f"the key {shown(key)} twice", "Send each key once.")
        found[key] = value
    return found


def _short(digits: str) -> str:
    if len(digits) > MAX_DIGITS:
        _refuse(f"a number of {len(digits)} characters", "Send a shorter number.")
    return digits


def _no_constant(name: str) -> NoReturn:
    _refuse(f"{name}, which is not JSON", "Send a finite number.")


def _refuse(received: str, remedy: str) -> NoReturn:
    raise Refusal("not_json", Problem("body", received, ALLOWED, remedy))
