"""Reports and evaluations as the command line tells them: plain values, and headline metrics beside the baselines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from recsys.evaluation import Report
    from recsys.training.evaluation_store import Evaluation

CHANGED = ("log_loss", "rmse")
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


def plain_evaluation(found: Evaluation) -> dict[str, Any]:
    """A fresh evaluation as plain values."""
    tables = {"report": found.table, "audit": found.audit, "spread": found.spread(), "slices": found.slices}
    return {"name": found.name, **found.about, **{name: records(table) for name, table in tables.items()}}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A tidy table's rows as plain values; an undefined number is null."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def table(report: Report) -> list[str]:
    """The headline metrics of the model beside its baselines, and the leakage audit: first of all when it failed."""
    return _with_audit(report.audit, [_heading(report.table), *_blocks(report.table, _interval)])


def evaluation(found: Evaluation) -> list[str]:
    """A fresh evaluation: as `table`; of a cross-validation the mean and the spread over its folds."""
    from recsys.training.ablation import ABLATION

    if found.split == ABLATION:
        return _with_audit(found.audit, list(_changes(found.table)))
    if not found.about["folds"]:
        return _with_audit(found.audit, [_heading(found.table), *_blocks(found.table, _interval)])
    rows = found.spread()
    heading = f"{found.about['folds']} stratified folds: mean and standard deviation over the folds"
    return _with_audit(found.audit, [heading, *_blocks(rows, lambda row: f"{row['mean']:.4f} ±{row['sd']:.4f}")])


def _changes(rows: pd.DataFrame) -> Iterator[str]:
    """What changes without each signal, one line each; above 0 is worse, since less is better for these metrics."""
    from recsys.training.ablation import CHANGE

    yield "change without the signal, paired 95 % intervals over users; above 0: the signal helps"
    yield f"{'':<28}" + "".join(f"{metric:>30}" for metric in CHANGED)
    own = rows[(rows["model"] == CHANGE) & rows["metric"].isin(CHANGED)]
    for split, some in own.groupby("split", sort=False):
        cells = {row["metric"]: _signed(row) for row in some.to_dict("records")}
        yield f"{split:<28}" + "".join(f"{cells[metric]:>30}" for metric in CHANGED)


def audit(checks: pd.DataFrame) -> list[str]:
    """Each check of a leakage audit with its measured number, and a verdict; of several trainings, what failed."""
    if checks.empty:
        return ["Leakage audit: not run for this model."]
    trainings = checks["split"].nunique() if "split" in checks else 1
    of = f" of {trainings} trainings" if trainings > 1 else ""
    rows = checks.to_dict("records")
    lines = [_check(row, trainings > 1) for row in rows if trainings == 1 or not row["passed"]]
    failed = sum(not row["passed"] for row in rows)
    if failed:
        verdict = f"{failed} of {len(rows)} checks{of} failed."
        return [f"LEAKAGE AUDIT FAILED: the figures below are too good to be true. {verdict}", *lines]
    return [*lines, f"Leakage audit: {len(rows)} of {len(rows)} checks{of} passed."]


def _check(row: Any, named: bool) -> str:
    from recsys.evaluation.audit import TITLES

    where = f"{row['split']}: " if named else ""
    return f"{'passed' if row['passed'] else 'FAILED'}  {where}{TITLES[row['check']]}: {row['measured']}"


def _with_audit(checks: pd.DataFrame, lines: list[str]) -> list[str]:
    told = audit(checks)
    return [*lines, *told] if checks["passed"].astype(bool).all() else [*told, *lines]


def _heading(rows: pd.DataFrame) -> str:
    head = rows[(rows["metric"] == "accuracy") & (rows["model"] == "model")].iloc[0]
    return f"{head['n']:,} held-out ratings, {head['split']} split, 95 % intervals over users"


def _blocks(rows: pd.DataFrame, cell: Callable[[Any], str]) -> Iterator[str]:
    """Headline metrics as lines, one column a model: of predictions, then of lists."""
    overall = rows[rows["slice"] == "all"]
    for metrics in (HEADLINES, LISTS):
        some = overall[overall["metric"].isin(metrics)]
        names = list(dict.fromkeys(some["model"]))
        cells = {(row["metric"], row["model"]): cell(row) for row in some.to_dict("records")}
        if names:
            yield f"{'':<20}" + "".join(f"{name:>24}" for name in names)
        for metric in metrics if names else ():
            yield f"{metric:<20}" + "".join(f"{_dash(cells.get((metric, name), '')):>24}" for name in names)


def _interval(row: Any) -> str:
    return f"{row['value']:.4f}" + (f" ({row['low']:.3f}-{row['high']:.3f})" if row["low"] == row["low"] else "")


def _signed(row: Any) -> str:
    """A change, whose interval may lie on both sides of 0."""
    return f"{row['value']:+.4f} ({row['low']:+.4f} to {row['high']:+.4f})"


def _dash(cell: str) -> str:
    """An undefined number, or none, as a dash."""
    return "-" if not cell or cell.startswith("nan") else cell
