"""`python -m recsys movie`."""

from __future__ import annotations

import argparse
from typing import Any

from recsys.cli import CommandResult
from recsys.cli.options import active, display_title, movie_option


def options(parser: argparse.ArgumentParser) -> None:
    """Which movie."""
    movie_option(parser)


def run(args: argparse.Namespace) -> CommandResult:
    """How people rated a movie: the stars, and means by gender, age and occupation."""
    from recsys.glossary import group_label, grouping_name
    from recsys.serving.movie_statistics import movie_statistics

    recommender = active()
    statistics = movie_statistics(recommender, args.movie)
    response: dict[str, Any] = {
        "movie_id": statistics.movie_id,
        "count": statistics.count,
        "mean": statistics.mean if statistics.count else None,
        "stars": statistics.stars.to_dict("records"),
        "groups": statistics.groups.astype(object).where(statistics.groups.notna(), None).to_dict("records"),
        "version": recommender.version,
    }
    title = display_title(recommender, statistics.movie_id)
    if not statistics.count:
        return response, [f"{title}: no ratings", f"Model {recommender.version}."]
    ratings = "1 rating" if statistics.count == 1 else f"{statistics.count:,} ratings"
    lines = [f"{title}: {statistics.mean:.2f} on average, from {ratings}"]
    lines += [
        f"  {row['label']:>5} {'█' * round(row['share'] * 40):<40} {row['share']:6.1%}" for row in response["stars"]
    ]
    for row in statistics.large_groups.to_dict("records"):
        label = f"{grouping_name(row['slice'])}: {group_label(row['slice'], row['group'])}"
        interval = f"{row['low']:+.2f} to {row['high']:+.2f}"
        lines.append(f"  {label:<28} {row['mean']:.2f}  {row['difference']:+.2f} ({interval}), {row['n']:,} ratings")
    return response, [*lines, f"Model {recommender.version}."]
