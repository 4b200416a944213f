"""`python -m recsys train`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys.cli import ALL_REASONS, Answer, data, report_table
from recsys.cli.progress import Bar, say
from recsys.config import PRESET_NAMES, Recipe
from recsys.errors import BundleError, GateError, InputError, Problem, RecsysError, shown

if TYPE_CHECKING:
    from recsys.registry import Shelf
    from recsys.training.pipeline import Progress


def options(parser: argparse.ArgumentParser) -> None:
    """Which dataset, preset, seed and single settings."""
    recipe_options(parser)
    parser.add_argument("--why", default="", metavar="TEXT", help="a reason, for the journal")
    parser.add_argument("--who", default="command line", help=argparse.SUPPRESS)
    parser.add_argument("--first", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--job", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=0.0, help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)


def recipe_options(parser: argparse.ArgumentParser) -> None:
    """What every training is told: dataset, preset, seed, single settings."""
    data.options(parser)
    parser.add_argument("--preset", default="full", choices=PRESET_NAMES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change one setting")


def run(given: argparse.Namespace) -> Answer:
    """Train, report on the held-out part, and let the new version answer if the gate lets it."""
    from recsys.registry import Shelf
    from recsys.training import pipeline
    from recsys.training.jobs import Leash, Reporter

    shelf = Shelf(Path(given.job) if given.job else None)
    shelf.sweep()
    before = _fingerprint(shelf, shelf.active_version())
    leash = Leash(given.seconds, given.parent) if given.seconds or given.parent else None
    with Reporter(shelf.folder, leash=leash) as job, nullcontext(mute) if given.job else Bar() as bar:

        def progress(phase: str, fraction: float, message: str = "") -> None:
            job(phase, fraction, message)
            bar(phase, fraction, message)

        if given.first and (fetched := _fetched(shelf, progress)):
            job.done(fetched)
            return {"version": fetched, "active": True}, [f"Fetched {fetched}; nothing was trained."]
        asked = {"who": given.who, "why": given.why, "scale": given.scale, **settings(given.set)}
        version = pipeline.run(given.data, given.preset, given.seed, shelf, progress, job.point, **asked)
        job.done(version)
        if shelf.active_version() is None:
            raise GateError(f"{version} is not good enough to answer. {' '.join(_reasons(shelf, version))}")
    return _told(shelf, version, before)


def _fetched(shelf: Shelf, progress: Progress) -> str | None:
    """The model that `RECSYS_BUNDLE` names; None without one, or when it cannot be had, which is said."""
    from recsys.registry.remote_bundle import delivered

    try:
        return delivered(shelf, progress)
    except RecsysError as error:
        say(f"The model of RECSYS_BUNDLE cannot be used. {error} One is trained here.")
        return None


def _told(shelf: Shelf, version: str, before: str) -> Answer:
    """What came of the training: a refusal is an answer too, no failure; the active model stays."""
    from recsys.registry.bundle import read_report

    verdict, report = _verdict(shelf, version), read_report(shelf.path(version))
    changed = _fingerprint(shelf, version) != before
    lines = [f"Published {version}."]
    if not verdict["passed"]:
        lines = [f"The gate refuses {version}; {shelf.active_version()} goes on answering.", *_reasons(shelf, version)]
    if not changed:
        lines.append("Nothing in the data has changed since the active model was trained.")
    told = {"version": version, "active": shelf.active_version() == version, "data_changed": changed, "gate": verdict}
    lines.append(f"Models are in {shelf.folder}.")
    return told | report_table.plain(report), [*lines, *report_table.table(report)]


def _verdict(shelf: Shelf, version: str) -> dict[str, Any]:
    from recsys.registry.bundle import read_manifest

    return read_manifest(shelf.path(version))["gate"]


def _reasons(shelf: Shelf, version: str) -> list[str]:
    from recsys.registry.promotion_gate import in_short

    return in_short(_verdict(shelf, version)["reasons"], ALL_REASONS)


def _fingerprint(shelf: Shelf, version: str | None) -> str:
    """What the data of a version was; "" when there is none or it is not legible."""
    from recsys.registry.bundle import read_manifest

    try:
        return str(read_manifest(shelf.path(version))["data"]["fingerprint"]) if version else ""
    except (BundleError, KeyError):
        return ""


def mute(phase: str, fraction: float, message: str = "") -> None:
    """A job's progress goes to its status file alone."""


def settings(given: Sequence[str]) -> dict[str, Any]:
    """`--set depth=6` as a setting; the recipe checks the ranges. Raises InputError."""
    found: dict[str, Any] = {}
    known = [setting.name for setting in fields(Recipe) if setting.name != "seed"]
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError.of([Problem("--set", shown(text), "NAME=VALUE", "Write for example --set depth=6.")])
        if name not in known:
            remedy = "Give it as --seed." if name == "seed" else "Use one of these settings."
            raise InputError.of([Problem("--set", shown(text), ", ".join(known), remedy)])
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            found[name] = value
    return found
