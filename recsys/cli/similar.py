"""`python -m recsys similar`."""

from __future__ import annotations

import argparse

from recsys.cli import Answer
from recsys.cli.options import active, movie_option, table, titled
from recsys.validation import MAX_LISTED


def options(parser: argparse.ArgumentParser) -> None:
    """Which movie, and how many."""
    movie_option(parser)
    parser.add_argument("-n", type=int, default=10, help=f"how many movies, 1 to {MAX_LISTED} (default 10)")


def run(given: argparse.Namespace) -> Answer:
    """The movies most like one."""
    from recsys.requests.recommend_request import similar_response

    recommender = active()
    found = similar_response(recommender, {"movie_id": given.movie, "n": given.n})
    lines = table(found["movies"], lambda row: f"{row['similarity']:.2f}")
    return found, [f"Most like {titled(recommender, found['movie_id'])}:", *lines, f"Model {found['version']}."]
