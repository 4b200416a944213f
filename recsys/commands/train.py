"""`python -m recsys train`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from recsys.commands import Answer, data, figures
from recsys.commands.progress import Bar
from recsys.errors import InputError, Problem, shown
from recsys.recipe import PRESET_NAMES


def options(parser: argparse.ArgumentParser) -> None:
    """Which dataset, preset, seed and single settings."""
    recipe_options(parser)
    parser.add_argument("--job", metavar="FOLDER", help=argparse.SUPPRESS)


def recipe_options(parser: argparse.ArgumentParser) -> None:
    """What every training is told: dataset, preset, seed, single settings."""
    data.options(parser)
    parser.add_argument("--preset", default="full", choices=PRESET_NAMES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change one setting")


def run(given: argparse.Namespace) -> Answer:
    """Train, report on the held-out part and publish the new version."""
    from recsys import training
    from recsys.jobs import Reporter
    from recsys.registry import Shelf

    shelf = Shelf(Path(given.job) if given.job else None)
    with Reporter(shelf.folder) as job, nullcontext(mute) if given.job else Bar() as bar:

        def progress(phase: str, fraction: float, message: str = "") -> None:
            job(phase, fraction, message)
            bar(phase, fraction, message)

        version = training.run(given.data, given.preset, given.seed, shelf, progress, **settings(given.set))
        job.done(version)
    report = shelf.load_active().recommender.report
    return {"version": version, **figures.plain(report)}, [f"Published {version}.", *figures.table(report)]


def mute(phase: str, fraction: float, message: str = "") -> None:
    """A job's progress goes to its status file alone."""


def settings(given: Sequence[str]) -> dict[str, Any]:
    """`--set depth=6` as a setting; the recipe checks names and ranges."""
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError.of([Problem("--set", shown(text), "NAME=VALUE", "Write for example --set depth=6.")])
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            found[name] = value
    return found
