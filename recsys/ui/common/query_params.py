"""URL parameters of each page, and list options as parameters and back.

Only what differs from the defaults is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from recsys.errors import Problem, shown
from recsys.list_option_table import DEFAULTS, LIST_OPTIONS, Kind
from recsys.requests.identity import number_of
from recsys.serving.list_options import list_option_problems

SEPARATOR = "-"  # between years and between movie ids: needs no escape in a URL
PARAMETERS = {  # by the page's path; other pages have none
    "how_it_works": ("user", "movie"),
    "predict": ("user", "movie"),
    "movie": ("movie", "user"),
    "recommend": ("user", *LIST_OPTIONS),
    "portrait": ("user",),
    "together": ("people", "by", "profile", *LIST_OPTIONS),
    "evaluate": ("section", "user"),
    "models": ("section", "version", "user"),
}
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)


def to_query(options: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """URL parameters of list options (fields of `LIST_OPTIONS`)."""
    changed = {name: value for name, value in options.items() if _comparable(value) != _comparable(DEFAULTS[name])}
    return {name: _to_text(name, value) for name, value in changed.items()}


def from_query(
    parameters: Mapping[str, Sequence[str]],
    genres: Sequence[str],
    year_range: tuple[int, int],
    has_movie: Callable[[int], bool],
) -> tuple[dict[str, Any], list[Problem]]:
    """List options from URL parameters.

    Parameters
    ----------
    parameters : mapping of str to sequence of str
        The values of each URL parameter.
    genres : sequence of str
        Genres of the catalogue.
    year_range : tuple of int
        First and last year of the catalogue.
    has_movie : callable
        Whether a movie id is in the catalogue.

    Returns
    -------
    options : dict
        Valid list options (fields of `LIST_OPTIONS`).
    problems : list of Problem
        The problems of the parameters that were left out.
    """
    options: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in LIST_OPTIONS:
        if values := list(parameters.get(name, ())):
            option = {name: _parse(name, values)}
            field_problems = (
                _repeated_problems(name, values)
                or _value_problems(option, values[0], genres)
                or _outside_catalogue(option, year_range, has_movie)
            )
            problems += field_problems
            options |= {} if field_problems else option
    contradictions = list_option_problems(options)
    for problem in contradictions:
        del options[problem.field]
    return options, problems + contradictions


def unknown_parameters(page: str, parameters: Mapping[str, Sequence[str]]) -> list[Problem]:
    """One problem for each URL parameter that the page at this path does not have."""
    page_parameters = PARAMETERS.get(page, ())
    return [
        _unknown(name, values, page_parameters) for name, values in parameters.items() if name not in page_parameters
    ]


def option_problems(name: str, values: Sequence[str], options: Collection[str]) -> list[Problem]:
    """Problems of a parameter whose value must be one of `options`; empty if it is absent."""
    if len(values) != 1:
        return _repeated_problems(name, values)
    if values[0] in options:
        return []
    return [Problem(name, shown(values[0]), ", ".join(options), "Choose one of these below.")]


def _unknown(name: str, values: Sequence[str], page_parameters: Sequence[str]) -> Problem:
    similar = get_close_matches(name, page_parameters, 1)
    remedy = f"Did you mean {similar[0]}?" if similar else "Remove it from the address."
    return Problem(
        shown(name)[1:-1],
        shown(", ".join(values[:5])),
        ", ".join(page_parameters) or "no parameter on this page",
        remedy,
    )


def _to_text(name: str, value: Any) -> str | list[str]:
    kind = LIST_OPTIONS[name].kind
    if kind is Kind.NAMES:
        return list(value)
    if kind in (Kind.YEAR_RANGE, Kind.MOVIE_IDS):
        return SEPARATOR.join("" if item is None else str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _parse(name: str, values: Sequence[str]) -> Any:
    text, kind = values[0], LIST_OPTIONS[name].kind
    if kind is Kind.NAMES:
        return [value for value in values if value]
    if kind is Kind.YEAR_RANGE:
        return [_number(item) if item else None for item in text.split(SEPARATOR)]
    if kind is Kind.MOVIE_IDS:
        return [_number(item) for item in text.split(SEPARATOR) if item]
    return text if kind is Kind.CHOICE else _number(text)


def _value_problems(option: Mapping[str, Any], text: str, genres: Sequence[str]) -> list[Problem]:
    """Problems of one list option; years are shown as the URL has them."""
    problems = list_option_problems(option, genres)
    return [replace(problem, received=shown(text)) if "years" in option else problem for problem in problems]


def _number(text: str) -> object:
    return number_of(text) if _NUMBER.fullmatch(text) else text


def _repeated_problems(name: str, values: Sequence[str]) -> list[Problem]:
    if name in ("genres", "exclude_genres") or len(values) < 2:
        return []
    received = f"{len(values)} values: {shown(', '.join(values[:5]))}"
    return [Problem(name, received, "one value", f"Keep one {name}= in the address.")]


def _outside_catalogue(
    option: Mapping[str, Any], year_range: tuple[int, int], has_movie: Callable[[int], bool]
) -> list[Problem]:
    first, last = option.get("years", (None, None))
    if (first or year_range[0]) > year_range[1] or (last or year_range[1]) < year_range[0]:
        received = shown(_to_text("years", (first, last)))
        return [
            Problem(
                "years", received, f"years from {year_range[0]} to {year_range[1]}", "Choose years of this catalogue."
            )
        ]
    return [
        Problem(name, shown(unknown_ids), "movie ids of this catalogue", "Remove these from the address.")
        for name, value in option.items()
        if LIST_OPTIONS[name].kind is Kind.MOVIE_IDS
        and (unknown_ids := [movie for movie in value if not has_movie(movie)])
    ]


def _comparable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
