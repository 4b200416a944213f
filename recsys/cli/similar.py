"""`python -m recsys similar`."""

from __future__ import annotations

import argparse

from recsys.cli import CommandResult
from recsys.cli.options import active, display_title, movie_lines, movie_option
from recsys.list_option_table import LIST_OPTIONS


def options(parser: argparse.ArgumentParser) -> None:
    """Which movie, and how many."""
    movie_option(parser)
    rows = LIST_OPTIONS["n"]
    parser.add_argument("-n", type=int, default=rows.default, help=rows.help_text)


def run(args: argparse.Namespace) -> CommandResult:
    """Show the movies most similar to one movie."""
    from recsys.requests.recommend_request import similar_response

    recommender = active()
    response = similar_response(recommender, {"movie_id": args.movie, "n": args.n})
    title = display_title(recommender, response["movie_id"])
    lines = movie_lines(response["movies"], lambda row: f"{row['similarity']:.2f}")
    return response, [f"Most similar to {title}:", *lines, f"Model {response['version']}."]
