"""Effects of features against XGBoost's margins and against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import xgboost
from scipy.special import softmax

from recsys.evaluation.feature_effects import TREES_ONLY, WHOLE, contributions, effects, partial_dependence
from recsys.metrics.bootstrap import interval, resampled
from tests.evaluation.test_importance import with_planted_feature


@pytest.fixture(scope="module")
def sample(tiny_version):
    return tiny_version.model, tiny_version.report.feature_sample.matrix


def margins(model, matrix, start) -> np.ndarray:
    rows = xgboost.DMatrix(matrix, base_margin=start, feature_names=list(model.names))
    return model.booster.predict(rows, output_margin=True)


def test_contributions_sum_to_the_margin_and_keep_the_linear_start_whole(sample):
    model, matrix = sample
    parts, start = contributions(model, matrix), model.softmax_regression.logits(matrix)
    assert parts.shape == (len(matrix), len(model.stars), len(model.names) + 1)
    assert parts.sum(-1) == pytest.approx(margins(model, matrix, start), abs=1e-4)
    no_start = xgboost.DMatrix(matrix, base_margin=np.zeros_like(start), feature_names=list(model.names))
    without_start = model.booster.predict(no_start, pred_contribs=True)
    assert parts[:, :, :-1] == pytest.approx(without_start[:, :, :-1], abs=1e-5)
    assert parts[:, :, -1] - without_start[:, :, -1] == pytest.approx(start, abs=1e-4)


def test_sizes_are_mean_absolute_contributions(sample):
    model, matrix = sample
    table = effects(model, matrix)
    expected = dict(zip(model.names, np.abs(contributions(model, matrix)).mean((0, 1)), strict=False))
    assert dict(zip(table["feature"], table["size"], strict=True)) == pytest.approx(expected)
    assert table["size"].is_monotonic_decreasing


@pytest.mark.parametrize("sign", [1, -1])
def test_a_planted_feature_has_its_size_and_direction(tiny_model, sign):
    """Stars rise with one feature; with its negative they fall."""
    name = tiny_model.features.names[7]
    model = with_planted_feature(tiny_model, name).model
    matrix = np.random.default_rng(1).normal(size=(300, len(model.names))).astype(np.float32)
    if sign < 0:
        stars = model.stars
        rising = np.searchsorted([-1, 0, 1], -matrix[:, 7])
        model = type(model).learn(matrix, np.array(stars)[rising], stars, list(model.names), tiny_model.config)
    row = effects(model, matrix).iloc[0]
    assert row["feature"] == name
    assert sign * row["direction"] > 0.8
    table = partial_dependence(model, matrix, name, np.arange(len(matrix)))
    changes = table[table["model"] == WHOLE]["change"].to_numpy()
    assert sign * (changes[-1] - changes[0]) > 1, "the expected rating follows by more than a star"


def test_partial_dependence_is_the_mean_of_changed_predictions(sample):
    model, matrix = sample
    users = np.arange(len(matrix)) // 2
    feature = effects(model, matrix)["feature"][0]
    table = partial_dependence(model, matrix, feature, users)
    stars, start = np.array(model.stars), model.softmax_regression.logits(matrix)
    own = model.predict_proba(matrix) @ stars
    for row in table.itertuples():
        changed = matrix.copy()
        changed[:, model.names.index(feature)] = row.value
        changed_start = model.softmax_regression.logits(changed) if row.model == WHOLE else start
        change = softmax(margins(model, changed, changed_start), axis=1) @ stars - own
        assert row.change == pytest.approx(change.mean(), abs=1e-5)
    weights = resampled(len(set(users)), 0)[:, users]
    assert (row.low, row.high) == pytest.approx(interval((weights @ change) / weights.sum(1)), abs=1e-5)
    assert set(table["model"]) == {WHOLE, TREES_ONLY}


def test_a_feature_that_is_missing_everywhere_has_no_curve(sample):
    model, matrix = sample
    matrix = matrix.copy()
    matrix[:, 0] = np.nan
    assert partial_dependence(model, matrix, model.names[0], np.arange(len(matrix))).empty
