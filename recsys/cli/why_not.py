"""`python -m recsys why-not`."""

from __future__ import annotations

import argparse

from recsys.cli import CommandResult
from recsys.cli.list_options import list_fields, list_options
from recsys.cli.options import NEWCOMER, active, movie_option, user_fields, user_options


def options(parser: argparse.ArgumentParser) -> None:
    """Which user, which movie, and the options of the list."""
    user_options(parser)
    movie_option(parser)
    list_options(parser)


def run(args: argparse.Namespace) -> CommandResult:
    """Why a movie is not in the list of `recommend`, and which options would bring it in."""
    from recsys.requests.why_not_request import WhyNotRequest, why_not_response

    recommender = active()
    fields = {"movie_id": args.movie, **user_fields(args), **list_fields(args)}
    request = WhyNotRequest.checked(fields, recommender.stars, recommender.catalogue.genre_names)
    response = why_not_response(recommender, request, NEWCOMER)
    figures = f"Expected {response['expected']:.2f}, liked with {response['like']:.0%}, match {response['match']:.0%}."
    return response, [*response["sentences"], figures, f"Model {response['version']}."]
