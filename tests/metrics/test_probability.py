"""Metrics of probabilities against scikit-learn, and cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from recsys.metrics import probability as metrics

STARS = (1.0, 2.0, 5.0)  # not evenly spaced: only their order counts
PROBABILITIES = np.array([[0.7, 0.2, 0.1]])


def random_predictions(rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    return random.choice(STARS, rows, p=[0.2, 0.3, 0.5]), random.dirichlet(np.ones(3), rows)


def test_log_loss_against_scikit_learn():
    truth, probabilities = random_predictions()
    ours = metrics.log_losses(truth, probabilities, STARS).mean()
    assert ours == pytest.approx(reference.log_loss(truth, probabilities, labels=STARS))


def test_log_loss_of_an_impossible_star_is_finite():
    assert metrics.log_losses(np.array([5.0]), np.array([[1.0, 0, 0]]), STARS) == pytest.approx(-np.log(1e-15))


def test_brier_against_scikit_learn_star_by_star():
    truth, probabilities = random_predictions()
    theirs = sum(reference.brier_score_loss(truth == star, probabilities[:, index]) for index, star in enumerate(STARS))
    assert metrics.brier_scores(truth, probabilities, STARS).mean() == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("true", "brier", "ranked"),
    [
        (1.0, 0.09 + 0.04 + 0.01, (0.09 + 0.01) / 2),
        (2.0, 0.49 + 0.64 + 0.01, (0.49 + 0.01) / 2),
        (5.0, 0.49 + 0.04 + 0.81, (0.49 + 0.81) / 2),
    ],
)
def test_scores_by_hand(true, brier, ranked):
    assert metrics.brier_scores(np.array([true]), PROBABILITIES, STARS) == pytest.approx(brier)
    assert metrics.ranked_probability_scores(np.array([true]), PROBABILITIES, STARS) == pytest.approx(ranked)


def test_the_ranked_score_depends_on_the_order_of_stars_and_brier_does_not():
    truth, one_star_off, two_stars_off = np.array([5.0]), np.array([[0.0, 1, 0]]), np.array([[1.0, 0, 0]])
    assert metrics.brier_scores(truth, one_star_off, STARS) == metrics.brier_scores(truth, two_stars_off, STARS)
    scores = [
        metrics.ranked_probability_scores(truth, probabilities, STARS).item()
        for probabilities in (one_star_off, two_stars_off)
    ]
    assert scores == [0.5, 1.0]


def test_reliability_against_scikit_learn():
    random = np.random.default_rng(5)
    predicted = random.random(500)
    happened = random.random(500) < predicted**2
    ours = metrics.Reliability.of(predicted, happened)
    observed, mean_predicted = calibration_curve(happened, predicted, n_bins=metrics.BINS)
    np.testing.assert_allclose(ours.seen, observed)
    np.testing.assert_allclose(ours.said, mean_predicted)
    assert ours.n.sum() == 500


def test_an_empty_bin_is_undefined():
    curve = metrics.Reliability.of(np.array([0.95, 1.0, 0.05]), np.array([True, False, False]))
    assert curve.n.tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert np.isnan(np.stack([curve.seen, curve.said])[:, 1:9]).all()
    assert (curve.said[9], curve.seen[9]) == (0.975, 0.5)


def test_bins_end_with_their_upper_edge():
    assert metrics.bins_of(np.array([0.0, 0.1, 0.1001, 0.999, 1.0])).tolist() == [0, 0, 1, 9, 9]


def test_calibration_error_by_hand():
    gaps = np.array([0.3, -0.5, 0.0])  # sums over the bins' 4, 5 and 1 rows
    assert metrics.calibration_error(gaps, np.array(10)) == pytest.approx(0.08)
    assert np.isnan(metrics.calibration_error(np.zeros(3), np.array(0)))
    assert metrics.calibration_error(np.stack([gaps, gaps / 2]), np.array([10, 10])).tolist() == [0.08, 0.04]
