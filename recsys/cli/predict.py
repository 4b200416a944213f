"""`python -m recsys predict`."""

from __future__ import annotations

import argparse

from recsys.cli import CommandResult
from recsys.cli.options import (
    NEWCOMER,
    active,
    display_title,
    movie_option,
    own_rating_line,
    prediction_request,
    user_options,
)


def options(parser: argparse.ArgumentParser) -> None:
    """Which user, and which movie."""
    user_options(parser)
    movie_option(parser)


def run(args: argparse.Namespace) -> CommandResult:
    """Predict the stars that a user, or a newcomer with some ratings, would give a movie."""
    from recsys.requests.prediction_request import predict_response

    recommender = active()
    response = predict_response(recommender, prediction_request(args, recommender), NEWCOMER)
    title = display_title(recommender, response["movie_id"])
    lines = [f"{title}: {response['rating']} stars (expected {response['expected']:.2f})"]
    lines += [f"  {star:>3} {'█' * round(p * 40):<40} {p:6.1%}" for star, p in response["probabilities"].items()]
    lines += own_rating_line(response, args.user is None)
    return response, [*lines, f"Model {response['version']}."]
