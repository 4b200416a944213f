"""The gate: spoiled challengers are refused with a reason, honest ones pass."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks import degraded_models
from recsys.config import TrainingConfig
from recsys.core.keyed_random import uniform
from recsys.data import Dataset
from recsys.data.splits import stratified
from recsys.evaluation import AUDIT_COLUMNS
from recsys.evaluation.common_rows import common_rows
from recsys.metrics.probability import log_losses
from recsys.registry import promotion_gate
from recsys.registry.subgroup_tests import certainty, holm
from recsys.schema import RATING
from recsys.training import pipeline

USERS, MOVIES = 300, 60
SETTINGS = {"trees": 15, "depth": 3, "colsample": 1.0, "subsample": 0.9, "test_fraction": 0.4}
PASSED_AUDIT = pd.DataFrame([("sides", True, 0, 9, "")], columns=list(AUDIT_COLUMNS))


@pytest.fixture(scope="module")
def world() -> Dataset:
    """The tiny known world, larger: even users love even movies; how much depends on the movie and on chance."""
    user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(1, USERS + 1), np.arange(1, MOVIES + 1)))
    seen = uniform(user, movie, 77) < 0.6
    user, movie = user[seen], movie[seen]
    high = uniform(user, movie, 78) < 0.2 + 0.6 * uniform(movie, 2)
    stars = np.where(user % 2 == movie % 2, np.where(high, 5, 4), np.where(high, 1, 2))
    ratings = pd.DataFrame({"user_id": user, "movie_id": movie, "rating": stars})
    ids = np.arange(1, MOVIES + 1)
    movies = pd.DataFrame({"movie_id": ids, "title": [f"Movie {number}" for number in ids], "year": 1950.0 + ids % 50})
    movies = movies.assign(release_date="", genres=np.where(ids % 2 == 0, "Even|Drama", "Odd"))
    people = np.arange(1, USERS + 1)
    users = pd.DataFrame({"user_id": people, "gender": np.where(people % 3 == 0, "F", "M"), "age": 20.0 + people % 40})
    return Dataset.from_frames(ratings, movies, users.assign(occupation="writer"), name="world")


@pytest.fixture(scope="module", autouse=True)
def audited():
    """The audit has tests of its own, and would take most of the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pipeline, "audit", lambda asked: PASSED_AUDIT)
        yield


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
    made = degraded_models.train_challenger(world, config(0), split=split)
    return promotion_gate.Champion("20260101-000000-aaaaaa", world.fingerprint, made.report)


@pytest.mark.parametrize("seed", [2, 3])
def test_an_honest_retrain_with_another_seed_passes(world, split, champion, seed):
    verdict = promotion_gate.judge(degraded_models.train_challenger(world, config(seed), split=split), champion)
    assert (verdict.passed, verdict.reasons, verdict.champion) == (True, (), champion.version)
    assert verdict.pairs == split.test.sum()
    assert all(low < value < high for value, low, high in verdict.differences.values())


def test_models_of_two_splits_are_compared_on_what_both_hold_out(world, split, champion):
    other = stratified(world.ratings, SETTINGS["test_fraction"], 5).test & (world.ratings["user_id"] > 9).to_numpy()
    ours = degraded_models.train_challenger(
        world, config(5), split=replace(split, test=other | split.test & (np.arange(len(other)) % 2 == 0))
    )
    verdict = promotion_gate.judge(ours, champion)
    both = ours.report.held_out.merge(champion.report.held_out, on=["user_id", "movie_id"], suffixes=("", "_theirs"))
    assert verdict.pairs == len(both) < split.test.sum()
    truth = both["rating"].to_numpy()
    losses = [
        log_losses(truth, both[[f"p_{star}{side}" for star in (1, 2, 4, 5)]].to_numpy(), world.stars)
        for side in ("", "_theirs")
    ]
    assert verdict.differences["log_loss"][0] == pytest.approx(losses[0].mean() - losses[1].mean())


def test_a_first_model_need_only_beat_the_baselines(honest):
    assert promotion_gate.judge(honest, None).passed
    verdict = promotion_gate.judge(
        degraded_models.with_distorted_predictions(honest, degraded_models.DISTORTIONS["reversed stars"]), None
    )
    assert not verdict.passed
    assert "does not beat the baseline majority" in " ".join(verdict.reasons)


@pytest.mark.parametrize(
    "name", sorted(degraded_models.CORRUPTIONS.keys() - {"half the data"})
)  # half suffices in so small a world
def test_a_model_that_learned_from_spoiled_data_is_refused(world, split, champion, name):
    verdict = promotion_gate.judge(
        degraded_models.train_challenger(world, config(2), degraded_models.CORRUPTIONS[name], split), champion
    )
    assert not verdict.passed
    assert any("worse" in reason for reason in verdict.reasons)


@pytest.mark.parametrize("name", degraded_models.DISTORTIONS)
def test_a_model_that_says_spoiled_things_is_refused(honest, champion, name):
    verdict = promotion_gate.judge(
        degraded_models.with_distorted_predictions(honest, degraded_models.DISTORTIONS[name]), champion
    )
    assert not verdict.passed
    assert all(reason.endswith(".") for reason in verdict.reasons)


def test_who_is_worse_for_one_group_is_refused_for_that_group(honest, champion):
    verdict = promotion_gate.judge(degraded_models.constant_for_rarest_gender(honest), champion)
    assert any(reason.startswith("It is worse for women (") for reason in verdict.reasons)
    assert not any("for men" in reason for reason in verdict.reasons)


def test_of_many_groups_the_worst_come_first(honest, champion):
    verdict = promotion_gate.judge(
        degraded_models.with_distorted_predictions(honest, degraded_models.DISTORTIONS["reversed stars"]), champion
    )
    rises = [float(found[1]) for reason in verdict.reasons if (found := re.search(r"higher by ([\d.]+), ", reason))]
    assert len(rises) > promotion_gate.MOST_TOLD
    assert rises == sorted(rises, reverse=True)
    told = promotion_gate.in_short(verdict.reasons, "; elsewhere")
    assert told == [
        *verdict.reasons[: promotion_gate.MOST_TOLD],
        f"And {len(verdict.reasons) - promotion_gate.MOST_TOLD} more; elsewhere.",
    ]


def test_few_reasons_are_told_in_full():
    reasons = [f"{number}." for number in range(promotion_gate.MOST_TOLD + 1)]
    assert promotion_gate.in_short(reasons) == reasons
    assert promotion_gate.in_short([*reasons, "last."])[-1] == "And 2 more."


def test_small_groups_and_small_losses_do_not_count(honest, champion, monkeypatch):
    monkeypatch.setattr("recsys.registry.subgroup_tests.LEAST_ROWS", 10**6)
    assert not any(
        "It is worse for" in reason
        for reason in promotion_gate.judge(degraded_models.constant_for_rarest_gender(honest), champion).reasons
    )
    monkeypatch.setattr("recsys.registry.subgroup_tests.LEAST_ROWS", 500)
    monkeypatch.setitem(promotion_gate.ALLOWANCE, "log_loss", 9.0)
    monkeypatch.setitem(promotion_gate.ALLOWANCE, "rmse", 9.0)
    assert promotion_gate.judge(degraded_models.constant_for_rarest_gender(honest), champion).passed


def test_other_data_is_for_a_person_to_choose(honest, champion):
    verdict = promotion_gate.judge(honest, replace(champion, fingerprint="another"))
    assert not verdict.passed
    assert "other data" in verdict.reasons[0]


def test_too_few_common_ratings_say_so(honest, champion):
    few = replace(champion.report, held_out=champion.report.held_out.head(1500), baselines={})
    verdict = promotion_gate.judge(honest, replace(champion, report=few))
    assert (verdict.passed, verdict.differences) == (False, {})
    assert f"Only {verdict.pairs:,} ratings are held out by both" in verdict.reasons[0]


def test_held_out_ratings_must_be_the_same_on_both_sides(honest, champion):
    held_out = honest.report.held_out
    kinder = held_out.assign(**{RATING: held_out[RATING].clip(lower=2)})
    verdict = promotion_gate.judge(replace(honest, report=replace(honest.report, held_out=kinder)), champion)
    assert "not those of the active model" in " ".join(verdict.reasons)


def test_a_leak_or_no_audit_is_refused(honest, champion):
    failed = PASSED_AUDIT.assign(passed=False, measured="9 of 9 were learned from.")
    for audit, told in ((failed, "9 of 9"), (PASSED_AUDIT.head(0), "not audited")):
        verdict = promotion_gate.judge(replace(honest, report=replace(honest.report, audit=audit)), champion)
        assert not verdict.passed
        assert told in " ".join(verdict.reasons)


def test_without_a_report_nothing_passes(honest, champion):
    assert "no report" in promotion_gate.judge(replace(honest, report=None), champion).reasons[0]


def test_the_error_of_a_mean_knows_what_goes_together():
    values, apart = np.repeat([1.0, -0.2, 0.9, -0.5], 50), np.arange(200)
    owner = np.repeat([1, 2, 3, 4], 50)
    mean, alone = certainty(values, apart, apart)
    assert mean == pytest.approx(0.3)
    assert alone == pytest.approx(values.std() / np.sqrt(200))
    together = values.std() / np.sqrt(4)
    assert certainty(values, owner, apart)[1] == pytest.approx(together)
    assert certainty(values, apart, owner)[1] == pytest.approx(together)
    assert np.isnan(certainty(values, np.ones(200), apart)[1])


def test_the_intervals_are_those_of_users_and_movies_drawn_anew(honest, champion):
    """Against a plain bootstrap that draws users and movies, as A. B. Owen's pigeonhole bootstrap does."""
    ours, theirs = common_rows(honest.report, champion.report)
    told, random = promotion_gate.differences(ours, theirs), np.random.default_rng(0)
    truth, users, movies = (ours.held_out[name].to_numpy() for name in ("rating", "user_id", "movie_id"))
    squares = [(truth - side.predicted().expected) ** 2 for side in (ours, theirs)]
    drawn = []
    for _ in range(400):
        weight = np.bincount(random.integers(0, USERS + 1, USERS), minlength=USERS + 1)[users]
        weight = weight * np.bincount(random.integers(0, MOVIES + 1, MOVIES), minlength=MOVIES + 1)[movies]
        drawn.append(np.subtract(*(np.sqrt((square @ weight) / weight.sum()) for square in squares)))
    assert told["rmse"][0] == pytest.approx(np.subtract(*(np.sqrt(square.mean()) for square in squares)))
    width = told["rmse"][2] - told["rmse"][1]
    assert (
        3**-0.5 < width / (2 * promotion_gate.SURE * np.std(drawn)) < 1.05
    )  # whose variance is up to three times too large


def test_holm_stops_at_the_first_that_does_not_hold():
    assert holm(np.array([0.04, 0.001, 0.02]), 0.05).tolist() == [True, True, True]
    assert holm(np.array([0.04, 0.001, 0.026]), 0.05).tolist() == [False, True, False]
    assert holm(np.array([]), 0.05).tolist() == []
