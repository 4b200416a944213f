"""One model on several splits: random held-out ratings beside later ones, each with the strongest baseline."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from recsys.evaluation.reports import MODEL
from recsys.evaluation.strongest import strongest

STRATIFIED, USER_LAST, GLOBAL_TIME = "stratified", "user-last", "global-time"
LATER_SPLITS = (USER_LAST, GLOBAL_TIME)
SPLIT_METRICS = ("accuracy", "rmse", "ndcg@10")
SPLIT_COLUMNS = ("split", "metric", "value", "low", "high", "n", "baseline", "baseline_value")


def split_comparison(tables: Mapping[str, pd.DataFrame], metrics: Sequence[str] = SPLIT_METRICS) -> pd.DataFrame:
    """The model's metrics on each split, and its strongest baseline on the same rows.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The table of a report (`Report.table`) by name of its split.
    metrics : sequence of str
        Which metrics; a split without one has no row for it.

    Returns
    -------
    DataFrame
        The columns `SPLIT_COLUMNS`; n counts held-out ratings, or users for metrics of lists. baseline is "" and
        baseline_value NaN where no baseline has the metric.
    """
    rows = []
    for split, table in tables.items():
        overall = table[table["slice"] == "all"]
        for name in metrics:
            of_metric = overall[(overall["metric"] == name) & overall["value"].notna()]
            by_model = {str(row["model"]): row for row in of_metric.to_dict("records")}
            if MODEL not in by_model:
                continue
            model_row = by_model.pop(MODEL)
            values = {model: float(row["value"]) for model, row in by_model.items()}
            best = strongest(name, values) or ""
            columns = (model_row[column] for column in ("value", "low", "high", "n"))
            rows.append((split, name, *columns, best, values.get(best, math.nan)))
    return pd.DataFrame(rows, columns=list(SPLIT_COLUMNS))
