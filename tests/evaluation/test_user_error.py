"""One person's errors are theirs alone, and a verdict needs enough ratings and more than chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation import report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.user_error import ALIKE, CLOSER, FARTHER, FEW, UserError

STARS = (1.0, 2.0, 3.0)


def made(ratings: dict[int, int], ours: float, theirs: float, noise: float = 0.0):
    """A report on so many ratings per user, all 2 stars; the model and the baseline miss by these."""
    users = np.repeat(list(ratings), list(ratings.values()))
    held_out = pd.DataFrame({"user_id": users, "movie_id": np.arange(len(users)), "rating": 2.0})
    off = ours + noise * np.random.default_rng(0).choice([-1, 1], len(users))
    sure = np.stack([np.zeros(len(off)), 1 - off, off], 1)  # expected: 2 + off
    bias = Predictions(np.full(len(users), 2.0), np.full(len(users), 2.0 + theirs), None)
    return report(held_out, {"model": Predictions.of_probabilities(sure, STARS), "bias": bias}, STARS, "by hand")


def test_the_errors_are_those_of_the_person_s_rows():
    found = UserError.of(made({1: 12, 2: 5}, 0.2, 0.5), 1)
    assert (found.n, found.model, found.baseline) == (12, pytest.approx(0.2), pytest.approx(0.5))
    assert (found.low, found.high) == (pytest.approx(-0.3), pytest.approx(-0.3))


@pytest.mark.parametrize(
    ("ours", "theirs", "noise", "verdict"),
    [(0.2, 0.5, 0.0, CLOSER), (0.5, 0.2, 0.0, FARTHER), (0.49, 0.5, 0.3, ALIKE)],
)
def test_a_difference_counts_only_beyond_chance(ours, theirs, noise, verdict):
    assert UserError.of(made({1: 12}, ours, theirs, noise), 1).verdict == verdict


@pytest.mark.parametrize(("n", "verdict"), [(9, FEW), (10, CLOSER)])
def test_few_ratings_tell_nothing(n, verdict):
    assert UserError.of(made({1: n, 2: 30}, 0.2, 0.5), 1).verdict == verdict


def test_somebody_without_held_out_ratings():
    found = UserError.of(made({1: 12}, 0.2, 0.5), 99)
    assert (found.n, found.verdict) == (0, FEW)
    assert np.isnan(found.model)
