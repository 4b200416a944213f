"""`python -m recsys train`."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys.cli import ALL_REASONS, Answer, data, report_table
from recsys.cli.progress import Bar, say
from recsys.config import PRESET_NAMES, full_names, setting_problem, settings_by_component
from recsys.errors import BundleError, GateError, InputError, Problem, RecsysError, shown

if TYPE_CHECKING:
    from recsys.registry import Registry
    from recsys.training.pipeline import Progress


def options(parser: argparse.ArgumentParser) -> None:
    """Which dataset, preset, seed and single settings."""
    config_options(parser)
    parser.add_argument("--why", default="", metavar="TEXT", help="a reason, for the journal")
    parser.add_argument("--who", default="command line", help=argparse.SUPPRESS)
    parser.add_argument("--first", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--job", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=0.0, help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)


def config_options(parser: argparse.ArgumentParser) -> None:
    """What every training is told: dataset, preset, seed, single settings."""
    data.options(parser)
    parser.add_argument("--preset", default="full", choices=PRESET_NAMES)
    parser.add_argument("--seed", type=int, default=0)
    example = "change one setting, such as boosting.depth=6"
    parser.add_argument("--set", action="append", default=[], metavar="COMPONENT.NAME=VALUE", help=example)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(["settings for --set, by component:", *_setting_lines()])


def _setting_lines() -> list[str]:
    """A paragraph for each component, with the names of its settings."""
    lines = []
    for component, names in settings_by_component().items():
        start = f"  {component}: " if component else "  "
        lines.append(textwrap.fill(", ".join(names), 100, initial_indent=start, subsequent_indent="    "))
    return lines


def run(given: argparse.Namespace) -> Answer:
    """Train, report on the held-out part, and let the new version answer if the gate lets it."""
    from recsys.registry import Registry
    from recsys.training import pipeline
    from recsys.training.jobs import Deadline, Reporter

    registry = Registry(Path(given.job) if given.job else None)
    registry.remove_stale()
    before = _fingerprint(registry, registry.active_version())
    deadline = Deadline(given.seconds, given.parent) if given.seconds or given.parent else None
    with Reporter(registry.folder, deadline=deadline) as job, nullcontext(mute) if given.job else Bar() as bar:

        def progress(phase: str, fraction: float, message: str = "") -> None:
            job(phase, fraction, message)
            bar(phase, fraction, message)

        if given.first and (fetched := _fetched(registry, progress)):
            job.done(fetched)
            return {"version": fetched, "active": True}, [f"Fetched {fetched}; nothing was trained."]
        asked = {"who": given.who, "why": given.why, "scale": given.scale, **settings(given.set)}
        version = pipeline.run(given.data, given.preset, given.seed, registry, progress, job.point, **asked)
        job.done(version)
        if registry.active_version() is None:
            raise GateError(f"{version} is not good enough to answer. {' '.join(_reasons(registry, version))}")
    return _told(registry, version, before)


def _fetched(registry: Registry, progress: Progress) -> str | None:
    """The model that `RECSYS_BUNDLE` names; None without one, or when it cannot be had, which is said."""
    from recsys.registry.remote_bundle import fetch_remote_bundle

    try:
        return fetch_remote_bundle(registry, progress)
    except RecsysError as error:
        say(f"The model of RECSYS_BUNDLE cannot be used. {error} One is trained here.")
        return None


def _told(registry: Registry, version: str, before: str) -> Answer:
    """What came of the training: a refusal is an answer too, no failure; the active model stays."""
    from recsys.registry.bundle import read_report

    verdict, report = _verdict(registry, version), read_report(registry.path(version))
    changed = _fingerprint(registry, version) != before
    lines = [f"Published {version}."]
    if not verdict["passed"]:
        lines = [
            f"The gate refuses {version}; {registry.active_version()} goes on answering.",
            *_reasons(registry, version),
        ]
    if not changed:
        lines.append("Nothing in the data has changed since the active model was trained.")
    told = {
        "version": version,
        "active": registry.active_version() == version,
        "data_changed": changed,
        "gate": verdict,
    }
    lines.append(f"Models are in {registry.folder}.")
    return told | report_table.plain(report), [*lines, *report_table.table(report)]


def _verdict(registry: Registry, version: str) -> dict[str, Any]:
    from recsys.registry.bundle import read_manifest

    return read_manifest(registry.path(version))["gate"]


def _reasons(registry: Registry, version: str) -> list[str]:
    from recsys.registry.promotion_gate import shorten_reasons

    return shorten_reasons(_verdict(registry, version)["reasons"], ALL_REASONS)


def _fingerprint(registry: Registry, version: str | None) -> str:
    """What the data of a version was; "" when there is none or it is not legible."""
    from recsys.registry.bundle import read_manifest

    try:
        return str(read_manifest(registry.path(version))["data"]["fingerprint"]) if version else ""
    except (BundleError, KeyError):
        return ""


def mute(phase: str, fraction: float, message: str = "") -> None:
    """A job's progress goes to its status file alone."""


def settings(given: Sequence[str]) -> dict[str, Any]:
    """`--set depth=6` as a setting; the recipe checks the ranges. Raises InputError."""
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError.of([Problem("--set", shown(text), "NAME=VALUE", "Write for example --set depth=6.")])
        if name == "seed":
            raise InputError.of([Problem("--set", shown(text), "any other setting", "Give it as --seed.")])
        if not full_names(name) and (problem := setting_problem(name, value)):
            raise InputError.of([Problem("--set", shown(text), problem.allowed, problem.remedy)])
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            found[name] = value
    return found
