"""The smallest run of stars, its cut, and its coverage on rows that had no part in the cut."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import recsys
from recsys.core.keyed_random import uniform
from recsys.evaluation import Report
from recsys.serving.prediction_set import METRICS, THRESHOLDS, ConformalThreshold, runs, with_prediction_sets
from tests.conftest import TINY_SETTINGS

STARS = (1.0, 2.0, 3.0, 4.0, 5.0)


def made(rows: int, seed: int = 0, sharp: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and true stars (as indices) drawn from them after they were made blunter by `sharp`."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(rows, 5)) * 1.5
    said, real = (np.exp(logits * scale) for scale in (1.0, sharp))
    said, real = said / said.sum(1, keepdims=True), real / real.sum(1, keepdims=True)
    return said, (real.cumsum(1) < random.random((rows, 1))).sum(1).clip(0, 4)


def report_of(said: np.ndarray, truth: np.ndarray) -> Report:
    columns = {f"p_{star:g}": said[:, place] for place, star in enumerate(STARS)}
    ids = np.arange(len(truth))
    held_out = pd.DataFrame({"user_id": ids % 97, "movie_id": ids, "rating": np.array(STARS)[truth], **columns})
    return Report(pd.DataFrame({"split": ["made"]}), np.zeros((5, 5), int), held_out)


@pytest.mark.parametrize("threshold", [0.4, 0.65, 0.8, 0.999])
def test_no_shorter_run_holds_enough_and_no_other_of_its_length_is_likelier(threshold):
    said, _ = made(300)
    low, high = runs(said, threshold)
    for row, first, last in zip(said, low, high, strict=True):
        held = {(a, b - 1): row[a:b].sum() for a, b in combinations(range(6), 2)}
        enough = {run: mass for run, mass in held.items() if mass >= threshold - 1e-12}
        shortest = min(b - a for a, b in enough)
        assert last - first == shortest
        assert held[first, last] == pytest.approx(max(mass for (a, b), mass in held.items() if b - a == shortest))


def test_the_cut_is_the_lowest_that_holds_the_wanted_share():
    said, truth = made(4000)
    threshold = ConformalThreshold.setting(said, truth).value
    shares = {}
    for tried in (threshold, THRESHOLDS[THRESHOLDS.tolist().index(threshold) - 1]):
        low, high = runs(said, tried)
        shares[tried] = ((low <= truth) & (truth <= high)).mean()
    assert min(shares.values()) < 0.8 <= shares[threshold]


@pytest.mark.parametrize("sharp", [0.5, 1.0, 2.0])
def test_coverage_is_right_on_rows_that_had_no_part_in_the_cut(sharp):
    """Whether the model is overconfident, honest or timid: half of the rows correct that for the others."""
    said, truth = made(20_000, seed=1, sharp=sharp)
    report = with_prediction_sets(report_of(said, truth), STARS, seed=0)
    new, real = made(20_000, seed=2, sharp=sharp)
    low, high = runs(new, report.value("set_cut"))
    assert ((low <= real) & (real <= high)).mean() == pytest.approx(0.8, abs=0.015)
    assert report.value("set_coverage") == pytest.approx(0.8, abs=0.015)


def test_coverage_and_size_are_those_of_the_other_half():
    said, truth = made(5000, seed=4)
    report = with_prediction_sets(report_of(said, truth), STARS, seed=7)
    threshold, coverage, size = (report.row(metric) for metric in METRICS)
    assert threshold["n"] + coverage["n"] == 5000
    assert coverage["n"] == size["n"] > 2300
    assert coverage["low"] < coverage["value"] < coverage["high"]
    held = report.held_out
    other = uniform(held["user_id"].to_numpy(), held["movie_id"].to_numpy(), 7, 9) >= 0.5
    low, high = runs(said[other], threshold["value"])
    assert coverage["value"] == ((low <= truth[other]) & (truth[other] <= high)).mean()
    assert size["value"] == (high - low + 1).mean()


def test_the_simplest_set_is_the_same_for_everybody():
    said, truth = made(5000, seed=6)
    truth = np.where(np.arange(5000) % 10 < 9, truth % 2 + 2, truth)
    report = with_prediction_sets(report_of(said, truth), STARS, seed=0)
    assert report.value("set_size", "majority") == 2
    assert report.value("set_coverage", "majority") == pytest.approx(np.isin(truth, [2, 3]).mean(), abs=0.02)


def test_changing_the_measured_half_changes_no_cut():
    said, truth = made(3000, seed=5)
    ids = np.arange(3000)
    measured = uniform(ids % 97, ids, 0, 9) >= 0.5
    changed = np.where(measured, 4 - truth, truth)
    one, other = (with_prediction_sets(report_of(said, each), STARS, 0) for each in (truth, changed))
    assert one.value("set_cut") == other.value("set_cut")
    assert one.value("set_coverage") != other.value("set_coverage")


def test_a_model_without_report_has_the_wanted_share_and_says_it_was_not_measured(tiny_model):
    found = tiny_model.explain(8, movie_id=10).prediction_set
    assert (found.coverage, found.n) == (None, 0)
    assert ConformalThreshold.of(None).value == 0.8
    assert ConformalThreshold.of(
        Report(pd.DataFrame(columns=["metric", "model", "slice"]), np.zeros((0, 0)), pd.DataFrame())
    ) == ConformalThreshold.of(None)


def test_every_training_measures_it(tiny, tmp_path):
    report = recsys.evaluate(tiny, preset="quick", **TINY_SETTINGS)
    assert report.row("set_cut")["n"] + report.row("set_coverage")["n"] == len(report.held_out)
    assert report.value("set_coverage") == pytest.approx(0.8, abs=0.15)
    assert ConformalThreshold.of(report).n == report.row("set_coverage")["n"]
