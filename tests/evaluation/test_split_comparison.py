"""One model on several splits: values, intervals, and the strongest baseline of each split on its own rows."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from recsys.evaluation import COLUMNS
from recsys.evaluation.split_comparison import split_comparison


def table(split: str, **values: dict[str, float]) -> pd.DataFrame:
    rows = [
        (split, model, "all", metric, value, value - 0.01, value + 0.01, 100)
        for metric, by_model in values.items()
        for model, value in by_model.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


TABLES = {
    "stratified": table(
        "stratified",
        accuracy={"model": 0.48, "bias": 0.41, "original": 0.43, "majority": 0.34},
        rmse={"model": 0.87, "bias": 0.94, "original": 0.95},
    ),
    "user-last": table("user-last", accuracy={"model": 0.44, "bias": 0.40, "original": math.nan}, rmse={"bias": 1.0}),
}


def test_each_split_has_its_own_strongest_baseline():
    comparison = split_comparison(TABLES, ("accuracy", "rmse")).set_index(["split", "metric"])
    assert comparison.loc[("stratified", "accuracy"), ["baseline", "baseline_value"]].tolist() == ["original", 0.43]
    assert comparison.loc[("stratified", "rmse"), ["baseline", "baseline_value"]].tolist() == ["bias", 0.94]
    assert comparison.loc[("user-last", "accuracy"), ["baseline", "baseline_value"]].tolist() == ["bias", 0.40]


def test_a_split_without_the_models_metric_has_no_row():
    comparison = split_comparison(TABLES, ("accuracy", "rmse", "ndcg@10"))
    assert list(zip(comparison["split"], comparison["metric"], strict=True)) == [
        ("stratified", "accuracy"),
        ("stratified", "rmse"),
        ("user-last", "accuracy"),
    ]
    row = comparison.iloc[0]
    assert row[["value", "low", "high", "n"]].tolist() == pytest.approx([0.48, 0.47, 0.49, 100])


def test_without_a_baseline_its_value_is_undefined():
    comparison = split_comparison({"stratified": table("stratified", rmse={"model": 0.9})})
    assert comparison["baseline"].tolist() == [""]
    assert math.isnan(comparison["baseline_value"].item())
