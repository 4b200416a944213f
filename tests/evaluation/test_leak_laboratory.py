"""The leak laboratory: a mistake improves the figures and nothing else; without one they are those of the baseline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.config import TrainingConfig
from recsys.data import Dataset
from recsys.data.catalogue import Catalogue
from recsys.data.splits import stratified
from recsys.evaluation import report
from recsys.evaluation.leak_laboratory import (
    ALL_ROW_MEANS,
    HONEST,
    IN_USE,
    LEAKS,
    MISTAKES,
    SAME_SECOND,
    SEEN_ROWS,
    leak_laboratory,
)
from recsys.evaluation.legacy_baseline import legacy_baseline
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.models.training_set import interactions_of
from recsys.schema import MOVIE, USER
from tests.conftest import TINY_SETTINGS

METRICS = ("accuracy", "rmse", "log_loss")


def world() -> Dataset:
    """Short histories of random stars; users rate in the same second what they like alike."""
    random = np.random.default_rng(0)
    users, movies = np.nonzero(random.random((300, 60)) < 0.15)
    stars = random.integers(1, 6, len(users))
    times = 900_000_000 + users * 1000 + stars
    ratings = pd.DataFrame({"user_id": users + 1, "movie_id": movies + 1, "rating": stars, "timestamp": times})
    titles = pd.DataFrame({"movie_id": range(1, 61), "title": [f"Movie {number}" for number in range(1, 61)]})
    titles = titles.assign(year=1990.0, release_date="", genres=["Drama", "Comedy"] * 30)
    return Dataset.from_frames(ratings, titles, name="random stars")


def laboratory(dataset: Dataset) -> pd.DataFrame:
    """The table for the split of seed 0."""
    return leak_laboratory(dataset, stratified(dataset.ratings), context_of(dataset))


def context_of(dataset: Dataset) -> Context:
    return Context(dataset.stars, TrainingConfig.of("quick", **TINY_SETTINGS), Vocabulary.of(dataset))


def figures(table: pd.DataFrame) -> pd.DataFrame:
    """Metrics of all rows, by model."""
    return table[table["slice"] == "all"].pivot(index="model", columns="metric", values="value")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return world()


@pytest.fixture(scope="module")
def table(dataset) -> pd.DataFrame:
    return laboratory(dataset)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_makes_every_figure_better(table, mistake):
    values = figures(table)
    assert values.loc[mistake, "accuracy"] > values.loc[HONEST, "accuracy"]
    assert values.loc[mistake, "rmse"] < values.loc[HONEST, "rmse"]
    assert values.loc[mistake, "log_loss"] < values.loc[HONEST, "log_loss"]


@pytest.mark.parametrize("mistake", [ALL_ROW_MEANS, SAME_SECOND])
def test_in_use_the_gain_is_gone(table, mistake):
    values = figures(table)
    assert values.loc[f"{mistake}{IN_USE}", "log_loss"] > values.loc[mistake, "log_loss"]
    assert values.loc[f"{mistake}{IN_USE}", "log_loss"] > values.loc[HONEST, "log_loss"]


def test_the_honest_figures_are_those_of_an_ordinary_evaluation(dataset, table):
    split, context, catalogue = stratified(dataset.ratings), context_of(dataset), Catalogue.from_frame(dataset.movies)
    train = interactions_of(dataset.with_ratings(dataset.ratings[split.train]), catalogue)
    held_out = dataset.ratings[split.test]
    rows, movies = train.rows(held_out[USER].to_numpy()), catalogue.positions(held_out[MOVIE].to_numpy())
    predictions = legacy_baseline(train, catalogue, context, rows, movies)
    ordinary = report(held_out, {"model": predictions}, dataset.stars, split.name)
    for name in METRICS:
        assert figures(table).loc[HONEST, name] == pytest.approx(ordinary.value(name))


def test_every_model_is_measured_on_the_same_rows(dataset, table):
    overall = table[(table["slice"] == "all") & table["metric"].isin(METRICS)]
    assert set(overall["n"]) == {stratified(dataset.ratings).test.sum()}
    assert set(overall["model"]) == {HONEST, *MISTAKES, ALL_ROW_MEANS + IN_USE, SAME_SECOND + IN_USE}
    assert set(table["split"]) == {LEAKS}


def test_the_order_of_the_ratings_changes_nothing(dataset, table):
    shuffled = dataset.with_ratings(dataset.ratings.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(figures(laboratory(shuffled)), figures(table), rtol=1e-9)


def test_the_second_of_ratings_without_a_time_tells_nothing(dataset):
    timeless = dataset.with_ratings(dataset.ratings.assign(timestamp=-1))
    values = figures(laboratory(timeless))
    np.testing.assert_array_equal(values.loc[SAME_SECOND], values.loc[SAME_SECOND + IN_USE])


def test_seen_rows_are_those_of_another_seed_too(dataset):
    context = context_of(dataset)
    context = replace(context, config=replace(context.config, seed=3))
    values = figures(leak_laboratory(dataset, stratified(dataset.ratings, seed=3), context))
    assert values.loc[SEEN_ROWS, "log_loss"] < values.loc[HONEST, "log_loss"]
