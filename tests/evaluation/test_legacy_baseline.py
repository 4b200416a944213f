"""The legacy baseline: the project's first model without its leak."""

from __future__ import annotations

import numpy as np
import pytest

import recsys
from recsys.config import TrainingConfig
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.evaluation.baselines import damped_bias
from recsys.evaluation.legacy_baseline import StaticColumns, legacy_baseline, training_rows
from recsys.features.damped_bias import DampedBias
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.models.training_set import interactions_of
from tests.conftest import TINY_SETTINGS, tiny_frames


@pytest.fixture(scope="module")
def world(tiny):
    catalogue = Catalogue.from_frame(tiny.movies)
    return (
        interactions_of(tiny, catalogue),
        catalogue,
        Context(tiny.stars, TrainingConfig.of("quick", **TINY_SETTINGS), Vocabulary.of(tiny)),
    )


def training_matrix(interactions: Interactions, catalogue: Catalogue, context: Context) -> np.ndarray:
    return training_rows(interactions, catalogue, StaticColumns.of(interactions, catalogue, context.vocabulary), 0)


def fields_of(interactions: Interactions) -> dict[str, np.ndarray]:
    return {name: getattr(interactions, name) for name in Interactions.__dataclass_fields__}


@pytest.mark.parametrize("row", [0, 700, 1500])
def test_a_rows_own_rating_is_not_in_its_features(world, row):
    interactions, catalogue, context = world
    stars = interactions.stars.copy()
    stars[row] = 1 if stars[row] > 3 else 5
    after = training_matrix(Interactions(**{**fields_of(interactions), "stars": stars}), catalogue, context)
    before = training_matrix(interactions, catalogue, context)
    np.testing.assert_array_equal(after[row], before[row])
    assert (after != before).any(1).sum() > 10, "the change must reach the features of other rows"


def test_it_learns_who_loves_what(world):
    """Even users are women here, and even movies have a genre of their own."""
    interactions, catalogue, context = world
    users, movies = (grid.ravel() for grid in np.meshgrid(np.arange(20), np.arange(20)))
    predictions = legacy_baseline(interactions, catalogue, context, users, movies)
    loved = (interactions.user_ids[users] % 2) == (catalogue.movie_ids[movies] % 2)
    assert ((predictions.expected > 3) == loved).mean() > 0.95
    np.testing.assert_allclose(predictions.require_probabilities().sum(1), 1)


def test_an_unknown_user_gets_the_average_prediction():
    """Without profiles, an unknown user (row -1) must not be taken for the last user of the data."""
    ratings, movies, _ = tiny_frames()
    dataset = recsys.Dataset.from_frames(ratings, movies)
    catalogue = Catalogue.from_frame(dataset.movies)
    interactions = interactions_of(dataset, catalogue)
    context = Context(dataset.stars, TrainingConfig.of("quick", **TINY_SETTINGS), Vocabulary.of(dataset))
    pairs = np.array([-1, -1, 0]), np.array([3, 4, 3])
    expected = damped_bias(interactions, catalogue, context, *pairs).expected
    assert np.isfinite(expected).all()
    assert np.isfinite(legacy_baseline(interactions, catalogue, context, *pairs).expected).all()
    bias = DampedBias.learn(interactions, catalogue, context)
    np.testing.assert_allclose(expected[:2], bias.mean + bias.movie_offset[[3, 4]])


def test_every_report_has_it(tiny_report):
    assert set(tiny_report.baselines) == {"majority", "bias", "original"}
    assert tiny_report.value("accuracy", "original") > tiny_report.value("accuracy", "majority")
    assert tiny_report.value("log_loss", "original") < tiny_report.value("log_loss", "majority")
