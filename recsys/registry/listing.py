"""What the shelf holds, as plain values: one row a version, newest first, damaged and older ones included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recsys import bundle
from recsys.errors import BundleError
from recsys.evaluation import MODEL, Report
from recsys.registry.shelf import Shelf

METRICS = ("accuracy", "rmse", "log_loss", "weighted_kappa", "ndcg@10", "coverage@10")
TOLD = ("created", "preset", "digest", "settings", "made", "gate", "seconds")  # of the manifest


def listing(shelf: Shelf) -> list[dict[str, Any]]:
    """Per version: active, previous, pinned, bytes, then what its manifest and report say, or `problem` in words."""
    active, previous, pinned = shelf.active_version(), shelf.previous_version(), shelf.pinned()
    return [
        {
            "version": version,
            "active": version == active,
            "previous": version == previous,
            "pinned": version in pinned,
            "bytes": _size(shelf.folder / version),
            **_about(shelf.folder / version),
        }
        for version in shelf.versions()
    ]


def _about(folder: Path) -> dict[str, Any]:
    try:
        manifest, report = bundle.read_manifest(folder), bundle.read_report(folder)
    except BundleError as error:
        return {"problem": str(error)}
    data = manifest.get("data") or {}
    told = {name: manifest.get(name) for name in TOLD}
    return told | {"data": {name: data.get(name) for name in ("name", "fingerprint", "ratings")}} | _figures(report)


def _figures(report: Report | None) -> dict[str, Any]:
    """The headline metrics that were measured as [value, low, high], null where undefined."""
    if report is None:
        return {"metrics": {}}
    own = report.table[(report.table["model"] == MODEL) & (report.table["slice"] == "all")].set_index("metric")
    rows = {metric: own.loc[metric] for metric in METRICS if metric in own.index}
    return {"metrics": {name: [_number(row[part]) for part in ("value", "low", "high")] for name, row in rows.items()}}


def _number(value: float) -> float | None:
    return float(value) if value == value else None


def _size(folder: Path) -> int:
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir())
    except OSError:
        return 0
