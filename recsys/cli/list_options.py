"""The options of a top-N list on the command line, for the commands that take them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from recsys.list_option_table import LIST_OPTIONS, Kind, ListOption

_TYPES: dict[Kind, Callable[[str], Any]] = {Kind.WHOLE: int, Kind.NUMBER: float}
_METAVARS = {Kind.NAMES: "NAME,...", Kind.YEAR_RANGE: "FIRST-LAST", Kind.MOVIE_IDS: "ID,..."}


def list_options(parser: argparse.ArgumentParser) -> None:
    """One option for each of `LIST_OPTIONS`."""
    for option in LIST_OPTIONS.values():
        flag = "-n" if option.name == "n" else "--" + option.name.replace("_", "-")
        parser.add_argument(flag, type=_TYPES.get(option.kind, str), metavar=_metavar(option), help=option.help_text)


def list_fields(args: argparse.Namespace) -> dict[str, Any]:
    """The list options that were given, as fields of a request; text that is no number stays text, to be refused."""
    given = {name: value for name in LIST_OPTIONS if (value := getattr(args, name)) is not None}
    return {name: _parse(LIST_OPTIONS[name].kind, value) for name, value in given.items()}


def _parse(kind: Kind, value: Any) -> Any:
    """The value of an option from a command-line word; `argparse` has converted single numbers."""
    from recsys.requests.identity import number_of

    if kind is Kind.NAMES:
        return _split(value, ",")
    if kind is Kind.YEAR_RANGE:
        return [number_of(year) if year else None for year in _split(value, "-", keep_empty=True)]
    if kind is Kind.MOVIE_IDS:
        return [number_of(movie) for movie in _split(value, ",")]
    return value


def _metavar(option: ListOption) -> str | None:
    if option.kind is Kind.NUMBER:
        return f"{option.lowest}..{option.highest}"
    return "COUNT" if option.name == "min_ratings" else _METAVARS.get(option.kind)


def _split(text: str, separator: str, keep_empty: bool = False) -> list[str]:
    return [item.strip() for item in text.split(separator) if keep_empty or item.strip()]
