"""A report as the command line tells it: plain values, and the headline metrics beside the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from recsys.evaluation import Report

LISTS = ("ndcg@10", "recall@10", "coverage@10")
HEADLINES = (
    *("accuracy", "macro_f1", "weighted_f1", "within_one", "weighted_kappa"),
    *("rmse", "mae", "user_rmse", "log_loss", "brier", "ranked_probability", "calibration_error"),
)


def plain(report: Report) -> dict[str, Any]:
    """The report as plain values; an undefined number is null."""
    return {
        "report": records(report.table),
        "confusion": report.confusion.tolist(),
        "audit": records(report.audit),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A tidy table's rows as plain values; an undefined number is null."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def table(report: Report) -> list[str]:
    """The headline metrics of the model beside its baselines, and the leakage audit: first of all when it failed."""
    head = report.row("accuracy")
    lines = [f"{head['n']:,} held-out ratings, {head['split']} split, 95 % intervals over users"]
    for metrics in (HEADLINES, LISTS):
        rows = report.table[(report.table["slice"] == "all") & report.table["metric"].isin(metrics)]
        if len(rows):
            lines += _block(report, metrics, list(dict.fromkeys(rows["model"])))
    checks, passed = audit(report), report.audit["passed"].astype(bool)
    return lines + checks if passed.all() else checks + lines


def audit(report: Report) -> list[str]:
    """Each check of the leakage audit with its measured number, and a verdict."""
    from recsys.audit import TITLES

    if report.audit.empty:
        return ["Leakage audit: not run for this model."]
    rows = report.audit.to_dict("records")
    lines = [f"{'passed' if row['passed'] else 'FAILED'}  {TITLES[row['check']]}: {row['measured']}" for row in rows]
    failed = sum(not row["passed"] for row in rows)
    if failed:
        verdict = f"{failed} of {len(rows)} checks failed."
        return [f"LEAKAGE AUDIT FAILED: the figures below are too good to be true. {verdict}", *lines]
    return [*lines, f"Leakage audit: {len(rows)} of {len(rows)} checks passed."]


def _block(report: Report, metrics: Sequence[str], names: Sequence[str]) -> list[str]:
    """Some metrics as lines, one column a model."""
    lines = [f"{'':<20}" + "".join(f"{name:>24}" for name in names)]
    for metric in metrics:
        cells = (_cell(report.row(metric, name)) for name in names)
        lines.append(f"{metric:<20}" + "".join(f"{cell:>24}" for cell in cells))
    return lines


def _cell(row: Any) -> str:
    if row["value"] != row["value"]:
        return "-"
    return f"{row['value']:.4f}" + (f" ({row['low']:.3f}-{row['high']:.3f})" if row["low"] == row["low"] else "")
