"""The versions of a registry as plain values: one row per version, newest first, damaged and older ones included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from recsys.errors import BundleError
from recsys.evaluation import MODEL, Report
from recsys.registry import bundle
from recsys.registry.registry import Registry

METRICS = ("accuracy", "rmse", "log_loss", "weighted_kappa", "ndcg@10", "coverage@10")
TEXT_FIELDS = ("created", "preset", "digest", "split", "host")  # of the manifest
COSTS, COSTS_BY_PHASE = ("seconds", "peak_own_mb"), ("phases", "processor_phases")
DATA_FIELDS = ("name", "fingerprint", "ratings", "users", "movies")


def listing(registry: Registry) -> list[dict[str, Any]]:
    """One row per version.

    Returns
    -------
    list of dict
        version, number (for its name; None if unknown), active, previous, pinned, bytes, `doubtful` (the active version
        is known from the event log only), then the fields of its manifest and the metrics of its report; or `problem`,
        a sentence, if they cannot be read.
    """
    active, pinned, numbers = registry.active(), registry.pinned(), registry.version_numbers()
    return [
        {
            "version": version,
            "number": numbers.get(version),
            "active": version == active.version,
            "doubtful": version == active.version and bool(active.warning),
            "previous": version == active.previous,
            "pinned": version in pinned,
            "bytes": _size(registry.folder / version),
            **_description(registry.folder / version),
        }
        for version in registry.versions()
    ]


def _description(folder: Path) -> dict[str, Any]:
    try:
        manifest, report = bundle.read_manifest(folder), bundle.read_report(folder)
    except BundleError as error:
        return {"problem": str(error)}
    data, origin = _dict(manifest.get("data")), _dict(manifest.get("made"))
    return {
        **{name: _text(manifest.get(name)) for name in TEXT_FIELDS},
        "settings": _dict(manifest.get("settings")),
        "made": {name: _text(origin.get(name)) for name in ("who", "why")} if origin else None,
        "gate": _verdict(manifest.get("gate")),
        **{name: _number(manifest.get(name)) for name in COSTS},
        **{name: _numbers(manifest.get(name)) for name in COSTS_BY_PHASE},
        "data": {name: data.get(name) for name in DATA_FIELDS},
        **_report_values(report),
    }


def _verdict(value: object) -> dict[str, Any] | None:
    """The promotion gate's verdict, with the fields of `Verdict.as_dict`; None for a version that was not tested."""
    verdict = _dict(value)
    if not isinstance(verdict.get("passed"), bool):
        return None
    reasons = verdict.get("reasons")
    return {
        "passed": verdict["passed"],
        "reasons": [str(reason) for reason in reasons] if isinstance(reasons, list) else [],
        "champion": _text(verdict.get("champion")) or "",
        "pairs": pairs if isinstance(pairs := verdict.get("pairs"), int) else 0,
        "differences": _dict(verdict.get("differences")),
        "best": _text(verdict.get("best")) or "",
    }


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None


def _numbers(value: object) -> dict[str, float | None]:
    return {name: _number(number) for name, number in _dict(value).items()}


def _report_values(report: Report | None) -> dict[str, Any]:
    """The headline metrics as [value, low, high] with their n, and the baselines' values; null where undefined."""
    if report is None:
        return {"metrics": {}, "n": {}, "baselines": {}}
    table = report.table[(report.table["slice"] == "all") & report.table["metric"].isin(METRICS)]
    is_model = table["model"] == MODEL
    rows: dict[str, dict[str, Any]] = {row["metric"]: row for row in _records(table[is_model])}
    metrics = [metric for metric in METRICS if metric in rows]
    baselines: dict[str, dict[str, float | None]] = {metric: {} for metric in metrics}
    for row in _records(table[~is_model & table["metric"].isin(metrics)]):
        baselines[row["metric"]][row["model"]] = _finite(row["value"])
    return {
        "metrics": {metric: [_finite(rows[metric][name]) for name in ("value", "low", "high")] for metric in metrics},
        "n": {metric: int(rows[metric]["n"]) for metric in metrics},
        "baselines": baselines,
    }


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.to_dict("records")


def _finite(value: float) -> float | None:
    return float(value) if value == value else None


def _size(folder: Path) -> int:
    """Bytes of a version's files; 0 if they cannot be read."""
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir())
    except OSError:
        return 0
