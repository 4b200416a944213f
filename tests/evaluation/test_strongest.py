"""The baseline that a number stands beside is the one that is hardest to beat in that metric."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from recsys.evaluation import MODEL
from recsys.evaluation.strongest import strongest, strongest_baseline
from tests.evaluation.test_common_rows import reported


@pytest.mark.parametrize(
    ("name", "values", "best"),
    [
        ("accuracy", {"majority": 0.34, "bias": 0.41, "original": 0.43}, "original"),
        ("rmse", {"majority": 1.13, "bias": 0.941, "original": 0.942}, "bias"),
        ("log_loss", {"majority": 1.47, "bias": math.nan, "original": None}, "majority"),
        ("ndcg@10", {"popularity": 0.17}, "popularity"),
        ("popularity_rank@10", {"popularity": 10.0}, None),
        ("accuracy", {"bias": math.nan}, None),
        ("accuracy", {}, None),
    ],
)
def test_the_best_value_in_the_metrics_own_direction(name, values, best):
    assert strongest(name, values) == best


def test_of_a_report_it_is_never_the_model_itself():
    report = reported([(user, movie) for user in range(1, 5) for movie in range(1, 9)], 1)
    table = report.table
    for name in ("accuracy", "rmse"):
        rows = table[(table["metric"] == name) & (table["slice"] == "all") & (table["model"] != MODEL)]
        values = pd.Series(rows["value"].to_numpy(), rows["model"])
        model, value = strongest_baseline(report, name)
        assert value == (values.min() if name == "rmse" else values.max()) == values[model]
