"""`python -m recsys recommend`."""

from __future__ import annotations

import argparse
from typing import Any

from recsys.cli import CommandResult
from recsys.cli.options import NEWCOMER, active, movie_lines, user_fields, user_options
from recsys.cli.progress import say
from recsys.validation import MAX_LISTED, RANKERS


def options(parser: argparse.ArgumentParser) -> None:
    """Which user, how many movies, which filters, and the order."""
    user_options(parser)
    parser.add_argument("-n", type=int, help=f"how many movies, 1 to {MAX_LISTED} (default 10)")
    parser.add_argument("--genres", metavar="NAME,...", help="movies of at least one of these")
    parser.add_argument("--years", metavar="FIRST-LAST", help="such as 1990-1999, 1990- or =-1960")
    parser.add_argument("--min-ratings", type=int, metavar="COUNT", help="rated by at least so many")
    parser.add_argument("--only", metavar="ID,...", help="only from these movies")
    parser.add_argument("--ranker", help=f"{', '.join(RANKERS)} (default {RANKERS[0]})")
    parser.add_argument("--popularity", type=float, metavar="-1..1", help="-1 little known, 1 well known first")
    parser.add_argument("--diversity", type=float, metavar="0..1", help="more difference in genres")
    parser.add_argument("--min-like", type=float, metavar="0..1", help="least probability that they like it")


def run(args: argparse.Namespace) -> CommandResult:
    """The movies to watch next, for a user or for a newcomer with a history."""
    from recsys.requests.recommend_request import RecommendRequest, recommend_response

    recommender = active()
    fields = {**user_fields(args), **_list_fields(args)}
    request = RecommendRequest.checked(fields, recommender.stars, recommender.catalogue.genre_names)
    response = recommend_response(recommender, request, NEWCOMER)
    say(response["steps"])
    if response["short"]:
        say(response["short"])
    lines = movie_lines(
        response["movies"], lambda row: f"expected {row['expected']:.2f}, liked with {row['like']:4.0%}"
    )
    return response, [*lines, f"Model {response['version']}."]


def _list_fields(args: argparse.Namespace) -> dict[str, Any]:
    """The list options that were given, as fields of a request; text that is no number stays text, to be refused."""
    from recsys.requests.identity import number_of

    names = ("n", "min_ratings", "ranker", "popularity", "diversity", "min_like")
    fields: dict[str, Any] = {name: getattr(args, name) for name in names}
    if args.genres is not None:
        fields["genres"] = _split(args.genres, ",")
    if args.years is not None:
        fields["years"] = [number_of(year) if year else None for year in _split(args.years, "-", keep_empty=True)]
    if args.only is not None:
        fields["only"] = [number_of(movie) for movie in _split(args.only, ",")]
    return {name: value for name, value in fields.items() if value is not None}


def _split(text: str, separator: str, keep_empty: bool = False) -> list[str]:
    return [item.strip() for item in text.split(separator) if keep_empty or item.strip()]
