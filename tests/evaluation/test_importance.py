"""Importance: shares that sum to 1, and a planted feature that comes first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.core.serialization import snake_case
from recsys.evaluation.importance import by_extractor, importance
from recsys.models.star_model import StarModel


def with_planted_feature(recommender, name: str):
    """The recommender with a star model fitted on random rows whose star depends on one feature alone."""
    random = np.random.default_rng(0)
    names, stars = recommender.features.names, recommender.stars
    matrix = random.normal(size=(2000, len(names))).astype(np.float32)
    star_index = np.searchsorted([-1, 0, 1], matrix[:, names.index(name)])
    model = StarModel.learn(matrix, np.array(stars)[star_index], stars, names, recommender.config)
    return replace(recommender, model=model)


def test_shares_sum_to_1_by_feature_and_by_extractor(tiny_model):
    table = importance(tiny_model.model, tiny_model.features)
    assert sorted(table["feature"]) == sorted(tiny_model.features.names)
    assert table[["linear", "trees"]].sum().tolist() == pytest.approx([1, 1])
    assert table["linear"].is_monotonic_decreasing
    groups = by_extractor(table).set_index("extractor").to_dict("index")
    assert set(groups) == {snake_case(type(extractor).__name__) for extractor in tiny_model.features.extractors}
    for extractor in tiny_model.features.extractors:
        group = groups[snake_case(type(extractor).__name__)]
        rows = table[table["feature"].isin(extractor.names())]
        assert group["features"] == len(extractor.names())
        assert [group["linear"], group["trees"]] == pytest.approx(rows[["linear", "trees"]].sum().tolist())


def test_the_planted_feature_comes_first(tiny_model):
    name = tiny_model.features.names[7]
    planted = with_planted_feature(tiny_model, name)
    table = importance(planted.model, planted.features)
    assert table["feature"].iloc[0] == name
    assert table["trees"].argmax() == 0, "rows are ordered by the regression"
    for column in ("linear", "trees"):
        largest, second = sorted(table[column].tolist(), reverse=True)[:2]
        assert largest > 3 * second
