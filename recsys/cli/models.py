"""`python -m recsys models`: the shelf, and every change of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys.cli import ALL_REASONS, Answer
from recsys.cli.progress import say
from recsys.core.atomic_file import write_file
from recsys.errors import InputError, NoModelError, Problem, shown
from recsys.settings import command

if TYPE_CHECKING:
    from recsys.registry import Registry

WHO = "command line"


def options(parser: argparse.ArgumentParser) -> None:
    """What to do with the shelf; without a word, list it."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, action in ACTIONS.items():
        told = (action.__doc__ or "").strip()
        added = actions.add_parser(name, help=told, description=told)
        added.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")
        if name in NAMED:
            added.add_argument("version", metavar="VERSION", help="as `models list` names it")
        if name == "export":
            added.add_argument("version", metavar="VERSION", nargs="?", help="the active one if none is named")
            added.add_argument("--output", required=True, metavar="FILE.zip")
        if name == "import":
            added.add_argument("file", metavar="FILE.zip")
        if name not in ("list", "export", "journal"):
            added.add_argument("--why", default="", metavar="TEXT", help="a reason, for the journal")


def run(given: argparse.Namespace) -> Answer:
    """The versions on the shelf, and what changes them: promote, roll back, pin, delete, export, import."""
    from recsys.registry import Registry

    registry = Registry()
    if given.action in NAMED:
        _require(registry, given.version)
    return ACTIONS[given.action or "list"](registry, given)


def _list(registry: Registry, given: argparse.Namespace) -> Answer:
    """The versions, newest first: * answers, < answered before, + is pinned."""
    from recsys.registry.listing import listing

    rows = listing(registry)
    if not rows:
        raise _no_model()
    if warning := registry.active().warning:
        say(f"Warning: {warning}")
    return {"models": rows}, [_line(row) for row in rows]


def _promote(registry: Registry, given: argparse.Namespace) -> Answer:
    """Let a version answer; when the gate refuses it, only with --why."""
    from recsys.registry.promotion_gate import shorten_reasons
    from recsys.registry.transitions import promote

    verdict = promote(registry, given.version, WHO, given.why)
    told = [] if verdict.passed else ["Against the gate:", *shorten_reasons(verdict.reasons, ALL_REASONS)]
    return {"active": given.version, "gate": verdict.as_dict()}, [f"{given.version} answers now.", *told]


def _rollback(registry: Registry, given: argparse.Namespace) -> Answer:
    """Let the version answer that did before; once more undoes it."""
    from recsys.registry.transitions import roll_back

    version = roll_back(registry, WHO, given.why)
    return {"active": version}, [f"{version} answers again."]


def _pin(registry: Registry, given: argparse.Namespace) -> Answer:
    """Keep a version until it is unpinned."""
    from recsys.registry.transitions import pin

    pin(registry, given.version, WHO, given.why)
    return {"pinned": sorted(registry.pinned())}, [f"{given.version} is pinned."]


def _unpin(registry: Registry, given: argparse.Namespace) -> Answer:
    """Let a version be deleted again."""
    from recsys.registry.transitions import unpin

    unpin(registry, given.version, WHO, given.why)
    return {"pinned": sorted(registry.pinned())}, [f"{given.version} is no longer pinned."]


def _delete(registry: Registry, given: argparse.Namespace) -> Answer:
    """Remove a version for good; never the active one or one that is pinned."""
    from recsys.registry.transitions import delete

    delete(registry, given.version, WHO, given.why)
    return {"deleted": given.version}, [f"{given.version} is deleted."]


def _export(registry: Registry, given: argparse.Namespace) -> Answer:
    """Write a version, the active one if none is named, as one zip; people's ratings are in it."""
    from recsys.registry.archive import packed

    version = given.version or registry.active_version()
    if version is None:
        raise _no_model()
    _require(registry, version)
    content = packed(registry, version)
    _written(given.output, content)
    told = {"version": version, "file": given.output, "sha256": sha256(content).hexdigest(), "bytes": len(content)}
    lines = [f"{version} is in {given.output}, {len(content):,} bytes; the ratings of its users are in it too."]
    return told, [*lines, f"sha256 {told['sha256']}"]


def _import(registry: Registry, given: argparse.Namespace) -> Answer:
    """Let a version out of a zip join the shelf; it answers when it is promoted, or nothing else does."""
    from recsys.registry.archive import LARGEST, unpack

    try:
        with open(given.file, "rb") as file:
            content = file.read(LARGEST + 1)  # of one that is too large no more than it takes to see that
    except (OSError, ValueError) as error:
        raise InputError.of([_file_problem("FILE", given.file, error)]) from error
    version = unpack(registry, content, WHO, given.why)
    active = registry.active_version() == version
    then = "It answers now." if active else f"Let it answer: models promote {version}"
    return {"version": version, "active": active}, [f"{version} is on the shelf. {then}"]


def _event_log(registry: Registry, given: argparse.Namespace) -> Answer:
    """Who changed what, when and why, the latest first."""
    found = registry.event_log()
    lines = [f"{row.time}  {row.what:<11}  {row.version}  {row.who}  {row.why}".rstrip() for row in found]
    return {"journal": [vars(row) for row in found]}, lines or ["Nothing has been changed yet."]


ACTIONS: dict[str, Callable[[Registry, argparse.Namespace], Answer]] = {
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
NAMED = ("promote", "pin", "unpin", "delete")


def _no_model() -> NoModelError:
    """The error of a registry without versions."""
    return NoModelError(f"The shelf is empty. Train a model: {command()} train")


def _require(registry: Registry, version: str) -> None:
    """Refuse a name that is not on the shelf."""
    versions = registry.versions()
    if not versions:
        raise _no_model()
    if version not in versions:
        allowed = f"a version on the shelf, such as {versions[0]}"
        raise InputError.of([Problem("VERSION", shown(version), allowed, "`models list` names them all.")])


def _written(name: str, content: bytes) -> None:
    """Write a file whole or not at all. Raises InputError."""
    try:
        write_file(Path(name), content, durable=False)
    except (OSError, ValueError) as error:
        raise InputError.of([_file_problem("--output", name, error)]) from error


def _file_problem(field: str, name: str, error: OSError | ValueError) -> Problem:
    reason = getattr(error, "strerror", None) or error
    return Problem(field, shown(name), "a file that can be used", f"{reason}. Give another path.")


def _line(row: dict[str, Any]) -> str:
    """One version for people."""
    marks = "".join(mark if row[name] else " " for name, mark in (("active", "*"), ("previous", "<"), ("pinned", "+")))
    start = f"{marks} {row['version']}"
    if "problem" in row:
        return f"{start}  {row['problem']}"
    figures = "  ".join(f"{name} {three[0]:.4f}" for name, three in row["metrics"].items())
    refused = "refused by the gate" if (row["gate"] or {}).get("passed") is False else ""
    return "  ".join(filter(None, [start, row["preset"], row["data"]["name"], figures, refused]))
