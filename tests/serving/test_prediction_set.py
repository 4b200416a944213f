"""Prediction sets: the shortest interval of stars, its threshold, and its coverage on rows outside the calibration."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from recsys.core.keyed_random import uniform
from recsys.evaluation import Report
from recsys.serving.prediction_set import (
    METRICS,
    THRESHOLDS,
    ConformalThreshold,
    shortest_intervals,
    with_prediction_sets,
)

STARS = (1.0, 2.0, 3.0, 4.0, 5.0)


def random_rows(rows: int, seed: int = 0, sharpness: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Predicted probabilities, and indices of true stars, whose logits are the predicted ones times `sharpness`."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(rows, 5)) * 1.5
    predicted, true = (np.exp(logits * scale) for scale in (1.0, sharpness))
    predicted, true = predicted / predicted.sum(1, keepdims=True), true / true.sum(1, keepdims=True)
    return predicted, (true.cumsum(1) < random.random((rows, 1))).sum(1).clip(0, 4)


def contains(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return (low <= truth) & (truth <= high)


def report_of(probabilities: np.ndarray, truth: np.ndarray) -> Report:
    columns = {f"p_{star:g}": probabilities[:, i] for i, star in enumerate(STARS)}
    ids = np.arange(len(truth))
    held_out = pd.DataFrame({"user_id": ids % 97, "movie_id": ids, "rating": np.array(STARS)[truth], **columns})
    return Report(pd.DataFrame({"split": ["by hand"]}), np.zeros((5, 5), int), held_out)


@pytest.mark.parametrize("threshold", [0.4, 0.65, 0.8, 0.999])
def test_the_interval_is_the_shortest_and_of_its_length_the_most_probable(threshold):
    probabilities, _ = random_rows(300)
    low, high = shortest_intervals(probabilities, threshold)
    for row, first, last in zip(probabilities, low, high, strict=True):
        mass_of = {(a, b - 1): row[a:b].sum() for a, b in combinations(range(6), 2)}
        shortest = min(b - a for (a, b), mass in mass_of.items() if mass >= threshold - 1e-12)
        assert last - first == shortest
        assert mass_of[first, last] == pytest.approx(max(mass for (a, b), mass in mass_of.items() if b - a == shortest))


def test_the_threshold_is_the_lowest_with_the_target_coverage():
    probabilities, truth = random_rows(4000)
    threshold = ConformalThreshold.calibrate(probabilities, truth).value
    thresholds = THRESHOLDS.tolist()
    next_lower = thresholds[thresholds.index(threshold) - 1]
    coverage, lower_coverage = (
        contains(*shortest_intervals(probabilities, value), truth).mean() for value in (threshold, next_lower)
    )
    assert lower_coverage < 0.8 <= coverage


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 2.0])
def test_coverage_is_right_on_rows_outside_the_calibration(sharpness):
    """For an overconfident, a calibrated and an underconfident model."""
    probabilities, truth = random_rows(20_000, seed=1, sharpness=sharpness)
    report = with_prediction_sets(report_of(probabilities, truth), STARS, seed=0)
    new_probabilities, new_truth = random_rows(20_000, seed=2, sharpness=sharpness)
    intervals = shortest_intervals(new_probabilities, report.value("set_cut"))
    assert contains(*intervals, new_truth).mean() == pytest.approx(0.8, abs=0.015)
    assert report.value("set_coverage") == pytest.approx(0.8, abs=0.015)


def test_coverage_and_size_are_those_of_the_other_half():
    probabilities, truth = random_rows(5000, seed=4)
    report = with_prediction_sets(report_of(probabilities, truth), STARS, seed=7)
    threshold, coverage, size = (report.row(metric) for metric in METRICS)
    assert threshold["n"] + coverage["n"] == 5000
    assert coverage["n"] == size["n"] > 2300
    assert coverage["low"] < coverage["value"] < coverage["high"]
    held_out = report.held_out
    measured = uniform(held_out["user_id"].to_numpy(), held_out["movie_id"].to_numpy(), 7, 9) >= 0.5
    low, high = shortest_intervals(probabilities[measured], threshold["value"])
    assert coverage["value"] == contains(low, high, truth[measured]).mean()
    assert size["value"] == (high - low + 1).mean()


def test_the_majority_set_is_the_same_for_every_row():
    probabilities, truth = random_rows(5000, seed=6)
    truth = np.where(np.arange(5000) % 10 < 9, truth % 2 + 2, truth)
    report = with_prediction_sets(report_of(probabilities, truth), STARS, seed=0)
    assert report.value("set_size", "majority") == 2
    assert report.value("set_coverage", "majority") == pytest.approx(np.isin(truth, [2, 3]).mean(), abs=0.02)


def test_changing_the_measured_half_does_not_change_the_threshold():
    probabilities, truth = random_rows(3000, seed=5)
    ids = np.arange(3000)
    measured = uniform(ids % 97, ids, 0, 9) >= 0.5
    changed_truth = np.where(measured, 4 - truth, truth)
    before, after = (
        with_prediction_sets(report_of(probabilities, stars), STARS, 0) for stars in (truth, changed_truth)
    )
    assert before.value("set_cut") == after.value("set_cut")
    assert before.value("set_coverage") != after.value("set_coverage")


def test_a_model_without_report_has_the_target_coverage_as_its_threshold(tiny_model):
    prediction_set = tiny_model.explain(8, movie_id=10).prediction_set
    assert (prediction_set.coverage, prediction_set.n) == (None, 0)
    assert ConformalThreshold.of(None).value == 0.8
    empty = Report(pd.DataFrame(columns=["metric", "model", "slice"]), np.zeros((0, 0)), pd.DataFrame())
    assert ConformalThreshold.of(empty) == ConformalThreshold.of(None)


def test_every_training_measures_coverage(tiny_report):
    assert tiny_report.row("set_cut")["n"] + tiny_report.row("set_coverage")["n"] == len(tiny_report.held_out)
    assert tiny_report.value("set_coverage") == pytest.approx(0.8, abs=0.15)
    assert ConformalThreshold.of(tiny_report).n == tiny_report.row("set_coverage")["n"]
