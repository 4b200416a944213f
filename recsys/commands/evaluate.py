"""`python -m recsys evaluate`."""

from __future__ import annotations

import argparse

from recsys.commands import Answer, figures
from recsys.commands.asking import active
from recsys.commands.progress import Bar
from recsys.commands.train import recipe_options


def options(parser: argparse.ArgumentParser) -> None:
    """Which dataset, preset and seed; a split to train afresh on."""
    recipe_options(parser)
    parser.add_argument("--split", help="train afresh on this split and report, keeping nothing")


def run(given: argparse.Namespace) -> Answer:
    """Report on the active model's held-out part or, with options, on a fresh training that is not kept."""
    if given.split is None:
        recommender = active()
        report = recommender.report
        return {"version": recommender.version, **figures.plain(report)}, figures.table(report)
    from recsys import training
    from recsys.data import load_dataset

    with Bar() as bar:
        dataset = load_dataset(given.data, progress=bar)
        report = training.evaluate(dataset, given.split, given.preset, given.seed, progress=bar)
    return figures.plain(report), figures.table(report)
