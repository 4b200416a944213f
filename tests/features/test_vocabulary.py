"""Columns are those of the whole dataset, whatever words users have and whichever of them a fold contains."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recsys
from recsys.config import TrainingConfig
from recsys.config.features import VocabularyConfig
from recsys.config.models import SoftmaxRegressionConfig
from recsys.data import Dataset
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.features.vocabulary import Vocabulary
from recsys.glossary import feature_name
from recsys.models.ranker.demographic_lift import KINDS, DemographicLift
from recsys.models.softmax_regression import SoftmaxRegression
from tests.conftest import TINY_SETTINGS, USERS, slices_of, tiny_frames

NAME = re.compile(r"[a-z0-9_.]+")
CONFIG = TrainingConfig.of("quick", **TINY_SETTINGS | {"em_iterations": 0})
HARD_WORDS = [
    "<unknown>",
    "F[1]",
    "say \"x\" or 'y'",
    "x" * 1024,
    "女性",
    "M=",
    "a,b;c",
    "gender_1",
    "\u202eF",
    "user_id",
]
WORDS = st.one_of(st.none(), st.sampled_from(HARD_WORDS), st.text(max_size=6))
AGES = st.one_of(st.none(), st.integers(-5, 200))


def world(genders=None, occupations=None, ages=None, genres=None) -> Dataset:
    """The tiny world whose users say other things of themselves, or whose movies have other genres."""
    ratings, movies, users = tiny_frames()
    given = {"gender": genders, "occupation": occupations, "age": ages}
    users = users.assign(**{name: pd.Series(words, dtype=object) for name, words in given.items() if words is not None})
    return Dataset.from_frames(ratings, movies if genres is None else movies.assign(genres=genres), users)


def learning_inputs(dataset: Dataset) -> tuple[Interactions, Catalogue, Context]:
    catalogue = Catalogue.from_frame(dataset.movies)
    interactions = Interactions.from_frames(dataset.ratings, dataset.users, catalogue)
    return interactions, catalogue, Context(dataset.stars, CONFIG, Vocabulary.of(dataset))


@settings(max_examples=20, deadline=None)
@given(
    genders=st.lists(WORDS, min_size=USERS, max_size=USERS),
    occupations=st.lists(WORDS, min_size=USERS, max_size=USERS),
    ages=st.lists(AGES, min_size=USERS, max_size=USERS),
    fold_users=st.sets(st.integers(0, USERS - 1), min_size=2, max_size=USERS - 1),
)
def test_columns_of_some_users_are_those_of_all(genders, occupations, ages, fold_users):
    interactions, catalogue, context = learning_inputs(world(genders, occupations, ages))
    fold_interactions = interactions.keep(np.isin(interactions.user_index, list(fold_users)))
    complete, fold = (Features.learn(each, catalogue, context) for each in (interactions, fold_interactions))
    assert fold.names == complete.names
    assert all(NAME.fullmatch(name) for name in complete.names)
    pairs = np.arange(10), np.arange(10)
    assert (
        fold.transform(fold_interactions, *pairs).shape
        == complete.transform(interactions, *pairs).shape
        == (10, len(complete.names))
    )
    assert {name: array.shape[1:] for name, array in fold.arrays().items() if name.startswith("gaussian_process")} == {
        name: array.shape[1:] for name, array in complete.arrays().items() if name.startswith("gaussian_process")
    }


@pytest.mark.slow
def test_one_user_of_a_rare_gender_and_one_age_do_not_stop_a_training():
    genders = ["X", *tiny_frames()[2]["gender"][1:]]
    dataset = world(genders, ages=[30, *[None] * (USERS - 1)])
    model = recsys.train(dataset, "quick", **TINY_SETTINGS)
    assert model.features.vocabulary.genders.tolist() == ["F", "M", "X"]
    assert [name for name in model.features.names if name.startswith(("age", "gender"))] == [
        "age",
        "gender_1",
        "gender_2",
    ]
    report = recsys.evaluate(dataset, preset="quick", **TINY_SETTINGS)
    assert report.audit["passed"].all()


@pytest.mark.slow
def test_words_of_users_and_movies_are_never_names(tmp_path):
    """Trained, asked, explained, saved, loaded and written about: as any other words."""
    words = [HARD_WORDS[number % len(HARD_WORDS)] for number in range(USERS)]
    genres = [f"{HARD_WORDS[number % len(HARD_WORDS)]}|Drama" for number in range(40)]
    dataset = world(words, words[::-1], genres=genres)
    model = recsys.train(dataset, "quick", **TINY_SETTINGS)
    assert all(NAME.fullmatch(name) for name in (*model.model.names, *model.ranker.model.names))
    assert set(model.model.booster.feature_names) == set(model.model.names)
    recsys.save(model, tmp_path / "bundle")
    loaded = recsys.load(tmp_path / "bundle")
    pairs = pd.DataFrame({"user_id": range(1, USERS + 1), "movie_id": 3})
    pd.testing.assert_frame_equal(loaded.predict(pairs), model.predict(pairs), check_exact=True)
    report = recsys.evaluate(dataset, preset="quick", **TINY_SETTINGS)
    table = slices_of(replace(loaded, report=report))
    shown = {"<unknown>", "F[1]", "女性", "M=", "x" * 60}
    assert all(shown <= set(table.loc[table["slice"] == name, "group"]) for name in ("gender", "occupation"))
    assert loaded.features.vocabulary.genders.tolist() == model.features.vocabulary.genders.tolist()
    newcomer = {"history": {1: 5}, "profile": {"gender": "F[1]", "age": 30, "occupation": "never heard of"}}
    assert len(loaded.recommend(**newcomer, n=3, reasons=True)) == 3
    explanation = loaded.explain(1, movie_id=3)
    assert explanation.base + sum(explanation.contributions.values()) == pytest.approx(explanation.expected)


def test_pages_still_show_the_word_of_a_gender():
    assert feature_name("gender_2", ["F", "<unknown>", "X"]) == "Gender <unknown>"
    assert feature_name("gender_4", ["F", "M", "X"]) == "Gender 4"


def test_only_the_commonest_words_have_columns():
    """Somebody's free text must not make a column for each user."""
    genders = [f"g{number:02}" for number in range(USERS // 2)] + ["often"] * (USERS // 2)
    occupations = [f"o{number}" for number in range(USERS)]
    dataset = world(genders, occupations)
    vocabulary = Vocabulary.of(dataset)
    config = VocabularyConfig(max_genders=7)
    assert Vocabulary.of(dataset, config).genders.tolist() == [*(f"g{number:02}" for number in range(6)), "often"]
    most = CONFIG.vocabulary
    assert len(vocabulary.genders) == most.max_genders
    assert vocabulary.genders.tolist() == [*(f"g{number:02}" for number in range(most.max_genders - 1)), "often"]
    assert len(vocabulary.occupations) == min(USERS, most.max_occupations)
    interactions, catalogue, context = learning_inputs(dataset)
    features = Features.learn(interactions, catalogue, context)
    gender = features.transform(interactions, np.array([0, 25]), np.array([0, 0]))[:, features.names.index("gender_1")]
    np.testing.assert_array_equal(gender, [1, np.nan])


def test_a_word_may_end_like_a_groups_name():
    interactions, catalogue, context = learning_inputs(world(["M=" if user % 2 else "F" for user in range(USERS)]))
    demographic_lift = DemographicLift.learn(
        interactions, len(catalogue), context.vocabulary, context.config.demographic_lift
    )
    lifts = demographic_lift.lifts(interactions, 1, np.arange(40))[:, KINDS.index("gender")]
    assert abs(lifts).max() > 0


def test_a_column_missing_everywhere_says_nothing():
    matrix = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)
    matrix[:, 1] = np.nan
    with np.errstate(all="raise"):
        linear = SoftmaxRegression.learn(matrix, np.arange(200) % 2, 2, [0], SoftmaxRegressionConfig(ridge=1.0))
    assert np.isfinite(linear.weights).all()
    constant = np.where(np.isnan(matrix), np.float32(0), matrix)
    np.testing.assert_array_equal(
        linear.logits(matrix),
        SoftmaxRegression.learn(constant, np.arange(200) % 2, 2, [0], SoftmaxRegressionConfig(ridge=1.0)).logits(
            constant
        ),
    )
