"""Settings outside their range are refused, all at once, before anything runs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

import recsys
from recsys.config import OPTIONAL_FEATURES, PRESETS, SETTINGS, TrainingConfig
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
        ("genre_pca.variance", 0),
        ("gaussian_process.noise", -1),
        ("damping", 3),
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
    assert all(setting.metadata["help"].endswith(".") for setting in SETTINGS.values())


@pytest.mark.parametrize("changed", [{"folds": 2}, {"em_iterations": 0, "cold_start_fraction": 0.0, "trees": 1}])
def test_a_model_can_be_trained_at_the_ends_of_the_ranges(tiny, changed):
    model = recsys.train(tiny, preset="quick", **TINY_SETTINGS | changed)
    assert np.isfinite(model.predict(tiny.ratings.head(5))["expected"]).all()


@pytest.mark.parametrize("extractor", OPTIONAL_FEATURES)
@pytest.mark.slow
def test_what_may_be_left_out_can_be(tiny, extractor):
    model = recsys.train(tiny, preset="quick", **TINY_SETTINGS | {"trees": 2, "disabled_features": extractor})
    assert extractor not in {snake_case(type(one).__name__) for one in model.features.extractors}
    assert model.predict(movie_ids=[1], history={2: 5})["expected"].between(1, 5).all()


def test_a_setting_is_named_in_full_by_itself_or_in_its_component():
    configs = [
        TrainingConfig.of("full", **{"boosting.depth": 4}),
        TrainingConfig.of("full", depth=4),
        TrainingConfig.of("full", boosting={"depth": 4}),
    ]
    assert configs[0] == configs[1] == configs[2] != TrainingConfig.of("full")
    assert configs[0].boosting.depth == 4
    assert configs[0].as_dict()["boosting.depth"] == 4


def test_a_name_of_several_components_is_refused_with_all_of_them():
    with pytest.raises(InputError, match=r"damped_bias\.damping, .*histograms\.damping.*Name the component too"):
        TrainingConfig.of("full", damping=3)


def test_a_near_miss_is_told_what_was_meant():
    with pytest.raises(InputError, match=r"boosting\.learning_rate"):
        TrainingConfig.of("full", **{"boosting.learning_rat": 0.1})


def test_every_number_has_a_range_that_its_default_is_in():
    config = TrainingConfig()
    components = [getattr(config, each.name) for each in fields(config) if is_dataclass(getattr(config, each.name))]
    assert len(components) > 20
    for name, value in config.as_dict().items():
        if name != "disabled_features":
            assert SETTINGS[name].metadata["low"] <= value <= SETTINGS[name].metadata["high"], name


@pytest.mark.parametrize(
    "changed",
    [
        {"gaussian_process.noise": 1.0},
        {"movie_kernel.movie": 2.0},
        {"user_covariates.axes_scale": 0.5},
        {"rating_calibration.damping": 100.0},
        {"ease.ridge": 10.0},
        {"histograms.damping": 80.0},
        {"activity.movie_damping": 50.0},
        {"genre_pca.damping": 50.0},
        {"cooccurrence_svd.damping": 50.0},
        {"damped_bias.iterations": 1},
        {"softmax_regression.clip": 1.0},
        {"cross_fitting.longest_history": 3},
    ],
)
@pytest.mark.slow
def test_each_component_s_settings_change_the_predictions(tiny, tiny_model, changed):
    """From Python, without a constant being patched; saved and loaded they still hold (tests of the bundle)."""
    before = tiny_model.predict(tiny.ratings.head(50))["expected"]
    after = recsys.train(tiny, preset="quick", **TINY_SETTINGS | changed).predict(tiny.ratings.head(50))["expected"]
    assert (before - after).abs().max() > 1e-6
