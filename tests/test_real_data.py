"""Quality floors on real MovieLens 100K, against baselines recomputed on the same rows."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data.splits import stratified
from recsys.evaluation.diagnostics import star_shares
from recsys.metrics.probability import chance_calibration_error
from recsys.training import pipeline
from tests.conftest import star_metrics_only

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def report(real_version):
    return real_version.report


def test_the_known_facts(ml_100k, report):
    assert len(ml_100k.ratings) == 99_769
    assert len(report.held_out) == pytest.approx(0.2 * 99_769, abs=5)
    assert report.value("accuracy", "majority") == pytest.approx(0.3417, abs=0.0005)


def test_accuracy_without_a_leak_beats_its_baselines(report):
    assert report.value("accuracy") >= 0.465
    assert report.value("macro_f1") >= 0.41
    assert report.value("log_loss") <= 1.195
    assert report.value("accuracy", "bias") == pytest.approx(0.407, abs=0.005)
    assert report.value("rmse") < report.row("rmse", "bias")["low"]
    assert report.value("mae") < report.row("mae", "bias")["low"]


def test_without_knowledge_the_model_is_no_better_than_the_baseline(ml_100k):
    """Stars dealt out anew among all ratings: whatever is found then was leaked."""
    shares = np.random.default_rng(0).permutation(ml_100k.ratings["rating"].to_numpy())
    with star_metrics_only():
        shuffled = pipeline.evaluate(ml_100k.with_ratings(ml_100k.ratings.assign(rating=shares)), preset="quick")
    assert shuffled.value("accuracy") < shuffled.value("accuracy", "majority") + 0.005
    assert shuffled.value("log_loss") > shuffled.value("log_loss", "majority") - 0.002
    assert shuffled.value("rmse") > shuffled.value("rmse", "majority") - 0.005


def test_too_good_to_be_true_is_a_leak(report):
    assert report.value("rmse") > 0.91 * report.value("rmse", "bias")
    assert report.value("accuracy") < report.value("accuracy", "bias") + 0.085


def test_probabilities_are_calibrated_on_an_inner_split(ml_100k):
    """Chosen and measured on the train part alone: the held-out rows of the shown report have no say."""
    inner = ml_100k.with_ratings(ml_100k.ratings[stratified(ml_100k.ratings).train])
    with star_metrics_only():
        inner_report = pipeline.evaluate(inner, preset="quick")
    confidence = inner_report.predicted().require_probabilities().max(axis=1)
    chance = chance_calibration_error(confidence)
    assert inner_report.value("calibration_error") <= chance + 0.004
    assert abs(confidence.mean() - inner_report.value("accuracy")) < 0.01
    shares = star_shares(inner_report)
    assert (shares["mean_probability"] - shares["actual"]).abs().max() < 0.006


def test_likely_stars_hold_what_they_promise_with_fewer_than_everybody_s(report):
    """On the half of the held-out rows that had no part in the thresholds; rare stars as often as common ones."""
    assert report.value("set_coverage") == pytest.approx(0.8, abs=0.015)
    for star in report.stars:
        assert report.value("set_coverage", slice=f"star={star:g}") == pytest.approx(
            0.8, abs=0.05
        )  # 600 ratings of 1 star
    assert report.value("set_coverage", "majority", "star=1") == 0
    assert report.value("set_size") < 2.5 < report.value("set_size", "majority")


def test_lists_hold_what_people_like_and_not_what_everybody_knows(report):
    """Ranking by expected stars alone, the classic trap, is worse than what is popular."""
    assert report.value("ndcg@10") >= 0.388
    assert report.row("ndcg@10")["low"] > 1.8 * report.row("ndcg@10", "popularity")["high"]
    assert report.value("recall@10") > 1.8 * report.value("recall@10", "popularity")
    assert report.value("coverage@10") >= 0.2
    plain = report.trade_off_curve.query("popularity == 0 and diversity == 0 and metric == 'ndcg'").set_index("ranker")[
        "value"
    ]
    assert plain["expected"] < plain["popular"] < plain["personal"] < 0.5
