"""Settings outside their range are refused, all at once, before anything runs."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

import recsys
from recsys.config import OPTIONAL_FEATURES, PRESETS, TrainingConfig
from recsys.core.serialization import snake_case
from recsys.errors import InputError
from tests.conftest import TINY_SETTINGS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("trees", value) for value in (0, -5, 5.5, True, 10**9, "150", None)],
        *[("depth", value) for value in (0, 64)],
        *[("learning_rate", value) for value in (0, float("nan"), 1e30, -0.1)],
        *[("subsample", value) for value in (0, 2)],
        *[("seed", value) for value in (-1, 2**31)],
        *[("test_fraction", value) for value in (0, 1)],
        ("pca_variance", 0),
        ("leaves", 3),
    ],
)
def test_refused(name, value):
    with pytest.raises(InputError) as refused:
        TrainingConfig.of("quick", **{name: value})
    (problem,) = refused.value.problems
    assert name in problem.field
    assert problem.allowed
    assert problem.remedy


def test_all_wrong_settings_are_listed_at_once():
    with pytest.raises(InputError) as refused:
        TrainingConfig.of("full", trees=0, depth=99, seed=5, leaves=1)
    assert len(refused.value.problems) == 3


def test_an_unknown_preset_names_the_known():
    with pytest.raises(InputError, match="quick or full"):
        TrainingConfig.of("huge")


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_keep_their_own_ranges(preset):
    settings = PRESETS[preset].as_dict()
    assert TrainingConfig.of(preset, **settings) == PRESETS[preset]
    assert all(setting.metadata["help"].endswith(".") for setting in fields(TrainingConfig))


@pytest.mark.parametrize("changed", [{"folds": 2}, {"em_iterations": 0, "cold_start_fraction": 0.0, "trees": 1}])
def test_a_model_can_be_trained_at_the_ends_of_the_ranges(tiny, changed):
    model = recsys.train(tiny, preset="quick", **TINY_SETTINGS | changed)
    assert np.isfinite(model.predict(tiny.ratings.head(5))["expected"]).all()


@pytest.mark.parametrize("extractor", OPTIONAL_FEATURES)
def test_what_may_be_left_out_can_be(tiny, extractor):
    model = recsys.train(tiny, preset="quick", **TINY_SETTINGS | {"trees": 2, "disabled_features": extractor})
    assert extractor not in {snake_case(type(one).__name__) for one in model.features.extractors}
    assert model.predict(movie_ids=[1], history={2: 5})["expected"].between(1, 5).all()
