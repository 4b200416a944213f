"""Reports and evaluations for the command line: plain values for JSON, and tables of headline metrics for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from recsys.glossary import SAMPLED, metric, model_name

if TYPE_CHECKING:
    import pandas as pd

    from recsys.evaluation import Report
    from recsys.training.evaluation_store import Evaluation

ABLATION_METRICS = ("log_loss", "rmse")
LEAK_METRICS = ("accuracy", "rmse", "log_loss")
LIST_METRICS = ("ndcg@10", "recall@10", "coverage@10")
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


def plain_evaluation(stored: Evaluation) -> dict[str, Any]:
    """A stored evaluation as plain values."""
    tables = {"report": stored.table, "audit": stored.audit, "spread": stored.spread(), "slices": stored.slices}
    return {"name": stored.name, **stored.about, **{name: records(table) for name, table in tables.items()}}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A tidy table's rows as plain values; an undefined number is null."""
    return cast(list[dict[str, Any]], table.astype(object).where(table.notna(), None).to_dict("records"))


def table(report: Report) -> list[str]:
    """The headline metrics of the model and its baselines, and the leakage audit: above them when it failed."""
    return _with_audit(report.audit, [_heading(report.table), *_blocks(report.table, _interval)])


def evaluation(stored: Evaluation) -> list[str]:
    """A stored evaluation as `table`; of a cross-validation the mean and the spread over its folds."""
    from recsys.evaluation.leak_laboratory import LEAKS
    from recsys.training.ablation import ABLATION

    if stored.split == LEAKS:
        return list(_leaks(stored.table))
    if stored.split == ABLATION:
        return _with_audit(stored.audit, list(_changes(stored.table)))
    if not stored.about["folds"]:
        return _with_audit(stored.audit, [_heading(stored.table), *_blocks(stored.table, _interval)])
    rows = stored.spread()
    heading = f"{stored.about['folds']} stratified folds: mean and standard deviation over the folds"
    return _with_audit(stored.audit, [heading, *_blocks(rows, lambda row: f"{row['mean']:.4f} ±{row['sd']:.4f}")])


def _changes(rows: pd.DataFrame) -> Iterator[str]:
    """The change without each feature extractor, one line each; above 0 is worse: these metrics are losses."""
    from recsys.training.ablation import CHANGE

    yield "change without each feature group, paired 95% intervals over users and movies; above 0: the group helps"
    yield f"{'':<28}" + "".join(f"{metric(name).label:>30}" for name in ABLATION_METRICS)
    changes = rows[(rows["model"] == CHANGE) & rows["metric"].isin(ABLATION_METRICS)]
    for split, changes_of_split in changes.groupby("split", sort=False):
        cells = {row["metric"]: _change(row) for row in changes_of_split.to_dict("records")}
        yield f"{split:<28}" + "".join(f"{cells[name]:>30}" for name in ABLATION_METRICS)


def _leaks(rows: pd.DataFrame) -> Iterator[str]:
    """The figures of each model of a leak laboratory, one line each."""
    yield "the original model on the same held-out ratings: with a mistake, without any, and what is left of it in use"
    yield f"{'':<28}" + "".join(f"{metric(name).label:>12}" for name in LEAK_METRICS)
    for model, rows_of_model in rows[rows["slice"] == "all"].groupby("model", sort=False):
        values = rows_of_model.set_index("metric")["value"]
        name = "without a mistake" if model == "model" else str(model).replace("_", " ")
        yield f"{name:<28}" + "".join(f"{values[each]:>12.4f}" for each in LEAK_METRICS)


def audit(checks: pd.DataFrame) -> list[str]:
    """Each check of a leakage audit with its measured number, and a verdict; of several trainings only what failed."""
    if checks.empty:
        return ["Leakage audit: not run for this model."]
    trainings = checks["split"].nunique() if "split" in checks else 1
    of_trainings = f" of {trainings} trainings" if trainings > 1 else ""
    rows = checks.to_dict("records")
    lines = [_check(row, trainings > 1) for row in rows if trainings == 1 or not row["passed"]]
    failed = sum(not row["passed"] for row in rows)
    if failed:
        verdict = f"{failed} of {len(rows)} checks{of_trainings} failed."
        return [f"LEAKAGE AUDIT FAILED: do not trust the metrics below. {verdict}", *lines]
    return [*lines, f"Leakage audit: {len(rows)} of {len(rows)} checks{of_trainings} passed."]


def _check(row: Any, with_split: bool) -> str:
    from recsys.evaluation.audit import TITLES

    split = f"{row['split']}: " if with_split else ""
    return f"{'passed' if row['passed'] else 'FAILED'}  {split}{TITLES[row['check']]}: {row['measured']}"


def _with_audit(checks: pd.DataFrame, lines: list[str]) -> list[str]:
    audit_lines = audit(checks)
    return [*lines, *audit_lines] if checks["passed"].astype(bool).all() else [*audit_lines, *lines]


def _heading(rows: pd.DataFrame) -> str:
    accuracy = rows[(rows["metric"] == "accuracy") & (rows["model"] == "model")].iloc[0]
    return f"{accuracy['n']:,} held-out ratings, {accuracy['split']} split, intervals: {SAMPLED}"


def _blocks(rows: pd.DataFrame, cell: Callable[[Any], str]) -> Iterator[str]:
    """Metrics as lines, one column for each model: of predicted stars, then of lists."""
    overall = rows[rows["slice"] == "all"]
    for metrics in (HEADLINES, LIST_METRICS):
        block = overall[overall["metric"].isin(metrics)]
        models = list(dict.fromkeys(block["model"]))
        cells = {(row["metric"], row["model"]): cell(row) for row in block.to_dict("records")}
        if models:
            yield f"{'':<26}" + "".join(f"{model_name(model):>24}" for model in models)
        for name in metrics if models else ():
            cells_of_metric = (_or_dash(cells.get((name, model), "")) for model in models)
            yield f"{metric(name).label:<26}" + "".join(f"{cell:>24}" for cell in cells_of_metric)


def _interval(row: Any) -> str:
    return f"{row['value']:.4f}" + (f" ({row['low']:.3f}-{row['high']:.3f})" if row["low"] == row["low"] else "")


def _change(row: Any) -> str:
    """A change with its interval, both with a sign."""
    return f"{row['value']:+.4f} ({row['low']:+.4f} to {row['high']:+.4f})"


def _or_dash(cell: str) -> str:
    """A cell, or a dash for an undefined or missing number."""
    return "-" if not cell or cell.startswith("nan") else cell
