"""Reasons add up to what is shown, and leave-one-out is what the package would say without that rating."""

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
from recsys.serving.explain.sentences import reason
from recsys.serving.explain.shapley import BEGINNINGS, COALITIONS, GROUPS, NEAREST, SHAPLEY, Explainer, group_of
from recsys.serving.prediction_set import ConformalThreshold
from tests.conftest import TINY_SETTINGS, tiny_frames

PROFILES = st.sampled_from([None, {"gender": "F", "age": 30.0}, {"occupation": "writer"}, {"gender": "M"}])
INTERACTIONS = st.dictionaries(st.integers(1, 40), st.sampled_from([1.0, 2.0, 4.0, 5.0]), max_size=12)


def adds_up(table: pd.DataFrame, shown: pd.DataFrame) -> None:
    np.testing.assert_allclose(table["base"] + table[list(GROUPS)].sum(axis=1), shown["expected"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(table["expected"], shown["expected"], rtol=0, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(user=st.integers(1, 60), movies=st.lists(st.integers(1, 40), max_size=5))
def test_a_known_user_s_reasons_add_up_to_what_is_shown(tiny_model, user, movies):
    shown = tiny_model.predict(pd.DataFrame({"user_id": user, "movie_id": movies}))
    table = Explainer(tiny_model, tiny_model.user_history(user)).reasons(movies)
    assert list(table["movie_id"]) == movies
    adds_up(table, shown)
    nobody = tiny_model.predict(movie_ids=movies)
    np.testing.assert_allclose(table["base"], nobody["expected"], rtol=0, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(history=INTERACTIONS, profile=PROFILES, movie=st.integers(1, 40))
def test_a_newcomer_s_reasons_add_up_to_what_is_shown(tiny_model, history, profile, movie):
    shown = tiny_model.predict(movie_ids=[movie], history=history, profile=profile)
    adds_up(Explainer(tiny_model, tiny_model.user_history(None, history, profile)).reasons([movie]), shown)


def test_of_whom_nothing_is_known_there_is_no_reason(tiny_model):
    found = tiny_model.explain(movie_id=7, history={})
    assert found.contributions == pytest.approx(dict.fromkeys(GROUPS, 0.0), abs=1e-12)
    assert found.base == pytest.approx(found.expected, abs=1e-12)
    assert found.loo_influence.empty


def test_who_somebody_is_alone_is_one_reason(tiny_model):
    found = tiny_model.explain(movie_id=7, profile={"gender": "F", "age": 30.0})
    assert found.contributions.pop("who") != 0
    assert found.contributions == pytest.approx(dict.fromkeys(GROUPS[:-1], 0.0), abs=1e-12)
    without_demographics = tiny_model.explain(movie_id=7, history=tiny_model.history(3))
    assert without_demographics.contributions["who"] == pytest.approx(0, abs=1e-12)


def test_the_reasons_say_what_this_world_is_made_of(tiny_model):
    """Even users love even movies: what they rated and its genres raise one, and lower the other."""
    even, odd = (tiny_model.explain(8, movie_id=movie).contributions for movie in (10, 11))
    assert even["alike"] + even["genres"] > 0.3 > -0.3 > odd["alike"] + odd["genres"]
    assert abs(even["alike"]) > abs(even["habits"])


def test_a_generous_person_s_reason_is_their_habits(tiny_model):
    generous = tiny_model.explain(movie_id=40, history=dict.fromkeys(range(1, 20), 5.0))
    strict = tiny_model.explain(movie_id=40, history=dict.fromkeys(range(1, 20), 1.0))
    assert generous.contributions["habits"] - strict.contributions["habits"] > 0.5


def test_contributions_are_averages_over_all_orders_of_coming():
    """The definition, on a made-up game of five."""
    worth = np.random.default_rng(3).normal(size=len(COALITIONS))
    value = {tuple(row): each for row, each in zip(COALITIONS.tolist(), worth, strict=True)}
    total = np.zeros(len(GROUPS))
    orders = list(permutations(range(len(GROUPS))))
    for order in orders:
        inside = [False] * len(GROUPS)
        for group in order:
            before = value[tuple(inside)]
            inside[group] = True
            total[group] += value[tuple(inside)] - before
    np.testing.assert_allclose(SHAPLEY @ worth, total / len(orders))


def test_every_feature_is_in_exactly_one_group(tiny_model):
    assert {type(extractor) for extractor in tiny_model.features.extractors} == set(
        enabled_extractors(tiny_model.config)
    )
    assert {group_of(name) for name in tiny_model.features.names} == set(GROUPS)
    everything = [name for extractor in tiny_model.features.extractors for name in extractor.names()]
    assert everything == tiny_model.features.names


@pytest.mark.parametrize("name", ["weather", "", "my_user_share"])
def test_a_feature_that_nobody_put_in_a_group_is_noticed(name):
    with pytest.raises(KeyError, match="put it in one of BEGINNINGS"):
        group_of(name)


def test_no_beginning_is_in_two_groups():
    every = [(group, start) for group, starts in BEGINNINGS.items() for start in starts]
    clash = [(a, b) for g, a in every for h, b in every if g != h and a.startswith(b)]
    assert clash == []


@settings(max_examples=20, deadline=None)
@given(user=st.integers(1, 60), movie=st.integers(1, 40))
def test_leave_one_out_is_what_predict_says_without_that_rating(tiny_model, user, movie):
    history, profile = tiny_model.history(user), tiny_model.profile(user)
    found = Explainer(tiny_model, tiny_model.user_history(user)).loo_influence(movie, most=100)
    assert len(found) == len(history)  # all, as these histories are shorter than NEAREST
    given = history.set_index("movie_id")["rating"]
    for row in found.head(3).itertuples():
        others = history[history["movie_id"] != row.movie_id]
        again = tiny_model.predict(movie_ids=[movie], history=others, profile=profile)["expected"].item()
        assert row.expected_without == pytest.approx(again, abs=1e-6)
        assert row.rating == given[row.movie_id]
    shown = tiny_model.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]}))["expected"].item()
    assert ((found["expected_without"] - shown).abs().diff().dropna() <= 1e-12).all(), "furthest first"
    assert len(Explainer(tiny_model, tiny_model.user_history(user)).loo_influence(movie)) == min(3, len(history))


def test_of_many_ratings_only_the_nearest_are_tried():
    ratings, movies, users = tiny_frames()
    more = [ratings.assign(movie_id=ratings["movie_id"] + 40 * time) for time in range(3)]
    titles = movies["title"]
    catalogue = pd.concat(
        [movies.assign(movie_id=movies["movie_id"] + 40 * n, title=titles + f" {n}") for n in range(3)]
    )
    dataset = recsys.Dataset.from_frames(pd.concat(more), catalogue, users)
    model = recsys.train(dataset, "quick", **TINY_SETTINGS)
    user_history = model.user_history(8)
    assert user_history.counts[0] > NEAREST
    assert len(Explainer(model, user_history).loo_influence(10, most=1000)) == NEAREST


def test_each_copy_of_a_history_lacks_one_rating(tiny_model):
    user_history = tiny_model.user_history(8)
    places = np.array([0, 3, 5])
    copies = user_history.without_each(places)
    for row, place in enumerate(places):
        mine = slice(copies.start[row], copies.start[row + 1])
        assert list(copies.movies[mine]) == list(np.delete(user_history.movies, place))
        assert list(copies.stars[mine]) == list(np.delete(user_history.stars, place))
    assert list(copies.age) == list(user_history.age) * 3


def test_the_explanation_is_all_of_it(tiny_model):
    found = tiny_model.explain(8, movie_id=11)
    explainer = Explainer(tiny_model, tiny_model.user_history(8))
    row = explainer.reasons([11]).iloc[0]
    assert (found.expected, found.base) == (row["expected"], row["base"])
    assert found.contributions == {group: row[group] for group in GROUPS}
    pd.testing.assert_frame_equal(found.loo_influence, explainer.loo_influence(11))
    shown = tiny_model.predict(pd.DataFrame({"user_id": [8], "movie_id": [11]}))
    (wanted,) = ConformalThreshold().sets(shown[["p_1", "p_2", "p_4", "p_5"]].to_numpy(), tiny_model.stars)
    assert replace(found.prediction_set, coverage=0) == replace(wanted, coverage=0)


def test_an_explanation_names_ids_that_nobody_knows(tiny_model):
    with pytest.raises(UnknownIdError, match="1 to 40"):
        tiny_model.explain(8, movie_id=41)
    with pytest.raises(UnknownIdError, match="1 to 60"):
        tiny_model.explain(61, movie_id=4)


def test_a_list_carries_a_sentence_for_each_row_on_request(tiny_model):
    assert "reason" not in tiny_model.recommend(8)
    table = tiny_model.recommend(8, reasons=True)
    for row in table.itertuples():
        found = tiny_model.explain(8, movie_id=row.movie_id)
        assert row.reason == reason(found.base, found.contributions)
    assert tiny_model.recommend(8, only=[], reasons=True).empty
