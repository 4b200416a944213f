"""`python -m recsys together`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from recsys.cli import CommandResult
from recsys.cli.list_options import list_fields, list_options
from recsys.cli.options import active, movie_lines
from recsys.cli.progress import say
from recsys.list_option_table import COMBINATIONS

NEWCOMER = "give --history MOVIE=STARS,... instead of that --user"


def options(parser: argparse.ArgumentParser) -> None:
    """Who is in the group, how their scores are combined, and the options of the list."""
    member = {"action": "append", "dest": "members", "default": []}
    parser.add_argument("--user", **member, type=_user, metavar="ID", help="a user of the data; for each a flag")
    history_help = "a newcomer's ratings, such as 172=5,174=4; for each a flag"
    parser.add_argument("--history", **member, type=_newcomer, metavar="MOVIE=STARS,...", help=history_help)
    by_help = f"rank by the member who would like it least, by the mean, or half and half (default {COMBINATIONS[0]})"
    parser.add_argument("--by", choices=COMBINATIONS, default=COMBINATIONS[0], help=by_help)
    list_options(parser)


def run(args: argparse.Namespace) -> CommandResult:
    """One list for two to eight users, of movies that none of them has seen."""
    from recsys.requests.together_request import TogetherRequest, together_response

    recommender = active()
    fields = {"members": args.members, "by": args.by, **list_fields(args)}
    request = TogetherRequest.checked(fields, recommender.stars, recommender.catalogue.genre_names)
    response = together_response(recommender, request, NEWCOMER)
    say(response["steps"])
    if response["short"]:
        say(response["short"])
    lines = movie_lines(response["movies"], _figures)
    if response["stretches"]:
        lines += ["A stretch for one of you:", *movie_lines(response["stretches"], _figures)]
    return response, [*lines, *_taste_line(response["taste_match"]), f"Model {response['version']}."]


def _user(text: str) -> dict[str, Any]:
    from recsys.requests.identity import number_of

    return {"user_id": number_of(text)}


def _newcomer(text: str) -> dict[str, Any]:
    from recsys.requests.identity import history_rows

    return {"ratings": history_rows(text)}


def _figures(row: Mapping[str, Any]) -> str:
    """The expected stars of each member in their order, and whether they differ much."""
    stars = " ".join(f"{member['expected']:.2f}" for member in row["members"])
    return f"expected {stars}" + (", tastes differ" if row["clash"] else "")


def _taste_line(match: Mapping[str, Any] | None) -> list[str]:
    """The taste match of a group of two, in one line."""
    if match is None:
        return []
    if match["share"] is None:
        return [f"Taste match: {match['why_not']}."]
    interval = f"95% interval {match['low']:.0%} to {match['high']:.0%}"
    return [f"Taste match {match['share']:.0%} ({interval}); both rated {match['both_rated']:,} movies."]
