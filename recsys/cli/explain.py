"""`python -m recsys explain`."""

from __future__ import annotations

import argparse

from recsys.cli import Answer
from recsys.cli.options import NEWCOMER, active, left_out, movie_option, request, titled, who_options


def options(parser: argparse.ArgumentParser) -> None:
    """Who, and which movie."""
    who_options(parser)
    movie_option(parser)


def run(given: argparse.Namespace) -> Answer:
    """Why so many stars are expected: reasons that add up, the ratings that moved it most, and the likely stars."""
    from recsys.requests.prediction_request import explain_response
    from recsys.serving.explain import sentences
    from recsys.serving.prediction_set import PredictionSet

    recommender = active()
    found = explain_response(recommender, request(given, recommender), NEWCOMER)
    wording = sentences.YOU if given.user is None else sentences.THEY
    lines = [f"{titled(recommender, found['movie_id'])}: expected {found['expected']:.2f}"]
    lines += [f"  {found['base']:5.2f}  of anyone"]
    lines += [f"  {part:+5.2f}  {wording.groups[group]}" for group, part in found["contributions"].items()]
    lines += [
        sentences.loo_influence(found["expected"], row["expected_without"], row["rating"], row["title"], wording)
        for row in found["loo_influence"]
    ]
    lines.append(sentences.prediction_set(PredictionSet(**found["prediction_set"])))
    lines += left_out(found, given.user is None)
    return found, [*lines, f"Model {found['version']}."]
