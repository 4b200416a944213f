"""What the shelf holds, as plain values: one row a version, newest first, damaged and older ones included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recsys.errors import BundleError
from recsys.evaluation import MODEL, Report
from recsys.registry import bundle
from recsys.registry.registry import Registry

METRICS = ("accuracy", "rmse", "log_loss", "weighted_kappa", "ndcg@10", "coverage@10")
WORDS = ("created", "preset", "digest", "split", "host")  # of the manifest
COSTS, COSTS_BY_PHASE = ("seconds", "peak_own_mb"), ("phases", "processor_phases")
OF_DATA = ("name", "fingerprint", "ratings", "users", "movies")


def listing(registry: Registry) -> list[dict[str, Any]]:
    """Per version: active, previous, pinned, bytes, then what its manifest and report say, or `problem` in words.

    The active one is `doubtful` when nothing but the journal says that it answers.
    """
    now, pinned = registry.active(), registry.pinned()
    return [
        {
            "version": version,
            "active": version == now.version,
            "doubtful": version == now.version and bool(now.warning),
            "previous": version == now.previous,
            "pinned": version in pinned,
            "bytes": _size(registry.folder / version),
            **_about(registry.folder / version),
        }
        for version in registry.versions()
    ]


def _about(folder: Path) -> dict[str, Any]:
    try:
        manifest, report = bundle.read_manifest(folder), bundle.read_report(folder)
    except BundleError as error:
        return {"problem": str(error)}
    data, made = _mapping(manifest.get("data")), _mapping(manifest.get("made"))
    return {
        **{name: _word(manifest.get(name)) for name in WORDS},
        "settings": _mapping(manifest.get("settings")),
        "made": {name: _word(made.get(name)) for name in ("who", "why")} if made else None,
        "gate": _verdict(manifest.get("gate")),
        **{name: _amount(manifest.get(name)) for name in COSTS},
        **{name: _amounts(manifest.get(name)) for name in COSTS_BY_PHASE},
        "data": {name: data.get(name) for name in OF_DATA},
        **_figures(report),
    }


def _verdict(told: object) -> dict[str, Any] | None:
    """What the gate said, with the fields of `Verdict.as_dict`; None where it was not asked."""
    found = _mapping(told)
    if not isinstance(found.get("passed"), bool):
        return None
    reasons = found.get("reasons")
    return {
        "passed": found["passed"],
        "reasons": [str(reason) for reason in reasons] if isinstance(reasons, list) else [],
        "champion": _word(found.get("champion")) or "",
        "pairs": pairs if isinstance(pairs := found.get("pairs"), int) else 0,
        "differences": _mapping(found.get("differences")),
    }


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _amount(value: object) -> float | None:
    return value if isinstance(value, int | float) else None


def _amounts(value: object) -> dict[str, float | None]:
    return {name: _amount(spent) for name, spent in _mapping(value).items()}


def _figures(report: Report | None) -> dict[str, Any]:
    """The headline metrics as [value, low, high] with their n, and the baselines' values; null where undefined."""
    if report is None:
        return {"metrics": {}, "n": {}, "baselines": {}}
    table = report.table[(report.table["slice"] == "all") & report.table["metric"].isin(METRICS)]
    own = table[table["model"] == MODEL].set_index("metric")
    rows = {metric: own.loc[metric] for metric in METRICS if metric in own.index}
    beside: dict[str, dict[str, float | None]] = {metric: {} for metric in rows}
    for row in table[(table["model"] != MODEL) & table["metric"].isin(rows)].itertuples():
        beside[row.metric][row.model] = _number(row.value)
    return {
        "metrics": {name: [_number(row[part]) for part in ("value", "low", "high")] for name, row in rows.items()},
        "n": {name: int(row["n"]) for name, row in rows.items()},
        "baselines": beside,
    }


def _number(value: float) -> float | None:
    return float(value) if value == value else None


def _size(folder: Path) -> int:
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir())
    except OSError:
        return 0
