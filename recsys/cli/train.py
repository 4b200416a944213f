"""`python -m recsys train`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from recsys.cli import ALL_REASONS, CommandResult, report_table
from recsys.cli.options import config_options, parse_settings
from recsys.cli.progress import Bar
from recsys.errors import BundleError

if TYPE_CHECKING:
    from recsys.registry import Registry

WHO = "command line"


def options(parser: argparse.ArgumentParser) -> None:
    """Which dataset, preset, seed and single settings, and a reason."""
    config_options(parser)
    parser.add_argument("--why", default="", metavar="TEXT", help="a reason, for the event log")


def run(args: argparse.Namespace) -> CommandResult:
    """Train and test a model; it goes live if the promotion gate accepts it."""
    from recsys.registry import Registry
    from recsys.training.job_order import JobOrder
    from recsys.training.jobs.child import run_training

    registry = Registry()
    fingerprint_before = _fingerprint(registry, registry.active_version())
    order = JobOrder(
        str(registry.folder),
        data=args.data,
        scale=args.scale,
        preset=args.preset,
        seed=args.seed,
        settings=parse_settings(args.set),
        who=WHO,
        why=args.why,
    )
    with Bar() as bar:
        version = run_training(order, show=bar)
    return _outcome(registry, version, fingerprint_before)


def _outcome(registry: Registry, version: str, fingerprint_before: str) -> CommandResult:
    """The new version with its report. A refusal by the gate is a result too, no failure; the active model stays."""
    from recsys.registry.bundle import read_manifest, read_report
    from recsys.registry.promotion_gate import shorten_reasons

    report = read_report(registry.path(version))
    if report is None:
        raise BundleError(f"{version} has no evaluation report.")
    verdict: dict[str, Any] = read_manifest(registry.path(version))["gate"]
    data_changed = _fingerprint(registry, version) != fingerprint_before
    lines = [f"{version} is now live."]
    if not verdict["passed"]:
        lines = [
            f"The promotion gate rejects {version}; {registry.active_version()} stays live.",
            *shorten_reasons(verdict["reasons"], ALL_REASONS),
        ]
    if not data_changed:
        lines.append("The data is the same as for the model before.")
    lines.append(f"Models folder: {registry.folder}")
    result = {
        "version": version,
        "active": registry.active_version() == version,
        "data_changed": data_changed,
        "gate": verdict,
    }
    return result | report_table.plain(report), [*lines, *report_table.table(report)]


def _fingerprint(registry: Registry, version: str | None) -> str:
    """The fingerprint of a version's data; "" when there is none or it is not legible."""
    from recsys.registry.bundle import read_manifest

    try:
        return str(read_manifest(registry.path(version))["data"]["fingerprint"]) if version else ""
    except (BundleError, KeyError):
        return ""
