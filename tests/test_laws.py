"""The laws of the house: no leak, one path for everybody, the same answer twice."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

import recsys
from recsys.config import TrainingConfig
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.data.splits import stratified
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.features.vocabulary import Vocabulary
from recsys.models.cross_fitting import crossfit
from recsys.registry import bundle
from recsys.training import pipeline
from tests.conftest import TINY_SETTINGS, star_metrics_only, tiny_frames

RECIPE = TrainingConfig.of("quick", **TINY_SETTINGS)


def crossfitted(dataset) -> np.ndarray:
    catalogue = Catalogue.from_frame(dataset.movies)
    interactions = Interactions.from_frames(dataset.ratings, dataset.users, catalogue)
    return crossfit(interactions, catalogue, Context(dataset.stars, RECIPE, Vocabulary.of(dataset))).matrix


def with_rating(dataset, row: int, rating: float):
    ratings = dataset.ratings.copy()
    ratings.loc[row, "rating"] = rating
    return dataset.with_ratings(ratings)


def other_star(rating: float) -> float:
    return 1.0 if rating >= 4 else 5.0


@pytest.mark.parametrize("row", [0, 17, 801, 1500])
def test_a_training_rows_own_rating_changes_nothing_in_its_features(tiny, row):
    changed = crossfitted(with_rating(tiny, row, other_star(tiny.ratings["rating"][row])))
    np.testing.assert_array_equal(changed[row], crossfitted(tiny)[row])
    assert (changed != crossfitted(tiny)).any(), "the change must reach the features of other rows"


def test_the_leak_test_notices_means_over_all_rows(tiny):
    """The same check on features from tables and histories that include the row: the original's mistake."""

    def leaky(dataset):
        catalogue = Catalogue.from_frame(dataset.movies)
        interactions = Interactions.from_frames(dataset.ratings, dataset.users, catalogue)
        features = Features.learn(interactions, catalogue, Context(dataset.stars, RECIPE, Vocabulary.of(dataset)))
        return features.transform(interactions, interactions.user_index, interactions.movies)

    changed = leaky(with_rating(tiny, 17, other_star(tiny.ratings["rating"][17])))
    assert (changed[17] != leaky(tiny)[17]).any()


def test_held_out_ratings_change_neither_tables_nor_trees(tiny):
    sides = stratified(tiny.ratings)
    scrambled = tiny.ratings.copy()
    scrambled.loc[sides.test, "rating"] = 6.0 - scrambled.loc[sides.test, "rating"]
    answers = []
    for ratings in (tiny.ratings, scrambled):
        fitted = recsys.train(tiny.with_ratings(ratings[sides.train]), "quick", **TINY_SETTINGS)
        answers.append((fitted.model.to_json(), fitted.features.arrays()))
    assert answers[0][0] == answers[1][0]
    for name, array in answers[0][1].items():
        np.testing.assert_array_equal(array, answers[1][1][name], err_msg=name)


def test_the_run_trains_on_the_train_part_alone(tiny, monkeypatch):
    """What is fitted is exactly the train side of the reported split."""
    seen = []
    fit = pipeline._fit_star_model
    monkeypatch.setattr(
        pipeline, "_fit_star_model", lambda training_set, *rest: seen.append(training_set) or fit(training_set, *rest)
    )
    with star_metrics_only():
        report = pipeline.evaluate(tiny, preset="quick", **TINY_SETTINGS)
    keys = ["user_id", "movie_id"]
    both = pd.concat([seen[0].pairs().to_frame(), report.held_out[keys]])
    assert not both.duplicated().any()
    assert len(both) == len(tiny.ratings)


def test_batch_equals_single(tiny_model):
    pairs = pd.DataFrame({"user_id": [3, 60, 999, 3, 8], "movie_id": [40, 1, 2, 3, 8]})
    batch = tiny_model.predict(pairs)
    for place in range(len(pairs)):
        single = tiny_model.predict(pairs.iloc[[place]])
        pd.testing.assert_frame_equal(single, batch.iloc[[place]], rtol=0, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(user=st.integers(1, 60), movie=st.integers(1, 40))
def test_a_known_user_equals_a_newcomer_with_the_same_history_and_profile(tiny_model, user, movie):
    known = tiny_model.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]}))
    new = tiny_model.predict(movie_ids=[movie], history=tiny_model.history(user), profile=tiny_model.profile(user))
    assert (known["known_user"].item(), new["known_user"].item()) == (True, False)
    same = [name for name in new if name != "known_user"]
    pd.testing.assert_frame_equal(known[same], new[same], rtol=0, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(user=st.integers(1, 60), movie=st.integers(0, 39), keep=st.integers(1, 40))
def test_a_rating_left_out_in_closed_form_is_as_a_history_without_it(tiny_model, user, movie, keep):
    """Every feature, for every rating of a history of any length, down to a single one."""
    whole = tiny_model.user_history(user)
    user_history = whole.keep(np.arange(len(whole.movies)) < keep)
    places = np.arange(len(user_history.movies))
    assert_closed_form_equals_shortened_histories(
        tiny_model, user_history, places[:, None], np.full(len(places), movie)
    )


@settings(max_examples=20, deadline=None)
@given(user=st.integers(1, 60), keep=st.integers(2, 40), seed=st.integers(0, 99))
def test_two_ratings_left_out_in_closed_form_are_as_a_history_without_them(tiny_model, user, keep, seed):
    """Of several movies at once, and down to a history of two ratings."""
    whole = tiny_model.user_history(user)
    user_history = whole.keep(np.arange(len(whole.movies)) < keep)
    generator = np.random.default_rng(seed)
    omitted = [np.sort(generator.choice(len(user_history.movies), 2, replace=False)) for _ in range(8)]
    assert_closed_form_equals_shortened_histories(
        tiny_model, user_history, np.array(omitted), generator.integers(0, 40, 8)
    )


def assert_closed_form_equals_shortened_histories(tiny_model, user_history, omitted, movies) -> None:
    closed = tiny_model.features.transform_without_each(user_history, omitted, movies)
    plain = tiny_model.features.transform(user_history.without_each(omitted), np.arange(len(omitted)), movies)
    np.testing.assert_allclose(closed, plain, rtol=0, atol=1e-5)  # single precision, two ways
    stars = np.array(tiny_model.stars)
    expected = [tiny_model.model.predict_proba(matrix) @ stars for matrix in (closed, plain)]
    np.testing.assert_allclose(*expected, rtol=0, atol=1e-6)


@pytest.mark.slow
def test_shuffled_rows_and_threads_give_the_same_bundle(tiny, tmp_path):
    """Every file's digest, those of the ranker too."""
    ratings, movies, users = tiny_frames()
    shuffled = recsys.Dataset.from_frames(
        ratings.sample(frac=1, random_state=5), movies.sample(frac=1, random_state=6), users, name="tiny"
    )
    digests = []

    def train(dataset) -> None:
        model = recsys.train(dataset, "quick", **TINY_SETTINGS)
        digests.append(bundle.read_manifest(bundle.save(model, tmp_path / str(len(digests))))["files"])

    for threads, dataset in ((1, shuffled), (2, tiny)):
        with threadpool_limits(limits=threads):
            train(dataset)
            thread = threading.Thread(target=train, args=(dataset,))
            thread.start()
            thread.join()
    assert len(digests) == 4
    assert all(digest == digests[0] for digest in digests)


def test_save_then_load_is_bitwise(tiny_model, tmp_path):
    recsys.save(tiny_model, tmp_path / "bundle")
    again = recsys.load(tmp_path / "bundle")
    pairs = tiny_model.interactions.user_ids.repeat(40)
    asked = pd.DataFrame({"user_id": pairs, "movie_id": np.tile(np.arange(1, 41), 60)})
    pd.testing.assert_frame_equal(tiny_model.predict(asked), again.predict(asked), check_exact=True)


def test_frames_given_are_never_changed(tiny, tiny_model):
    before = tiny.ratings.copy(deep=True)
    pairs = pd.DataFrame({"user_id": [1], "movie_id": [2]}, index=["a"])
    answer = tiny_model.predict(pairs)
    pipeline.evaluate(tiny, preset="quick", **TINY_SETTINGS)
    pd.testing.assert_frame_equal(tiny.ratings, before)
    assert list(pairs.columns) == ["user_id", "movie_id"]
    assert list(answer.index) == ["a"]
