"""`python -m recsys explain`."""

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
    """Why so many stars are expected: contributions, the ratings that change it most, and the likely range."""
    from recsys.requests.prediction_request import explain_response
    from recsys.serving.explain import sentences
    from recsys.serving.prediction_set import PredictionSet

    recommender = active()
    response = explain_response(recommender, prediction_request(args, recommender), NEWCOMER)
    wording = sentences.YOU if args.user is None else sentences.THEY
    lines = [f"{display_title(recommender, response['movie_id'])}: expected {response['expected']:.2f}"]
    lines += [f"  {response['base']:5.2f}  an average user would give"]
    lines += [f"  {stars:+5.2f}  {wording.groups[group]}" for group, stars in response["contributions"].items()]
    lines += [
        sentences.loo_influence(response["expected"], row["expected_without"], row["rating"], row["title"], wording)
        for row in response["loo_influence"]
    ]
    if likely := response["prediction_set"]:
        lines.append(sentences.prediction_set(PredictionSet(**likely)))
    lines += own_rating_line(response, args.user is None)
    return response, [*lines, f"Model {response['version']}."]
