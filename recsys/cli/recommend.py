"""`python -m recsys recommend`."""

from __future__ import annotations

import argparse
from typing import Any

from recsys.cli import Answer
from recsys.cli.options import NEWCOMER, active, table, who, who_options
from recsys.cli.progress import say
from recsys.validation import MAX_LISTED, RANKERS


def options(parser: argparse.ArgumentParser) -> None:
    """Who, how many, which filters, and the order."""
    who_options(parser)
    parser.add_argument("-n", type=int, help=f"how many movies, 1 to {MAX_LISTED} (default 10)")
    parser.add_argument("--genres", metavar="NAME,...", help="movies of at least one of these")
    parser.add_argument("--years", metavar="FIRST-LAST", help="such as 1990-1999, 1990- or =-1960")
    parser.add_argument("--min-ratings", type=int, metavar="COUNT", help="rated by at least so many")
    parser.add_argument("--only", metavar="ID,...", help="only from these movies")
    parser.add_argument("--ranker", help=f"{', '.join(RANKERS)} (default {RANKERS[0]})")
    parser.add_argument("--popularity", type=float, metavar="-1..1", help="-1 little known, 1 well known first")
    parser.add_argument("--diversity", type=float, metavar="0..1", help="more difference in genres")
    parser.add_argument("--min-like", type=float, metavar="0..1", help="least probability that they like it")


def run(given: argparse.Namespace) -> Answer:
    """The movies to watch next, for a user or for a newcomer with a history."""
    from recsys.requests.recommend_request import RecommendRequest, recommend_response

    recommender = active()
    asked = RecommendRequest.checked(
        {**who(given), **_wanted(given)}, recommender.stars, recommender.catalogue.genre_names
    )
    found = recommend_response(recommender, asked, NEWCOMER)
    say(found["steps"])
    if found["short"]:
        say(found["short"])
    lines = table(found["movies"], lambda row: f"expected {row['expected']:.2f}, liked with {row['like']:4.0%}")
    return found, [*lines, f"Model {found['version']}."]


def _wanted(given: argparse.Namespace) -> dict[str, Any]:
    """The options that were given, as fields of a wish; what is no number stays a word, to be refused by name."""
    from recsys.requests.identity import number_of

    plain = ("n", "min_ratings", "ranker", "popularity", "diversity", "min_like")
    found = {name: getattr(given, name) for name in plain}
    if given.genres is not None:
        found["genres"] = _parts(given.genres, ",")
    if given.years is not None:
        found["years"] = [number_of(year) if year else None for year in _parts(given.years, "-", keep_empty=True)]
    if given.only is not None:
        found["only"] = [number_of(movie) for movie in _parts(given.only, ",")]
    return {name: value for name, value in found.items() if value is not None}


def _parts(text: str, separator: str, keep_empty: bool = False) -> list[str]:
    return [part.strip() for part in text.split(separator) if keep_empty or part.strip()]
