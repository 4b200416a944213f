"""`python -m recsys recommend`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from recsys.cli import CommandResult
from recsys.cli.options import NEWCOMER, active, movie_lines, user_fields, user_options
from recsys.cli.progress import say
from recsys.list_option_table import LIST_OPTIONS, Kind, ListOption

_TYPES: dict[Kind, Callable[[str], Any]] = {Kind.WHOLE: int, Kind.NUMBER: float}
_METAVARS = {"genres": "NAME,...", "years": "FIRST-LAST", "min_ratings": "COUNT", "only": "ID,..."}


def options(parser: argparse.ArgumentParser) -> None:
    """Which user, how many movies, which filters, and the order."""
    user_options(parser)
    for option in LIST_OPTIONS.values():
        flag = "-n" if option.name == "n" else "--" + option.name.replace("_", "-")
        parser.add_argument(flag, type=_TYPES.get(option.kind, str), metavar=_metavar(option), help=option.help_text)


def run(args: argparse.Namespace) -> CommandResult:
    """Recommend movies to a user, or to a newcomer with some ratings."""
    from recsys.requests.recommend_request import RecommendRequest, recommend_response

    recommender = active()
    fields = {**user_fields(args), **_list_fields(args)}
    request = RecommendRequest.checked(fields, recommender.stars, recommender.catalogue.genre_names)
    response = recommend_response(recommender, request, NEWCOMER)
    say(response["steps"])
    if response["short"]:
        say(response["short"])
    lines = movie_lines(
        response["movies"], lambda row: f"expected {row['expected']:.2f}, {row['like']:4.0%} likely to be liked"
    )
    return response, [*lines, f"Model {response['version']}."]


def _list_fields(args: argparse.Namespace) -> dict[str, Any]:
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
    return f"{option.lowest}..{option.highest}" if option.kind is Kind.NUMBER else _METAVARS.get(option.name)


def _split(text: str, separator: str, keep_empty: bool = False) -> list[str]:
    return [item.strip() for item in text.split(separator) if keep_empty or item.strip()]
