"""The original recipe without its leak, as a baseline."""

from __future__ import annotations

import numpy as np
import pytest

import recsys
from recsys.config import TrainingConfig
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.evaluation.baselines import damped_bias
from recsys.evaluation.legacy_baseline import _MovieTable, _training_rows, legacy_baseline
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.models.training_set import interactions_of
from recsys.training import pipeline
from tests.conftest import TINY_SETTINGS, tiny_frames


@pytest.fixture(scope="module")
def world(tiny):
    catalogue = Catalogue.from_frame(tiny.movies)
    return (
        interactions_of(tiny, catalogue),
        catalogue,
        Context(tiny.stars, TrainingConfig.of("quick", **TINY_SETTINGS), Vocabulary.of(tiny)),
    )


def made_rows(interactions: Interactions, catalogue: Catalogue, context: Context) -> np.ndarray:
    return _training_rows(interactions, catalogue, _MovieTable.of(interactions, catalogue, context.vocabulary), 0)


@pytest.mark.parametrize("row", [0, 700, 1500])
def test_a_rows_own_rating_is_not_in_its_features(world, row):
    interactions, catalogue, context = world
    stars = interactions.stars.copy()
    stars[row] = 1 if stars[row] > 3 else 5
    changed = made_rows(Interactions(**{**vars_of(interactions), "stars": stars}), catalogue, context)
    before = made_rows(interactions, catalogue, context)
    np.testing.assert_array_equal(changed[row], before[row])
    assert (changed != before).any(1).sum() > 10, "the change must reach the features of other rows"


def vars_of(interactions: Interactions) -> dict[str, np.ndarray]:
    return {name: getattr(interactions, name) for name in Interactions.__dataclass_fields__}


def test_it_learns_who_loves_what(world):
    """Even users are women here and even movies have a genre of their own."""
    interactions, catalogue, context = world
    users, movies = (grid.ravel() for grid in np.meshgrid(np.arange(20), np.arange(20)))
    said = legacy_baseline(interactions, catalogue, context, users, movies)
    loved = (interactions.user_ids[users] % 2) == (catalogue.movie_ids[movies] % 2)
    assert ((said.expected > 3) == loved).mean() > 0.95
    np.testing.assert_allclose(said.probabilities.sum(1), 1)


def test_somebody_unknown_is_nobody_in_particular():
    """Without profiles, an unknown user (row -1) is not taken for the last one of the data."""
    ratings, movies, _ = tiny_frames()
    world = recsys.Dataset.from_frames(ratings, movies)
    catalogue = Catalogue.from_frame(world.movies)
    interactions = interactions_of(world, catalogue)
    context = Context(world.stars, TrainingConfig.of("quick", **TINY_SETTINGS), Vocabulary.of(world))
    asked = np.array([-1, -1, 0]), np.array([3, 4, 3])
    for said in (
        damped_bias(interactions, catalogue, context, *asked).expected,
        legacy_baseline(interactions, catalogue, context, *asked).expected,
    ):
        assert np.isfinite(said).all()
    fitted = recsys.features.damped_bias.DampedBias.learn(interactions, catalogue, context)
    expected = damped_bias(interactions, catalogue, context, *asked).expected
    np.testing.assert_allclose(expected[:2], fitted.mean + fitted.movie_offset[[3, 4]])


def test_only_a_thorough_report_has_it(tiny, tiny_version):
    found = pipeline.evaluate(tiny, preset="full", **TINY_SETTINGS)
    assert set(found.baselines) == {"majority", "bias", "original"}
    assert found.value("accuracy", "original") > found.value("accuracy", "majority")
    assert found.value("log_loss", "original") < found.value("log_loss", "majority")
    assert "original" not in tiny_version.report.baselines
