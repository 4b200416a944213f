"""`python -m recsys data`."""

from __future__ import annotations

import argparse

from recsys.cli import CommandResult
from recsys.cli.progress import Bar
from recsys.settings import data_folder


def options(parser: argparse.ArgumentParser) -> None:
    """Which dataset, and what to do with ratings of another scale."""
    parser.add_argument(
        "--data", default="ml-100k", metavar="NAME|PATH", help="name of a dataset, or path of a folder or zip"
    )
    scale_help = "for a scale other than 0.5 to 5 stars: keep it, or map it to 1 to 5 stars"
    parser.add_argument("--scale", choices=("keep", "map"), help=scale_help)


def run(args: argparse.Namespace) -> CommandResult:
    """Download a dataset if needed, check it, and report the rows read, kept and dropped."""
    from recsys.data import load_dataset
    from recsys.data.sources import NAME

    with Bar() as bar:
        dataset = load_dataset(args.data, progress=bar, scale=args.scale)
    result = {"name": dataset.name, "fingerprint": dataset.fingerprint, "checks": dataset.report.as_dict()}
    folder = f"in {data_folder()}" if args.data == NAME else f"from {args.data}"
    return result, [f"{dataset.name}: ready, {folder}", *dataset.report.lines()]
