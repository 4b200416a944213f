"""`python -m recsys models`: the registry, and every change of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys.cli import ALL_REASONS, CommandResult
from recsys.cli.progress import say
from recsys.core.atomic_file import write_file
from recsys.errors import InputError, NoModelError, Problem, shown
from recsys.glossary import metric
from recsys.settings import command

if TYPE_CHECKING:
    from recsys.registry import Registry

WHO = "command line"


def options(parser: argparse.ArgumentParser) -> None:
    """What to do with the registry; without an action, list it."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, action in ACTIONS.items():
        help_text = (action.__doc__ or "").strip()
        subparser = actions.add_parser(name, help=help_text, description=help_text)
        subparser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")
        if name in VERSION_ACTIONS:
            subparser.add_argument("version", metavar="VERSION", help="an id, as in `models list`")
        if name == "export":
            subparser.add_argument("version", metavar="VERSION", nargs="?", help="default: the live version")
            subparser.add_argument("--output", required=True, metavar="FILE.zip")
        if name == "import":
            subparser.add_argument("file", metavar="FILE.zip")
        if name not in ("list", "export", "journal"):
            subparser.add_argument("--why", default="", metavar="TEXT", help="a reason, for the event log")


def run(args: argparse.Namespace) -> CommandResult:
    """List the versions, and manage them: promote, roll back, pin, delete, export, import."""
    from recsys.registry import Registry

    registry = Registry()
    if args.action in VERSION_ACTIONS:
        _require(registry, args.version)
    return ACTIONS[args.action or "list"](registry, args)


def _list(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """List the versions, newest first: * live, < previous, + pinned."""
    from recsys.registry.listing import listing

    rows = listing(registry)
    if not rows:
        raise _no_model()
    if warning := registry.active().warning:
        say(f"Warning: {warning}")
    return {"models": rows}, [_version_line(row) for row in rows]


def _promote(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """Make a version live; if the promotion gate rejects it, --why is required."""
    from recsys.registry.promotion_gate import shorten_reasons
    from recsys.registry.transitions import promote

    verdict = promote(registry, args.version, WHO, args.why)
    reasons = [] if verdict.passed else ["Promoted against the gate:", *shorten_reasons(verdict.reasons, ALL_REASONS)]
    return {"active": args.version, "gate": verdict.as_dict()}, [f"{args.version} is now live.", *reasons]


def _rollback(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """Make the previous version live again; a second rollback undoes it."""
    from recsys.registry.transitions import roll_back

    version = roll_back(registry, WHO, args.why)
    return {"active": version}, [f"{version} is live again."]


def _pin(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """Protect a version from deletion."""
    from recsys.registry.transitions import pin

    pin(registry, args.version, WHO, args.why)
    return {"pinned": sorted(registry.pinned())}, [f"{args.version} is pinned."]


def _unpin(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """Allow a version to be deleted again."""
    from recsys.registry.transitions import unpin

    unpin(registry, args.version, WHO, args.why)
    return {"pinned": sorted(registry.pinned())}, [f"{args.version} is no longer pinned."]


def _delete(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """Delete a version for good; not possible if it is live, previous or pinned."""
    from recsys.registry.transitions import delete

    delete(registry, args.version, WHO, args.why)
    return {"deleted": args.version}, [f"{args.version} is deleted."]


def _export(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """Write a version as one zip, which contains the users' ratings."""
    from recsys.registry.archive import packed

    version = args.version or registry.active_version()
    if version is None:
        raise _no_model()
    _require(registry, version)
    content = packed(registry, version)
    _write(args.output, content)
    result = {"version": version, "file": args.output, "sha256": sha256(content).hexdigest(), "bytes": len(content)}
    lines = [f"{version} is in {args.output} ({len(content):,} bytes). The file contains the users' ratings."]
    return result, [*lines, f"sha256 {result['sha256']}"]


def _import(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """Add a version from a zip; promote it to make it live (the first version is live at once)."""
    from recsys.registry.archive import LARGEST, unpack

    try:
        with open(args.file, "rb") as file:
            content = file.read(LARGEST + 1)  # enough to see that a file is too large
    except (OSError, ValueError) as error:
        raise InputError.of([_file_problem("FILE", args.file, error)]) from error
    version = unpack(registry, content, WHO, args.why)
    active = registry.active_version() == version
    then = "It is now live." if active else f"To make it live: models promote {version}"
    return {"version": version, "active": active}, [f"{version} is imported. {then}"]


def _event_log(registry: Registry, args: argparse.Namespace) -> CommandResult:
    """Show the event log: who changed what, when and why, the latest first."""
    entries = registry.event_log()
    lines = [f"{row.time}  {row.what:<11}  {row.version}  {row.who}  {row.why}".rstrip() for row in entries]
    return {"journal": [vars(row) for row in entries]}, lines or ["No events yet."]


ACTIONS: dict[str, Callable[[Registry, argparse.Namespace], CommandResult]] = {
    "list": _list,
    "promote": _promote,
    "rollback": _rollback,
    "pin": _pin,
    "unpin": _unpin,
    "delete": _delete,
    "export": _export,
    "import": _import,
    "journal": _event_log,
}
VERSION_ACTIONS = ("promote", "pin", "unpin", "delete")


def _no_model() -> NoModelError:
    """The error of a registry without versions."""
    return NoModelError(f"No models yet. Train one: {command()} train")


def _require(registry: Registry, version: str) -> None:
    """Raise InputError for a version that the registry does not have."""
    versions = registry.versions()
    if not versions:
        raise _no_model()
    if version not in versions:
        allowed = f"a version in the registry, such as {versions[0]}"
        raise InputError.of([Problem("VERSION", shown(version), allowed, "`models list` shows all versions.")])


def _write(name: str, content: bytes) -> None:
    """Write a file whole or not at all. Raises InputError."""
    try:
        write_file(Path(name), content, durable=False)
    except (OSError, ValueError) as error:
        raise InputError.of([_file_problem("--output", name, error)]) from error


def _file_problem(field: str, name: str, error: OSError | ValueError) -> Problem:
    reason = getattr(error, "strerror", None) or error
    return Problem(field, shown(name), "a file that can be used", f"{reason}. Give another path.")


def _version_line(row: dict[str, Any]) -> str:
    marks = "".join(mark if row[name] else " " for name, mark in (("active", "*"), ("previous", "<"), ("pinned", "+")))
    number = f"v{row['number']}" if row["number"] else ""
    name = f"{marks} {row['version']}  {number:<4}"
    if "problem" in row:
        return f"{name}  {row['problem']}"
    metrics = "  ".join(f"{metric(key).label} {value:.4f}" for key, (value, *_) in row["metrics"].items())
    refused = "rejected by the promotion gate" if (row["gate"] or {}).get("passed") is False else ""
    return "  ".join(filter(None, [name, row["preset"], row["data"]["name"], metrics, refused]))
