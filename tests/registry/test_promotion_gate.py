"""The promotion gate: sabotaged challengers are refused with a reason, honest ones pass."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks import degraded_models, gate
from recsys.config import TrainingConfig
from recsys.core.keyed_random import uniform
from recsys.data import Dataset
from recsys.data.splits import stratified
from recsys.evaluation import Report
from recsys.evaluation.common_rows import common_rows
from recsys.metrics.probability import log_losses
from recsys.registry import promotion_gate
from recsys.registry.subgroup_tests import holm, mean_and_standard_error
from recsys.schema import RATING
from recsys.serving.recommender import Recommender
from tests.conftest import PASSED_AUDIT, star_metrics_only

pytestmark = pytest.mark.slow

USERS, MOVIES = 300, 60
SETTINGS = {"trees": 15, "depth": 3, "colsample": 1.0, "subsample": 0.9, "test_fraction": 0.4}


@pytest.fixture(scope="module")
def world() -> Dataset:
    """The tiny known world, larger: even users love even movies; how much depends on the movie and a random draw."""
    user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(1, USERS + 1), np.arange(1, MOVIES + 1)))
    seen = uniform(user, movie, 77) < 0.6
    user, movie = user[seen], movie[seen]
    high = uniform(user, movie, 78) < 0.2 + 0.6 * uniform(movie, 2)
    stars = np.where(user % 2 == movie % 2, np.where(high, 5, 4), np.where(high, 1, 2))
    ratings = pd.DataFrame({"user_id": user, "movie_id": movie, "rating": stars})
    ids = np.arange(1, MOVIES + 1)
    movies = pd.DataFrame({"movie_id": ids, "title": [f"Movie {number}" for number in ids], "year": 1950.0 + ids % 50})
    movies = movies.assign(release_date="", genres=np.where(ids % 2 == 0, "Even|Drama", "Odd"))
    user_ids = np.arange(1, USERS + 1)
    users = pd.DataFrame(
        {"user_id": user_ids, "gender": np.where(user_ids % 3 == 0, "F", "M"), "age": 20.0 + user_ids % 40}
    )
    return Dataset.from_frames(ratings, movies, users.assign(occupation="writer"), name="world")


@pytest.fixture(scope="module", autouse=True)
def audited():
    """Replace the leakage audit, which has tests of its own and would take most of the time."""
    with star_metrics_only():
        yield


def report_of(model: Recommender) -> Report:
    assert model.report is not None
    return model.report


def config(seed: int) -> TrainingConfig:
    return TrainingConfig.of("quick", seed=seed, **SETTINGS)


@pytest.fixture(scope="module")
def split(world):
    return stratified(world.ratings, SETTINGS["test_fraction"], 0)


@pytest.fixture(scope="module")
def honest(world, split):
    return degraded_models.train_challenger(world, config(2), split=split)


@pytest.fixture(scope="module")
def champion(world, split):
    model = degraded_models.train_challenger(world, config(0), split=split)
    return promotion_gate.Champion("20260101-000000-aaaaaa", world.fingerprint, report_of(model))


@pytest.mark.parametrize("seed", [2, 3])
def test_an_honest_retrain_with_another_seed_passes(world, split, champion, honest, seed):
    challenger = honest if seed == 2 else degraded_models.train_challenger(world, config(seed), split=split)
    verdict = promotion_gate.judge(challenger, champion)
    assert (verdict.passed, verdict.reasons, verdict.champion) == (True, (), champion.version)
    assert verdict.pairs == split.test.sum()
    assert all(low < value < high for value, low, high in verdict.differences.values())


def test_models_of_two_splits_are_compared_on_what_both_hold_out(world, split, champion):
    other_test = stratified(world.ratings, SETTINGS["test_fraction"], 5).test
    other_test = other_test & (world.ratings["user_id"] > 9).to_numpy()
    test = other_test | split.test & (np.arange(len(other_test)) % 2 == 0)
    challenger = degraded_models.train_challenger(world, config(5), split=replace(split, test=test))
    verdict = promotion_gate.judge(challenger, champion)
    common = report_of(challenger).held_out.merge(
        champion.report.held_out, on=["user_id", "movie_id"], suffixes=("", "_champion")
    )
    assert verdict.pairs == len(common) < split.test.sum()
    truth = common["rating"].to_numpy()
    losses = [
        log_losses(truth, common[[f"p_{star}{suffix}" for star in (1, 2, 4, 5)]].to_numpy(), world.stars)
        for suffix in ("", "_champion")
    ]
    assert verdict.differences["log_loss"][0] == pytest.approx(losses[0].mean() - losses[1].mean())


def test_a_first_model_need_only_beat_the_baselines(honest):
    assert promotion_gate.judge(honest, None).passed
    verdict = promotion_gate.judge(
        degraded_models.with_distorted_predictions(honest, degraded_models.DISTORTIONS["reversed stars"]), None
    )
    assert not verdict.passed
    assert "not better than the baseline “Most common star”" in " ".join(verdict.reasons)


@pytest.mark.parametrize(
    "name", sorted(degraded_models.CORRUPTIONS.keys() - {"half the data"})
)  # half suffices in so small a world
def test_a_model_trained_on_sabotaged_data_is_refused(world, split, champion, name):
    verdict = promotion_gate.judge(
        degraded_models.train_challenger(world, config(2), degraded_models.CORRUPTIONS[name], split), champion
    )
    assert not verdict.passed
    assert any("worse" in reason for reason in verdict.reasons)


@pytest.mark.parametrize("name", degraded_models.DISTORTIONS)
def test_a_model_with_sabotaged_predictions_is_refused(honest, champion, name):
    verdict = promotion_gate.judge(
        degraded_models.with_distorted_predictions(honest, degraded_models.DISTORTIONS[name]), champion
    )
    assert not verdict.passed
    assert all(reason.endswith(".") for reason in verdict.reasons)


def test_a_model_that_is_worse_for_one_subgroup_is_refused_for_that_subgroup(honest, champion):
    verdict = promotion_gate.judge(degraded_models.constant_for_rarest_gender(honest), champion)
    assert any(reason.startswith("It is significantly worse for women (") for reason in verdict.reasons)
    assert not any("for men" in reason for reason in verdict.reasons)


def test_of_many_subgroups_the_largest_rises_come_first(honest, champion):
    verdict = promotion_gate.judge(
        degraded_models.with_distorted_predictions(honest, degraded_models.DISTORTIONS["reversed stars"]), champion
    )
    rises = [float(match[1]) for reason in verdict.reasons if (match := re.search(r"higher by ([\d.]+)\.$", reason))]
    assert len(rises) > promotion_gate.MAX_SHORT_REASONS
    assert rises == sorted(rises, reverse=True)
    assert promotion_gate.shorten_reasons(verdict.reasons, "; elsewhere") == [
        *verdict.reasons[: promotion_gate.MAX_SHORT_REASONS],
        f"And {len(verdict.reasons) - promotion_gate.MAX_SHORT_REASONS} more; elsewhere.",
    ]


def test_few_reasons_are_not_shortened():
    reasons = [f"{number}." for number in range(promotion_gate.MAX_SHORT_REASONS + 1)]
    assert promotion_gate.shorten_reasons(reasons) == reasons
    assert promotion_gate.shorten_reasons([*reasons, "last."])[-1] == "And 2 more."


def test_small_subgroups_and_small_rises_do_not_count(honest, champion, monkeypatch):
    challenger = degraded_models.constant_for_rarest_gender(honest)
    monkeypatch.setattr("recsys.registry.subgroup_tests.MIN_ROWS", 10**6)
    assert not any("worse for" in reason for reason in promotion_gate.judge(challenger, champion).reasons)
    monkeypatch.setattr("recsys.registry.subgroup_tests.MIN_ROWS", 500)
    monkeypatch.setattr(promotion_gate, "SUBGROUP_TOLERANCE", 9.0)
    monkeypatch.setattr(promotion_gate, "MARGINS", dict.fromkeys(promotion_gate.MARGINS, 9.0))
    assert promotion_gate.judge(challenger, champion).passed


def test_a_model_of_other_data_is_refused(honest, champion):
    verdict = promotion_gate.judge(honest, replace(champion, fingerprint="another"))
    assert not verdict.passed
    assert "other data" in verdict.reasons[0]


def test_too_few_common_ratings_are_a_reason(honest, champion):
    short_report = replace(champion.report, held_out=champion.report.held_out.head(1500), baselines={})
    verdict = promotion_gate.judge(honest, replace(champion, report=short_report))
    assert (verdict.passed, verdict.differences) == (False, {})
    assert f"only {verdict.pairs:,} common ratings" in verdict.reasons[0]


def test_held_out_ratings_must_be_the_same_in_both_reports(honest, champion):
    held_out = honest.report.held_out
    changed = held_out.assign(**{RATING: held_out[RATING].clip(lower=2)})
    verdict = promotion_gate.judge(replace(honest, report=replace(honest.report, held_out=changed)), champion)
    assert "differ from those of the live model" in " ".join(verdict.reasons)


def test_a_failed_or_missing_audit_is_refused(honest, champion):
    failed = PASSED_AUDIT.assign(passed=False, measured="9 of 9 were learned from.")
    for audit, reason in ((failed, "9 of 9"), (PASSED_AUDIT.head(0), "audit was not run")):
        verdict = promotion_gate.judge(replace(honest, report=replace(honest.report, audit=audit)), champion)
        assert not verdict.passed
        assert reason in " ".join(verdict.reasons)


def test_a_model_without_a_report_is_refused(honest, champion):
    assert "no evaluation report" in promotion_gate.judge(replace(honest, report=None), champion).reasons[0]


def test_the_standard_error_of_a_mean_is_clustered():
    values, unclustered = np.repeat([1.0, -0.2, 0.9, -0.5], 50), np.arange(200)
    clusters = np.repeat([1, 2, 3, 4], 50)
    mean, independent_error = mean_and_standard_error(values, unclustered, unclustered)
    assert mean == pytest.approx(0.3)
    assert independent_error == pytest.approx(values.std() / np.sqrt(200))
    clustered_error = values.std() / np.sqrt(4)
    assert mean_and_standard_error(values, clusters, unclustered)[1] == pytest.approx(clustered_error)
    assert mean_and_standard_error(values, unclustered, clusters)[1] == pytest.approx(clustered_error)
    assert np.isnan(mean_and_standard_error(values, np.ones(200), unclustered)[1])


def test_the_intervals_are_those_of_resampled_users_and_movies(honest, champion):
    """Against a bootstrap that resamples users and movies, A. B. Owen's pigeonhole bootstrap."""
    reports = common_rows(honest.report, champion.report)
    mean, low, high = promotion_gate.differences(*reports)["rmse"]
    truth, users, movies = (reports[0].held_out[name].to_numpy() for name in ("rating", "user_id", "movie_id"))
    squares = [(truth - report.predicted().expected) ** 2 for report in reports]
    random, resampled = np.random.default_rng(0), []
    for _ in range(400):
        weight = np.bincount(random.integers(0, USERS + 1, USERS), minlength=USERS + 1)[users]
        weight = weight * np.bincount(random.integers(0, MOVIES + 1, MOVIES), minlength=MOVIES + 1)[movies]
        resampled.append(np.subtract(*(np.sqrt((square @ weight) / weight.sum()) for square in squares)))
    assert mean == pytest.approx(np.subtract(*(np.sqrt(square.mean()) for square in squares)))
    bootstrap_width = 2 * promotion_gate.Z_CRITICAL * np.std(resampled)  # its variance is up to three times too large
    assert 3**-0.5 < (high - low) / bootstrap_width < 1.05


def test_a_model_that_may_be_worse_is_refused_although_that_is_not_proven():
    """The upper end of the interval counts, not the measured difference: with few ratings nothing is shown."""
    margin = promotion_gate.MARGINS["log_loss"]
    unsure = {"log_loss": (margin / 2, -margin, margin * 1.01), "rmse": (0.0, -0.001, 0.001)}
    (reason,) = promotion_gate._perhaps_worse(unsure, "the live model")
    assert reason.startswith("Its log-loss may be worse than that of the live model by 0.0076 (measured: +0.0037")
    sure = unsure | {"log_loss": (margin / 2, margin / 4, margin * 0.99)}
    assert not list(promotion_gate._perhaps_worse(sure, "the live model"))
    assert len(list(promotion_gate._perhaps_worse(dict.fromkeys(unsure, (np.nan,) * 3), "the live model"))) == 2


def test_many_small_steps_down_do_not_add_up(honest, champion):
    """The best version ever accepted is compared with too, though it is no longer the live one."""
    worse = degraded_models.with_distorted_predictions(honest, degraded_models.DISTORTIONS["underconfident"])
    live = replace(champion, version="worse-by-now", report=report_of(worse))
    assert not any("log-loss may be worse" in reason for reason in promotion_gate.judge(worse, live).reasons)
    verdict = promotion_gate.judge(worse, live, champion)
    assert (verdict.passed, verdict.best) == (False, champion.version)
    assert any(f"the best so far, {champion.version}" in reason for reason in verdict.reasons)


def test_the_gate_s_power_by_simulation():
    """As `benchmarks/gate.py` simulates it: more ratings, more equal models accepted; a model at the margin seldom."""
    random = np.random.default_rng(3)
    users, movies = random.integers(0, 150, 6000), random.integers(0, 60, 6000)
    known = gate.RowDifferences(between_users=0.0004, between_movies=0.0002, between_ratings=0.03)
    values = known.sample(users, movies, random)
    estimated = gate.RowDifferences.of(values, users, movies)
    assert estimated.between_ratings == pytest.approx(known.between_ratings, rel=0.05)
    assert estimated.between_users == pytest.approx(known.between_users, rel=0.6)
    differences = [dict.fromkeys(promotion_gate.MARGINS, known)]
    few, many = (gate.acceptance(differences, users, movies, pairs, 300, random) for pairs in (1000, 6000))
    at_margin = gate.TRUE_DIFFERENCES.index(promotion_gate.MARGINS["log_loss"])
    assert few[0] < many[0]
    assert many == sorted(many, reverse=True)
    assert many[at_margin] <= 0.05
    assert many[gate.TRUE_DIFFERENCES.index(0.01)] <= 0.01


def test_holm_stops_at_the_first_hypothesis_that_is_not_rejected():
    assert holm(np.array([0.04, 0.001, 0.02]), 0.05).tolist() == [True, True, True]
    assert holm(np.array([0.04, 0.001, 0.026]), 0.05).tolist() == [False, True, False]
    assert holm(np.array([]), 0.05).tolist() == []
