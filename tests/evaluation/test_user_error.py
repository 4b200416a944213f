"""The errors for one user are those of their held-out ratings; a verdict needs enough ratings and significance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from recsys.evaluation import Report, report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.user_error import ALIKE, CLOSER, FARTHER, FEW, UserError

STARS = (1.0, 2.0, 3.0)


def report_with_errors(
    ratings_by_user: dict[int, int], model_error: float, baseline_error: float, noise: float = 0.0
) -> Report:
    """A report on so many ratings per user, all of 2 stars; the expected ratings are too high by these errors."""
    users = np.repeat(list(ratings_by_user), list(ratings_by_user.values()))
    held_out = pd.DataFrame({"user_id": users, "movie_id": np.arange(len(users)), "rating": 2.0})
    error = model_error + noise * np.random.default_rng(0).choice([-1, 1], len(users))
    probabilities = np.stack([np.zeros(len(error)), 1 - error, error], 1)  # expected: 2 + error
    model = Predictions.of_probabilities(probabilities, STARS)
    bias = Predictions(np.full(len(users), 2.0), np.full(len(users), 2.0 + baseline_error), None)
    return report(held_out, {"model": model, "bias": bias}, STARS, "by hand")


def test_the_errors_are_those_of_the_users_rows():
    error = UserError.of(report_with_errors({1: 12, 2: 5}, 0.2, 0.5), 1)
    assert (error.n, error.model, error.baseline) == (12, pytest.approx(0.2), pytest.approx(0.5))
    assert (error.low, error.high) == (pytest.approx(-0.3), pytest.approx(-0.3))


@pytest.mark.parametrize(
    ("model_error", "baseline_error", "noise", "verdict"),
    [(0.2, 0.5, 0.0, CLOSER), (0.5, 0.2, 0.0, FARTHER), (0.49, 0.5, 0.3, ALIKE)],
)
def test_a_difference_counts_only_if_it_is_significant(model_error, baseline_error, noise, verdict):
    assert UserError.of(report_with_errors({1: 12}, model_error, baseline_error, noise), 1).verdict == verdict


@pytest.mark.parametrize(("n", "verdict"), [(9, FEW), (10, CLOSER)])
def test_few_ratings_give_no_verdict(n, verdict):
    assert UserError.of(report_with_errors({1: n, 2: 30}, 0.2, 0.5), 1).verdict == verdict


def test_a_user_without_held_out_ratings():
    error = UserError.of(report_with_errors({1: 12}, 0.2, 0.5), 99)
    assert (error.n, error.verdict) == (0, FEW)
    assert np.isnan(error.model)


def random_report(seed: int, differing: int = 0, users: int = 60, rows: int = 12) -> Report:
    """Errors of model and baseline that are alike on average, but for the first users, whose baseline is far off."""
    random = np.random.default_rng(seed)
    index = np.repeat(np.arange(users), rows)
    held_out = pd.DataFrame({"user_id": index, "movie_id": np.arange(len(index)), "rating": 2.0})
    model, baseline = random.beta(0.6, 1.5, (2, len(index)))  # skewed, as errors are
    baseline[index < differing] = 0.9
    probabilities = np.stack([np.zeros(len(model)), 1 - model, model], 1)
    predictions = {
        "model": Predictions.of_probabilities(probabilities, STARS),
        "bias": Predictions(np.full(len(index), 2.0), 2.0 + baseline, None),
    }
    return report(held_out, predictions, STARS, "by hand")


def verdicts(made: Report, users: int = 60) -> np.ndarray:
    return np.array([UserError.of(made, user).verdict for user in range(users)])


def test_without_a_difference_hardly_any_user_has_a_verdict():
    """The rate of worlds with any false verdict is the level, so that of users is far below it."""
    false = np.array([verdicts(random_report(seed)) != ALIKE for seed in range(60)])
    assert false.any(1).mean() <= 0.14, "0.05 is expected; 0.14 is exceeded once in 500 at random"
    assert false.mean() <= 0.005


def test_among_significant_users_few_are_chance():
    found = np.array([verdicts(random_report(seed, differing=30)) for seed in range(20)]) != ALIKE
    assert found[:, :30].mean() > 0.9, "the differences are large"
    assert (found[:, 30:].sum(1) / np.maximum(found.sum(1), 1)).mean() <= 0.06


def test_a_single_user_has_the_t_interval():
    made = report_with_errors({1: 12}, 0.4, 0.5, 0.3)
    error = UserError.of(made, 1)
    differences = np.abs(made.predicted().expected - 2) - 0.5
    expected = stats.t.interval(0.95, 11, differences.mean(), stats.sem(differences))
    assert (error.low, error.high) == pytest.approx(expected)
