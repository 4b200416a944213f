"""Contributions add up to the prediction, and leave-one-out equals the prediction without that rating."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recsys
from recsys.errors import UnknownIdError
from recsys.features.matrix import enabled_extractors
from recsys.serving.explain.loo_influence import NEAREST
from recsys.serving.explain.named_reasons import named_reasons
from recsys.serving.explain.shapley import COALITIONS, GROUP_PREFIXES, GROUPS, SHAPLEY, Explainer, group_of
from recsys.serving.prediction_set import ConformalThresholds
from tests.conftest import TINY_SETTINGS, tiny_frames

PROFILES = st.sampled_from([None, {"gender": "F", "age": 30.0}, {"occupation": "writer"}, {"gender": "M"}])
HISTORIES = st.dictionaries(st.integers(1, 40), st.sampled_from([1.0, 2.0, 4.0, 5.0]), max_size=12)


def assert_adds_up(table: pd.DataFrame, predictions: pd.DataFrame) -> None:
    expected = predictions["expected"]
    np.testing.assert_allclose(table["base"] + table[list(GROUPS)].sum(axis=1), expected, rtol=0, atol=1e-6)
    np.testing.assert_allclose(table["expected"], expected, rtol=0, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(user=st.integers(1, 60), movies=st.lists(st.integers(1, 40), max_size=5))
def test_the_contributions_for_a_known_user_add_up_to_the_prediction(tiny_model, user, movies):
    predictions = tiny_model.predict(pd.DataFrame({"user_id": user, "movie_id": movies}))
    table = Explainer(tiny_model, tiny_model.user_history(user)).contributions(movies)
    assert list(table["movie_id"]) == movies
    assert_adds_up(table, predictions)
    without_history = tiny_model.predict(movie_ids=movies)
    np.testing.assert_allclose(table["base"], without_history["expected"], rtol=0, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(history=HISTORIES, profile=PROFILES, movie=st.integers(1, 40))
def test_the_contributions_for_a_newcomer_add_up_to_the_prediction(tiny_model, history, profile, movie):
    predictions = tiny_model.predict(movie_ids=[movie], history=history, profile=profile)
    explainer = Explainer(tiny_model, tiny_model.user_history(None, history, profile))
    assert_adds_up(explainer.contributions([movie]), predictions)


def test_without_history_and_profile_all_contributions_are_0(tiny_model):
    explanation = tiny_model.explain(movie_id=7, history={})
    assert explanation.contributions == pytest.approx(dict.fromkeys(GROUPS, 0.0), abs=1e-12)
    assert explanation.base == pytest.approx(explanation.expected, abs=1e-12)
    assert explanation.loo_influence.empty


def test_a_profile_alone_contributes_by_demographics_only(tiny_model):
    explanation = tiny_model.explain(movie_id=7, profile={"gender": "F", "age": 30.0})
    assert explanation.contributions.pop("who") != 0
    assert explanation.contributions == pytest.approx(dict.fromkeys(GROUPS[:-1], 0.0), abs=1e-12)
    without_profile = tiny_model.explain(movie_id=7, history=tiny_model.history(3))
    assert without_profile.contributions["who"] == pytest.approx(0, abs=1e-12)


def test_contributions_find_what_ratings_depend_on_in_this_world(tiny_model):
    """Even users love even movies: similar movies and genres raise an even movie and lower an odd one."""
    even, odd = (tiny_model.explain(8, movie_id=movie).contributions for movie in (10, 11))
    assert even["alike"] + even["genres"] > 0.3 > -0.3 > odd["alike"] + odd["genres"]
    assert abs(even["alike"]) > abs(even["habits"])


def test_a_generous_user_has_a_contribution_of_rating_habits(tiny_model):
    generous = tiny_model.explain(movie_id=40, history=dict.fromkeys(range(1, 20), 5.0))
    strict = tiny_model.explain(movie_id=40, history=dict.fromkeys(range(1, 20), 1.0))
    assert generous.contributions["habits"] - strict.contributions["habits"] > 0.5


def test_shapley_values_are_averages_over_all_orders_of_joining():
    """The definition, on a random game of five players."""
    values = np.random.default_rng(3).normal(size=len(COALITIONS))
    value_of = dict(zip(map(tuple, COALITIONS.tolist()), values, strict=True))
    total = np.zeros(len(GROUPS))
    orders = list(permutations(range(len(GROUPS))))
    for order in orders:
        members = [False] * len(GROUPS)
        for group in order:
            before = value_of[tuple(members)]
            members[group] = True
            total[group] += value_of[tuple(members)] - before
    np.testing.assert_allclose(SHAPLEY @ values, total / len(orders))


def test_every_feature_is_in_exactly_one_group(tiny_model):
    assert {type(extractor) for extractor in tiny_model.features.extractors} == set(
        enabled_extractors(tiny_model.config)
    )
    assert {group_of(name) for name in tiny_model.features.names} == set(GROUPS)
    names = [name for extractor in tiny_model.features.extractors for name in extractor.names()]
    assert names == tiny_model.features.names


@pytest.mark.parametrize("name", ["weather", "", "my_user_share"])
def test_a_feature_without_a_group_is_an_error(name):
    with pytest.raises(KeyError, match="put it in one of GROUP_PREFIXES"):
        group_of(name)


def test_no_prefix_is_in_two_groups():
    pairs = [(group, prefix) for group, prefixes in GROUP_PREFIXES.items() for prefix in prefixes]
    clashes = [(a, b) for one, a in pairs for other, b in pairs if one != other and a.startswith(b)]
    assert clashes == []


@settings(max_examples=20, deadline=None)
@given(user=st.integers(1, 60), movie=st.integers(1, 40))
def test_leave_one_out_equals_the_prediction_without_that_rating(tiny_model, user, movie):
    history, profile = tiny_model.history(user), tiny_model.profile(user)
    influences = Explainer(tiny_model, tiny_model.user_history(user)).loo_influence(movie, n=100)
    assert len(influences) == len(history)  # all, as these histories are shorter than NEAREST
    ratings = dict(zip(history["movie_id"], history["rating"], strict=True))
    for row in influences.head(3).to_dict("records"):
        others = history[history["movie_id"] != row["movie_id"]]
        without = tiny_model.predict(movie_ids=[movie], history=others, profile=profile)["expected"].item()
        assert row["expected_without"] == pytest.approx(without, abs=1e-6)
        assert row["rating"] == ratings[row["movie_id"]]
    expected = tiny_model.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]}))["expected"].item()
    assert ((influences["expected_without"] - expected).abs().diff().dropna() <= 1e-12).all(), "largest first"
    assert len(Explainer(tiny_model, tiny_model.user_history(user)).loo_influence(movie)) == min(3, len(history))


def test_of_many_ratings_only_the_nearest_are_tried():
    ratings, movies, users = tiny_frames()
    copies = [ratings.assign(movie_id=ratings["movie_id"] + 40 * n) for n in range(3)]
    titles = movies["title"]
    catalogue = pd.concat(
        [movies.assign(movie_id=movies["movie_id"] + 40 * n, title=titles + f" {n}") for n in range(3)]
    )
    dataset = recsys.Dataset.from_frames(pd.concat(copies), catalogue, users)
    model = recsys.train(dataset, "quick", **TINY_SETTINGS)
    user_history = model.user_history(8)
    assert user_history.counts[0] > NEAREST
    assert len(Explainer(model, user_history).loo_influence(10, n=1000)) == NEAREST


@pytest.mark.parametrize("omitted", [[[0], [3], [5]], [[0, 1], [3, 2], [5, 0]]])
def test_each_copy_of_a_history_lacks_its_omitted_ratings(tiny_model, omitted):
    user_history = tiny_model.user_history(8)
    copies = user_history.without_each(np.array(omitted))
    for row, index in enumerate(omitted):
        span = copies.row_slice(row)
        assert list(copies.movies[span]) == list(np.delete(user_history.movies, index))
        assert list(copies.stars[span]) == list(np.delete(user_history.stars, index))
    assert list(copies.age) == list(user_history.age) * 3


def test_an_explanation_has_the_results_of_the_explainer(tiny_model):
    movie = min(set(tiny_model.movies["movie_id"]) - set(tiny_model.history(8)["movie_id"]))
    explanation = tiny_model.explain(8, movie_id=movie)
    explainer = Explainer(tiny_model, tiny_model.user_history(8))
    row = explainer.contributions([movie]).iloc[0]
    assert (explanation.expected, explanation.base) == (row["expected"], row["base"])
    assert explanation.contributions == {group: row[group] for group in GROUPS}
    assert explanation.named_reason == named_reasons(tiny_model, tiny_model.user_history(8), [movie])[0]
    pd.testing.assert_frame_equal(explanation.loo_influence, explainer.loo_influence(movie))
    prediction = tiny_model.predict(pd.DataFrame({"user_id": [8], "movie_id": [movie]}))
    probabilities = prediction[["p_1", "p_2", "p_4", "p_5"]].to_numpy()
    (prediction_set,) = ConformalThresholds().sets(probabilities, tiny_model.stars)
    assert replace(explanation.prediction_set, coverage=0) == replace(prediction_set, coverage=0)


def test_unknown_ids_are_named_in_the_error(tiny_model):
    with pytest.raises(UnknownIdError, match="1 to 40"):
        tiny_model.explain(8, movie_id=41)
    with pytest.raises(UnknownIdError, match="1 to 60"):
        tiny_model.explain(61, movie_id=4)
