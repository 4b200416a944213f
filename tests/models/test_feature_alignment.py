"""Feature alignment: cross-fitted features get mean and spread of the served ones; newcomers' rows stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.config import TrainingConfig
from recsys.data.splits import stratified
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.models.feature_alignment import FeatureAlignment
from recsys.models.training_set import make_training_set
from tests.conftest import TINY_SETTINGS


@given(arrays(np.float32, (12, 3), elements=st.floats(-9, 9, width=16)), st.floats(0.1, 9), st.floats(-9, 9))
def test_a_change_of_scale_and_place_is_undone(served, slope, intercept):
    cross_fitted = (served * np.float32(slope) + np.float32(intercept)).astype(np.float32)
    FeatureAlignment.between(cross_fitted, served).apply(cross_fitted)
    varies = served.std(0) > 1e-3
    assert cross_fitted[:, varies] == pytest.approx(served[:, varies], abs=1e-3)


def test_missing_values_and_constant_features_stay_as_they_are():
    cross_fitted = np.array([[np.nan, 2.0, np.nan], [1.0, 2.0, np.nan], [3.0, 2.0, np.nan]], np.float32)
    served = np.array([[np.nan, 5.0, np.nan], [2.0, 7.0, np.nan], [8.0, 9.0, np.nan]], np.float32)
    FeatureAlignment.between(cross_fitted, served).apply(cross_fitted)
    assert np.array_equal(cross_fitted, [[np.nan, 2, np.nan], [2, 2, np.nan], [8, 2, np.nan]], equal_nan=True)


def test_training_rows_are_distributed_as_the_features_that_are_served(tiny):
    """Counts are lower without a fold: of three, a third of each user's ratings is missing."""
    config = TrainingConfig.of("quick", **TINY_SETTINGS)
    split = stratified(tiny.ratings)
    training_set = make_training_set(tiny, split.train, Context(tiny.stars, config, Vocabulary.of(tiny)))
    rows, ratings = training_set.rows, len(training_set.interactions.stars)
    count = rows.features.names.index("user_count")
    served = training_set.features_of(tiny.ratings[split.test])[:, count].mean()
    aligned = rows.aligned(np.arange(len(rows.index)))
    assert abs(aligned[:ratings, count].mean() - served) < 0.15 * abs(rows.matrix[:ratings, count].mean() - served)
    assert np.array_equal(aligned[ratings:], rows.matrix[ratings:], equal_nan=True)
    mask = np.arange(len(rows.index)) % 3 == 0
    assert np.array_equal(rows.aligned(mask), aligned[mask], equal_nan=True)
