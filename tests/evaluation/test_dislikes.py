"""Ratings of few stars: counts and shares by hand, average precision and calibration as scikit-learn has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from recsys.evaluation import report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.dislikes import Dislikes, disliked_stars
from recsys.evaluation.threshold_curves import points_of

STARS = (1.0, 2.0, 3.0, 4.0, 5.0)


def of_stars(predicted: list[float]) -> Predictions:
    """Each row's star with a probability of .6, all others with .1."""
    return Predictions.of_probabilities(np.where(np.array(predicted)[:, None] == STARS, 0.6, 0.1), STARS)


def report_of(truth: list[float], users: list[int], **predictions: Predictions):
    held_out = pd.DataFrame({"user_id": users, "movie_id": np.arange(len(truth)), "rating": truth})
    return report(held_out, predictions, STARS, "by hand")


def test_misses_are_counted_by_rating_and_by_user():
    truth, users = [1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 5.0, 4.0], [1, 1, 2, 2, 3, 3, 1, 2]
    predicted = [1.0, 3.0, 4.0, 3.0, 1.0, 1.0, 5.0, 4.0]
    dislikes = Dislikes.of(report_of(truth, users, model=of_stars(predicted), bias=of_stars([3.0] * 8)))
    assert dislikes is not None
    assert (dislikes.highest, dislikes.ratings, dislikes.share) == (2.0, 5, 5 / 8)
    assert dislikes.missed == 3 / 5
    assert (dislikes.users, dislikes.users_missed) == (2, 1 / 2)  # user 1 has one right, user 2 none
    assert dislikes.gap == pytest.approx((3 * 0.7 + 5 * 0.2) / 8 - 5 / 8)
    assert (dislikes.baseline, dislikes.baseline_precision) == ("bias", pytest.approx(5 / 8))


def test_average_precision_and_curve_are_scikit_learn_s():
    random = np.random.default_rng(0)
    truth = random.choice(STARS, 400)
    probabilities = random.dirichlet(np.ones(5), 400) + 0.5 * (truth[:, None] == STARS)
    probabilities /= probabilities.sum(1, keepdims=True)
    predictions = Predictions.of_probabilities(probabilities, STARS)
    measured = report_of(truth.tolist(), (np.arange(400) % 40).tolist(), model=predictions)
    dislikes = Dislikes.of(measured)
    assert dislikes is not None
    score = probabilities[:, :2].sum(1)
    assert dislikes.average_precision == pytest.approx(average_precision_score(truth <= 2, score), abs=1e-9)
    assert dislikes.low < dislikes.average_precision < dislikes.high
    points = points_of(measured, disliked_stars(STARS))
    point = points.iloc[len(points) // 2]
    called = score >= point["threshold"]
    assert point["precision"] == pytest.approx((truth <= 2)[called].mean())
    assert point["recall"] == pytest.approx(called[truth <= 2].mean())
    assert (dislikes.baseline, np.isnan(dislikes.baseline_precision)) == ("", True)


def test_without_dislikes_there_is_nothing_to_say():
    assert Dislikes.of(report_of([3.0, 4.0], [1, 2], model=of_stars([3.0, 4.0]))) is None


@pytest.mark.parametrize(("stars", "disliked"), [((0.5, 1.0, 2.0, 5.0), (0.5, 1.0, 2.0)), ((1.0, 2.0), (1.0,))])
def test_a_dislike_is_at_most_two_fifths_of_the_scale_and_at_least_the_lowest_star(stars, disliked):
    assert disliked_stars(stars) == disliked
