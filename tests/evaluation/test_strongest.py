"""The strongest baseline of a metric is the one that is hardest to beat."""

from __future__ import annotations

import math

import pytest

from recsys.evaluation import MODEL
from recsys.evaluation.strongest import strongest, strongest_baseline
from tests.evaluation.test_common_rows import random_report


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
def test_the_best_value_in_the_direction_of_the_metric(name, values, best):
    assert strongest(name, values) == best


@pytest.mark.parametrize(("name", "best_of"), [("accuracy", max), ("rmse", min)])
def test_the_strongest_baseline_of_a_report_is_never_the_model_itself(name, best_of):
    report = random_report([(user, movie) for user in range(1, 5) for movie in range(1, 9)], 1)
    table = report.table
    rows = table[(table["metric"] == name) & (table["slice"] == "all") & (table["model"] != MODEL)]
    values = dict(zip(rows["model"], rows["value"], strict=True))
    best = strongest_baseline(report, name)
    assert best is not None
    assert best[1] == best_of(values.values()) == values[best[0]]
