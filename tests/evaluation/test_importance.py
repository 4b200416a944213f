"""Importance: shares that add up, of a model in which it is known what matters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.core.serialization import snake_case
from recsys.evaluation.importance import by_extractor, importance
from recsys.models.star_model import StarModel


def planted(recommender, name: str):
    """The same recommender with trees and a linear start that learned from rows where only one feature tells."""
    random = np.random.default_rng(0)
    names, stars = recommender.features.names, recommender.stars
    matrix = random.normal(size=(2000, len(names))).astype(np.float32)
    told = np.searchsorted([-1, 0, 1], matrix[:, names.index(name)])
    model = StarModel.learn(matrix, np.array(stars)[told], stars, names, recommender.config)
    return replace(recommender, model=model)


def test_shares_add_up_and_stand_with_their_signal(tiny_model):
    table = importance(tiny_model.model, tiny_model.features)
    assert sorted(table["feature"]) == sorted(tiny_model.features.names)
    assert table[["linear", "trees"]].sum().tolist() == pytest.approx([1, 1])
    assert table["trees"].is_monotonic_decreasing
    groups = by_extractor(table).set_index("extractor")
    assert set(groups.index) == {snake_case(type(extractor).__name__) for extractor in tiny_model.features.extractors}
    for extractor in tiny_model.features.extractors:
        group = groups.loc[snake_case(type(extractor).__name__)]
        mine = table[table["feature"].isin(extractor.names())]
        assert group["features"] == len(extractor.names())
        assert [group["linear"], group["trees"]] == pytest.approx(mine[["linear", "trees"]].sum().tolist())


def test_the_one_feature_that_tells_comes_first(tiny_model):
    name = tiny_model.features.names[7]
    told = planted(tiny_model, name)
    table = importance(told.model, told.features)
    assert table["feature"].iloc[0] == name
    assert table["linear"].idxmax() == 0, "rows stand by what matters to the trees"
    for share in ("linear", "trees"):
        assert table[share].nlargest(2).iloc[0] > 3 * table[share].nlargest(2).iloc[1]
