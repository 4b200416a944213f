"""`python -m recsys models`."""

from __future__ import annotations

import argparse
from typing import Any

from recsys.commands import Answer
from recsys.errors import NoModelError, RecsysError


def options(parser: argparse.ArgumentParser) -> None:
    """Nothing more need be said."""


def run(given: argparse.Namespace) -> Answer:
    """The versions on the shelf, newest first; the active one is marked."""
    from recsys.bundle import read_manifest
    from recsys.registry import Shelf

    shelf, rows = Shelf(), []
    active = shelf.active_version()
    for version in shelf.versions():
        row: dict[str, Any] = {"version": version, "active": version == active}
        try:
            manifest = read_manifest(shelf.path(version))
            row |= {name: manifest.get(name) for name in ("created", "preset", "digest")}
        except RecsysError as error:
            row["problem"] = str(error)
        rows.append(row)
    if not rows:
        raise NoModelError("The shelf is empty. Train a model: python -m recsys train")
    marks = ("*" if row["active"] else " " for row in rows)
    lines = [
        f"{mark} {row['version']}  {row.get('problem') or row['preset']}" for mark, row in zip(marks, rows, strict=True)
    ]
    return {"models": rows}, lines
