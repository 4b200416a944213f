"""Prediction sets: thresholds by star, intervals with the predicted star, coverage of each star on other rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.core.keyed_random import uniform
from recsys.evaluation import Report
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.serving.prediction_set import (
    SET_COVERAGE,
    SET_SIZE,
    SET_THRESHOLD,
    ConformalThresholds,
    distances_from_median,
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


def unrated(model, user: int) -> int:
    return min(set(model.movies["movie_id"]) - set(model.history(user)["movie_id"]))


def report_of(probabilities: np.ndarray, truth: np.ndarray) -> Report:
    columns = {f"p_{star:g}": probabilities[:, i] for i, star in enumerate(STARS)}
    ids = np.arange(len(truth))
    held_out = pd.DataFrame({"user_id": ids % 97, "movie_id": ids, "rating": np.array(STARS)[truth], **columns})
    return Report(pd.DataFrame({"split": ["by hand"]}), np.zeros((5, 5), int), held_out)


def test_the_set_is_the_interval_of_the_stars_within_their_thresholds_and_of_the_predicted_star():
    probabilities, _ = random_rows(300)
    limits = np.array([0.45, 0.4, 0.3, 0.3, 0.35])
    low, high = ConformalThresholds(tuple(limits)).intervals(probabilities)
    for row, first, last in zip(probabilities, low, high, strict=True):
        middle = np.cumsum(row) - row / 2
        inside = {star for star in range(5) if abs(middle[star] - 0.5) <= limits[star]} | {int(row.argmax())}
        assert (first, last) == (min(inside), max(inside))


def test_each_threshold_is_the_lowest_with_the_target_coverage_of_its_star():
    probabilities, truth = random_rows(4000)
    thresholds = ConformalThresholds.calibrate(probabilities, truth).values
    for star, threshold in enumerate(thresholds):
        distances = distances_from_median(probabilities)[truth == star, star]
        others = len(distances) + 1  # a new rating is one of so many, in random order
        assert (distances <= threshold).sum() / others >= 0.8 > (distances < threshold).sum() / others


def test_a_star_with_too_few_ratings_is_in_every_set():
    probabilities, truth = random_rows(200)
    truth[truth == 0] = 1
    low, _ = ConformalThresholds.calibrate(probabilities, truth).intervals(probabilities)
    assert (low == 0).all()


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 2.0])
def test_each_star_is_covered_on_rows_outside_the_calibration(sharpness):
    """For an overconfident, a calibrated and an underconfident model, whose predicted stars alone may be enough."""
    probabilities, truth = random_rows(20_000, seed=1, sharpness=sharpness)
    report = with_prediction_sets(report_of(probabilities, truth), STARS, seed=0)
    new_probabilities, new_truth = random_rows(20_000, seed=2, sharpness=sharpness)
    contained = contains(*ConformalThresholds.of(report).intervals(new_probabilities), new_truth)
    for star in range(5):
        assert 0.77 < contained[new_truth == star].mean() < 0.89
        assert 0.77 < report.value(SET_COVERAGE, slice=f"star={star + 1}") < 0.89


def test_coverage_and_size_are_those_of_the_other_half():
    probabilities, truth = random_rows(5000, seed=4)
    report = with_prediction_sets(report_of(probabilities, truth), STARS, seed=7)
    coverage, size = report.row(SET_COVERAGE), report.row(SET_SIZE)
    calibrated = report.table.loc[report.table["metric"] == SET_THRESHOLD, "n"].sum()
    assert calibrated + coverage["n"] == 5000
    assert coverage["n"] == size["n"] > 2300
    assert coverage["low"] < coverage["value"] < coverage["high"]
    held_out = report.held_out
    measured = uniform(held_out["user_id"].to_numpy(), held_out["movie_id"].to_numpy(), 7, 9) >= 0.5
    low, high = ConformalThresholds.of(report).intervals(probabilities[measured])
    contained = contains(low, high, truth[measured])
    assert coverage["value"] == contained.mean()
    assert report.value(SET_COVERAGE, slice="star=2") == contained[truth[measured] == 1].mean()
    assert size["value"] == (high - low + 1).mean()


def test_the_majority_set_is_the_same_for_every_row():
    probabilities, truth = random_rows(5000, seed=6)
    truth = np.where(np.arange(5000) % 10 < 9, truth % 2 + 2, truth)
    report = with_prediction_sets(report_of(probabilities, truth), STARS, seed=0)
    assert report.value("set_size", "majority") == 2
    assert report.value("set_coverage", "majority") == pytest.approx(np.isin(truth, [2, 3]).mean(), abs=0.02)
    assert report.value("set_coverage", "majority", "star=1") == 0


def test_changing_the_measured_half_does_not_change_the_thresholds():
    probabilities, truth = random_rows(3000, seed=5)
    ids = np.arange(3000)
    measured = uniform(ids % 97, ids, 0, 9) >= 0.5
    changed_truth = np.where(measured, 4 - truth, truth)
    before, after = (
        with_prediction_sets(report_of(probabilities, stars), STARS, 0) for stars in (truth, changed_truth)
    )
    assert ConformalThresholds.of(before).values == ConformalThresholds.of(after).values
    assert before.value("set_coverage") != after.value("set_coverage")


def test_a_model_without_report_has_sets_of_the_target_probability(tiny_model):
    prediction_set = tiny_model.explain(8, movie_id=unrated(tiny_model, 8)).prediction_set
    assert (prediction_set.coverage, prediction_set.n) == (None, 0)
    probabilities, _ = random_rows(300)
    low, high = ConformalThresholds.of(None).intervals(probabilities)
    outside = [1 - row[a : b + 1].sum() for row, a, b in zip(probabilities, low, high, strict=True)]
    assert max(outside) < 0.4  # a star is outside if all of it and half of its own probability lie in a tail of a tenth
    empty = Report(pd.DataFrame(columns=["metric", "model", "slice"]), np.zeros((0, 0)), pd.DataFrame())
    assert ConformalThresholds.of(empty) == ConformalThresholds.of(None)


def test_every_training_measures_coverage(tiny_report):
    calibrated = tiny_report.table.loc[tiny_report.table["metric"] == SET_THRESHOLD, "n"].sum()
    assert calibrated + tiny_report.row("set_coverage")["n"] == len(tiny_report.held_out)
    assert tiny_report.value("set_coverage") == pytest.approx(0.8, abs=0.15)
    assert ConformalThresholds.of(tiny_report).n == tiny_report.row("set_coverage")["n"]


def test_a_rated_movie_has_no_set(tiny_model):
    """What is in the history needs no forecast, and coverage was measured on ratings that no table knew."""
    rated = tiny_model.history(8)["movie_id"].iloc[0]
    assert tiny_model.explain(8, movie_id=rated).prediction_set is None
    leave_one_out = LeaveOneOut.of_user(tiny_model, 8, rated)
    explanation = tiny_model.explain(**leave_one_out.user, movie_id=rated)
    assert explanation.prediction_set
    assert leave_one_out.explained(explanation).prediction_set is None
