"""A report as the command line tells it: plain values, and the headline metrics beside the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recsys.evaluation import Report

LISTS = ("ndcg@10", "recall@10", "coverage@10")
HEADLINES = (
    *("accuracy", "macro_f1", "weighted_f1", "within_one", "weighted_kappa"),
    *("rmse", "mae", "user_rmse", "log_loss", "brier", "ranked_probability", "calibration_error"),
)


def plain(report: Report) -> dict[str, Any]:
    """The report as plain values; an undefined number is null."""
    rows = report.table.astype(object).where(report.table.notna(), None).to_dict("records")
    return {"report": rows, "confusion": report.confusion.tolist()}


def table(report: Report) -> list[str]:
    """The headline metrics of the model beside its baselines."""
    head = report.row("accuracy")
    lines = [f"{head['n']:,} held-out ratings, {head['split']} split, 95 % intervals over users"]
    for metrics in (HEADLINES, LISTS):
        rows = report.table[(report.table["slice"] == "all") & report.table["metric"].isin(metrics)]
        if len(rows):
            lines += _block(report, metrics, list(dict.fromkeys(rows["model"])))
    return lines


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
