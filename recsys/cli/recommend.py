"""`python -m recsys recommend`."""

from __future__ import annotations

import argparse

from recsys.cli import CommandResult
from recsys.cli.list_options import list_fields, list_options
from recsys.cli.options import NEWCOMER, active, movie_lines, user_fields, user_options
from recsys.cli.progress import say


def options(parser: argparse.ArgumentParser) -> None:
    """Which user, how many movies, which filters, and the order."""
    user_options(parser)
    list_options(parser)


def run(args: argparse.Namespace) -> CommandResult:
    """Recommend movies to a user, or to a newcomer with some ratings."""
    from recsys.requests.recommend_request import RecommendRequest, recommend_response

    recommender = active()
    fields = {**user_fields(args), **list_fields(args)}
    request = RecommendRequest.checked(fields, recommender.stars, recommender.catalogue.genre_names)
    response = recommend_response(recommender, request, NEWCOMER)
    say(response["steps"])
    if response["short"]:
        say(response["short"])
    lines = movie_lines(
        response["movies"], lambda row: f"expected {row['expected']:.2f}, {row['like']:4.0%} likely to be liked"
    )
    return response, [*lines, f"Model {response['version']}."]
