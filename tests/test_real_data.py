"""Quality floors on real MovieLens 100K, against baselines recomputed on the same rows."""

from __future__ import annotations

import pytest

from recsys import training

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def report(ml_100k):
    return training.evaluate(ml_100k, preset="quick")


def test_the_known_facts(ml_100k, report):
    assert len(ml_100k.ratings) == 99_769
    assert len(report.held_out) == pytest.approx(0.2 * 99_769, abs=5)
    assert report.value("accuracy", "majority") == pytest.approx(0.3417, abs=0.0005)


def test_accuracy_without_a_leak_beats_its_baselines(report):
    assert report.value("accuracy") >= 0.425
    assert report.row("accuracy")["low"] > report.value("accuracy", "bias")
    assert report.value("accuracy", "bias") == pytest.approx(0.407, abs=0.005)
    assert report.value("log_loss") < report.row("log_loss", "majority")["low"]


def test_too_good_to_be_true_is_a_leak(report):
    assert report.value("rmse") > 0.91 * report.value("rmse", "bias")
    assert report.value("accuracy") < report.value("accuracy", "bias") + 0.085
