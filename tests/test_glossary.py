"""Every metric that a report has is explained, and numbers are written as people read them."""

from __future__ import annotations

import math

import pytest

import recsys
from recsys.glossary import HIGHER, LOWER, METRICS, NEITHER, metric
from tests.conftest import TINY_SETTINGS


def test_every_metric_of_a_report_is_described(tiny):
    report = recsys.evaluate(tiny, preset="quick", **TINY_SETTINGS)
    names = set(report.table["metric"]) | set(report.prices["metric"])
    assert len(names) > 20
    assert [name for name in names if not metric(name).sentence and not metric(f"{name}@10").sentence] == []


def test_each_entry_has_label_sentence_formula_and_direction():
    for name, entry in METRICS.items():
        assert entry.label, name
        assert entry.sentence.endswith("."), name
        assert entry.formula, name
        assert entry.better in (HIGHER, LOWER, NEITHER), name
    assert len({entry.label for entry in METRICS.values()}) == len(METRICS)


def test_a_list_s_metric_is_another_than_a_star_s():
    assert metric("precision@10") is metric("precision@5") is METRICS["precision@n"]
    assert metric("precision") is METRICS["precision"]
    assert metric("new").label == "new"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("accuracy", 0.4789, "47.9 %"), ("rmse", 0.86784, "0.868"), ("popularity_rank@10", 1234.56, "1,234.6")],
)
def test_values_as_people_read_them(name, value, words):
    assert metric(name).write(value) == words
    assert metric(name).write(math.nan) == "–"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("accuracy", 0.072, "+7.2 points"),
        ("rmse", -0.0641, "−0.064"),
        ("rmse", -0.0001, "0.000"),
        ("mae", math.nan, "–"),
    ],
)
def test_differences_have_their_sign(name, value, words):
    assert metric(name).write_difference(value) == words


def test_small_differences_can_be_told_finer():
    assert metric("log_loss").write_difference(0.0007, finer=1) == "+0.0007"
    assert metric("accuracy").write_difference(-0.0007, finer=1) == "−0.07 points"


def test_a_gain_is_above_zero_when_better():
    assert metric("accuracy").gain(0.1) == 0.1
    assert metric("rmse").gain(-0.1) == 0.1
    assert math.isnan(metric("novelty@10").gain(0.1))
    assert "Less is better." in metric("rmse").help
    assert "`√" in metric("rmse").help
