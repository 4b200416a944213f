"""What an address may say: the parameters of each page, and a wish for a list as parameters and back.

Only what differs from the defaults is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from recsys.errors import Problem, shown
from recsys.requests.identity import number_of
from recsys.requests.recommend_request import DEFAULTS, recommend_problems

APART = "-"  # between years and between movie ids: needs no escape in an address
PARAMETERS = {  # by the page's path; every other page has none
    "predict": ("user", "movie"),
    "recommend": ("user", *DEFAULTS),
    "evaluate": ("section", "user"),
    "models": ("section", "version", "user"),
}
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)


def to_query(options: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """The parameters of a checked wish (fields of `DEFAULTS`)."""
    changed = {name: value for name, value in options.items() if _comparable(value) != _comparable(DEFAULTS[name])}
    return {name: _written(name, value) for name, value in changed.items()}


def from_query(
    given: Mapping[str, Sequence[str]],
    genres: Sequence[str],
    span: tuple[int, int],
    has_movie: Callable[[int], bool],
) -> tuple[dict[str, Any], list[Problem]]:
    """The wish that some parameters tell, and what is wrong with those that it leaves out.

    `genres`, `span` (first and last year) and `has_movie` are those of the catalogue.
    """
    options: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in DEFAULTS:
        if values := list(given.get(name, ())):
            read = {name: _read(name, values)}
            wrong = _twice(name, values) or _wrong(read, values[0], genres) or _outside(read, span, has_movie)
            problems += wrong
            options |= {} if wrong else read
    return options, problems


def unknown_parameters(page: str, given: Mapping[str, Sequence[str]]) -> list[Problem]:
    """One problem for each parameter of an address that the page at this path does not have."""
    known = PARAMETERS.get(page, ())
    return [_unknown(name, values, known) for name, values in given.items() if name not in known]


def option_problems(name: str, values: Sequence[str], options: Collection[str]) -> list[Problem]:
    """What is wrong with a parameter whose value must be one of some names; nothing where it is not given."""
    if len(values) != 1:
        return _twice(name, values)
    if values[0] in options:
        return []
    return [Problem(name, shown(values[0]), ", ".join(options), "Choose one of these below.")]


def _unknown(name: str, values: Sequence[str], known: Sequence[str]) -> Problem:
    alike = get_close_matches(name, known, 1)
    remedy = f"Did you mean {alike[0]}?" if alike else "Remove it from the address."
    return Problem(
        shown(name)[1:-1], shown(", ".join(values[:5])), ", ".join(known) or "no parameter on this page", remedy
    )


def _written(name: str, value: Any) -> str | list[str]:
    if name == "genres":
        return list(value)
    if name in ("years", "only"):
        return APART.join("" if each is None else str(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _read(name: str, values: Sequence[str]) -> Any:
    text = values[0]
    if name == "genres":
        return [value for value in values if value]
    if name == "years":
        return [_number(part) if part else None for part in text.split(APART)]
    if name == "only":
        return [_number(part) for part in text.split(APART) if part]
    return text if name == "ranker" else _number(text)


def _wrong(read: Mapping[str, Any], text: str, genres: Sequence[str]) -> list[Problem]:
    """What is wrong with one field of a wish; years are shown as the address has them."""
    problems = recommend_problems(read, genres)
    return [replace(problem, received=shown(text)) if "years" in read else problem for problem in problems]


def _number(text: str) -> object:
    return number_of(text) if _NUMBER.fullmatch(text) else text


def _twice(name: str, values: Sequence[str]) -> list[Problem]:
    if name == "genres" or len(values) < 2:
        return []
    received = f"{len(values)} values: {shown(', '.join(values[:5]))}"
    return [Problem(name, received, "one value", f"Keep one {name}= in the address.")]


def _outside(read: Mapping[str, Any], span: tuple[int, int], has_movie: Callable[[int], bool]) -> list[Problem]:
    first, last = read.get("years", (None, None))
    if (first or span[0]) > span[1] or (last or span[1]) < span[0]:
        received = shown(_written("years", (first, last)))
        return [Problem("years", received, f"years from {span[0]} to {span[1]}", "Choose years of this catalogue.")]
    lost = [movie for movie in read.get("only", ()) if not has_movie(movie)]
    if not lost:
        return []
    return [Problem("only", shown(lost), "movie ids of this catalogue", "Remove these from the address.")]


def _comparable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
