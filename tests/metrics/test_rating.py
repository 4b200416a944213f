"""Metrics against scikit-learn, and cases worked out by hand, on asymmetric confusion matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from recsys import metrics

STARS = (1.0, 2.0, 3.0)
CONFUSION = np.array([[5, 2, 0], [1, 4, 3], [0, 0, 5]])  # rows are the truth


def test_confusion_has_the_truth_in_its_rows():
    truth, predicted = np.array([1.0, 1.0, 1.0, 3.0]), np.array([2.0, 2.0, 3.0, 1.0])
    assert metrics.confusion(truth, predicted, STARS).tolist() == [[0, 2, 1], [0, 0, 0], [1, 0, 0]]


def test_worked_out_by_hand():
    assert metrics.accuracy(CONFUSION) == 14 / 20
    assert metrics.within_one(CONFUSION) == 1
    np.testing.assert_allclose(metrics.precision(CONFUSION), [5 / 6, 4 / 6, 5 / 8])
    np.testing.assert_allclose(metrics.recall(CONFUSION), [5 / 7, 4 / 8, 5 / 5])
    np.testing.assert_allclose(metrics.f1(CONFUSION), [10 / 13, 8 / 14, 10 / 13])


@given(st.lists(st.tuples(st.sampled_from(STARS), st.sampled_from(STARS)), min_size=1, max_size=60))
def test_against_scikit_learn(pairs):
    truth, predicted = (np.array(column) for column in zip(*pairs, strict=True))
    table = metrics.confusion(truth, predicted, STARS)
    assert metrics.accuracy(table) == pytest.approx(reference.accuracy_score(truth, predicted))
    for average, ours in (("macro", metrics.macro), ("weighted", lambda x: metrics.weighted(x, table))):
        for function, name in ((metrics.precision, "precision"), (metrics.recall, "recall"), (metrics.f1, "f1")):
            theirs = getattr(reference, f"{name}_score")
            expected = theirs(truth, predicted, labels=STARS, average=average, zero_division=0)
            assert ours(function(table)) == pytest.approx(expected), (name, average)


def test_tuned_cut_points_beat_rounding_and_stay_in_order():
    random = np.random.default_rng(1)
    truth = random.choice(STARS, 3000, p=[0.1, 0.2, 0.7])
    expected = 2.2 + 0.25 * (truth - 2) + random.normal(0, 0.1, 3000)  # right in order, far too timid
    cuts = metrics.best_cuts(truth, expected, STARS)
    assert (np.diff(cuts) >= 0).all()
    kappa = [
        metrics.weighted_kappa(metrics.confusion(truth, metrics.cut_into(expected, cut_points, STARS), STARS))
        for cut_points in (cuts, np.array([1.5, 2.5]))
    ]
    assert kappa[0] > 0.8 > kappa[1] + 0.3


@given(st.lists(st.tuples(st.sampled_from(STARS), st.sampled_from(STARS)), min_size=2, max_size=60))
def test_weighted_kappa_against_scikit_learn(pairs):
    truth, predicted = (np.array(column) for column in zip(*pairs, strict=True))
    ours = metrics.weighted_kappa(metrics.confusion(truth, predicted, STARS))
    if len(set(truth) | set(predicted)) == 1:
        assert np.isnan(ours)
    else:
        expected = reference.cohen_kappa_score(truth, predicted, labels=STARS, weights="quadratic")
        assert ours == pytest.approx(expected, abs=1e-12)


def test_errors_per_row():
    np.testing.assert_allclose(metrics.squared_errors([1, 5], np.array([2.0, 4.5])), [1, 0.25])
    np.testing.assert_allclose(metrics.absolute_errors([1, 5], np.array([2.0, 4.5])), [1, 0.5])


def test_undefined_metrics_are_nan():
    empty = np.zeros((3, 3), int)
    assert np.isnan(metrics.accuracy(empty))
    assert np.isnan(metrics.within_one(empty))
    assert np.isnan(metrics.macro(metrics.f1(empty)))
    never_decided = np.array([[2, 0, 0], [3, 0, 0], [0, 0, 0]])
    assert np.isnan(metrics.precision(never_decided)).tolist() == [False, True, True]
    assert np.isnan(metrics.recall(never_decided)).tolist() == [False, False, True]
    np.testing.assert_allclose(metrics.f1(never_decided)[:2], [4 / 7, 0])


def test_leading_axes_are_kept():
    matrices = np.stack([CONFUSION, CONFUSION.T])
    np.testing.assert_allclose(metrics.precision(matrices)[1], metrics.recall(CONFUSION))
    assert metrics.accuracy(matrices).shape == (2,)
