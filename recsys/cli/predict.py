"""`python -m recsys predict`."""

from __future__ import annotations

import argparse

from recsys.cli import Answer
from recsys.cli.options import NEWCOMER, active, left_out, movie_option, request, titled, who_options


def options(parser: argparse.ArgumentParser) -> None:
    """Who, and which movie."""
    who_options(parser)
    movie_option(parser)


def run(given: argparse.Namespace) -> Answer:
    """How many stars a user, or a newcomer with a history, would give a movie."""
    from recsys.requests.prediction_request import predict_response

    recommender = active()
    found = predict_response(recommender, request(given, recommender), NEWCOMER)
    title = titled(recommender, found["movie_id"])
    lines = [f"{title}: {found['rating']} stars (expected {found['expected']:.2f})"]
    lines += [f"  {star:>3} {'█' * round(p * 40):<40} {p:6.1%}" for star, p in found["probabilities"].items()]
    lines += left_out(found, given.user is None)
    return found, [*lines, f"Model {found['version']}."]
