"""A named movie really raises the expected rating: shown by the public `predict` without it."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recsys
from recsys.errors import UnknownIdError
from recsys.schema import LIKED_SHARE
from recsys.serving.explain.named_reasons import MIN_INFLUENCE, NamedReason, named_reasons
from recsys.serving.explain.sentences import MIN_RATERS, THEY, row_reasons
from tests.conftest import TINY_SETTINGS, tiny_frames

HISTORIES = st.dictionaries(st.integers(1, 40), st.sampled_from([1.0, 2.0, 4.0, 5.0]), max_size=12)


def assert_true(model, history: pd.DataFrame, profile, reasons: list[NamedReason]) -> None:
    """Each reason against the public `predict` of the history without the named ratings, singly and together."""
    stars = dict(zip(history["movie_id"], history["rating"], strict=True))
    for reason in reasons:
        assert len(reason.because) <= 2
        named = [movie_id for movie_id, _ in reason.because]
        removals = [[], *map(list, (*combinations(named, 1), *combinations(named, 2)))]
        expected, *without = [
            model.predict(
                movie_ids=[reason.movie_id], history=history[~history["movie_id"].isin(removed)], profile=profile
            )["expected"].item()
            for removed in removals
        ]
        assert reason.expected == pytest.approx(expected, abs=1e-6)
        assert all(expected - value >= MIN_INFLUENCE - 1e-6 for value in without), (reason, without)
        assert reason.expected_without == pytest.approx(without[-1] if without else expected, abs=1e-6)
        for movie_id, rating in reason.because:
            assert rating == stars[movie_id] >= LIKED_SHARE * model.stars[-1]
        assert reason.movie_id not in named


@settings(max_examples=25, deadline=None)
@given(user=st.integers(1, 60))
def test_named_ratings_raise_the_expected_rating(tiny_model, user):
    reasons = named_reasons(tiny_model, tiny_model.user_history(user), tiny_model.recommend(user)["movie_id"])
    assert_true(tiny_model, tiny_model.history(user), tiny_model.profile(user), reasons)


@settings(max_examples=25, deadline=None)
@given(history=HISTORIES, movies=st.lists(st.integers(1, 40), max_size=4))
def test_whatever_the_history_a_reason_is_true_and_names_no_disliked_movie(tiny_model, history, movies):
    """Of movies in the history too, which are not named for themselves."""
    user_history = tiny_model.user_history(None, history, {"gender": "F"})
    reasons = named_reasons(tiny_model, user_history, movies)
    assert [reason.movie_id for reason in reasons] == movies
    frame = pd.DataFrame({"movie_id": list(history), "rating": list(history.values())})
    assert_true(tiny_model, frame, {"gender": "F"}, reasons)


def test_in_this_world_movies_of_the_same_parity_speak_for_a_movie(tiny_model):
    user_history = tiny_model.user_history(history={2: 5.0, 4: 5.0, 3: 4.0})
    even, odd = named_reasons(tiny_model, user_history, [10, 11])
    assert sorted(even.because) == [(2, 5.0), (4, 5.0)]
    assert odd.because == ((3, 4.0),)
    assert row_reasons(tiny_model, user_history, [10, 11], THEY) == [
        "Because they gave 5 ★ to {} and {}.".format(*(f"The Movie {movie_id}" for movie_id, _ in even.because)),
        "Because they gave 4 ★ to The Movie 3.",
    ]


def test_ratings_that_replace_one_another_speak_for_a_movie_as_a_whole(tiny_model):
    """Without any one of them the others still say the same."""
    user_history = tiny_model.user_history(history={2: 5.0, 4: 5.0, 6: 4.0, 1: 1.0, 3: 2.0})
    assert named_reasons(tiny_model, user_history, [10])[0].because == ()
    assert row_reasons(tiny_model, user_history, [10]) == [
        "Most people like it, and your ratings as a whole speak for it."
    ]


def test_a_history_without_liked_ratings_names_nothing(tiny_model):
    user_history = tiny_model.user_history(history={2: 1.0, 4: 2.0, 6: 1.0})
    for reason in named_reasons(tiny_model, user_history, range(7, 41)):
        assert reason.because == ()
        assert reason.expected_without == reason.expected
    assert all("Because" not in sentence for sentence in row_reasons(tiny_model, user_history, range(7, 41)))


def test_a_known_user_equals_a_newcomer_whatever_the_order_of_the_history(tiny_model):
    movies = tiny_model.recommend(8)["movie_id"]
    shuffled = tiny_model.history(8).sample(frac=1, random_state=3)
    newcomer = tiny_model.user_history(history=shuffled, profile=tiny_model.profile(8))
    known = named_reasons(tiny_model, tiny_model.user_history(8), movies)
    assert known == named_reasons(tiny_model, newcomer, movies)
    assert any(len(reason.because) for reason in known)


def test_the_order_of_the_list_does_not_matter(tiny_model):
    movies = tiny_model.recommend(8)["movie_id"].tolist()
    sentences = row_reasons(tiny_model, tiny_model.user_history(8), movies)
    assert row_reasons(tiny_model, tiny_model.user_history(8), movies[::-1]) == sentences[::-1]
    assert row_reasons(tiny_model, tiny_model.user_history(8), []) == []


def test_without_ratings_the_sentence_says_so(tiny_model):
    for sentence in row_reasons(tiny_model, tiny_model.user_history(history={}), range(1, 41)):
        assert sentence.endswith("; you have not rated any movie yet.")


def test_an_unknown_movie_is_named_in_the_error(tiny_model):
    with pytest.raises(UnknownIdError, match="1 to 40"):
        named_reasons(tiny_model, tiny_model.user_history(8), [41])


def test_titles_are_those_of_the_caller(tiny_model):
    movies = tiny_model.recommend(8)["movie_id"]
    sentences = row_reasons(tiny_model, tiny_model.user_history(8), movies, THEY, lambda movie_id: f"<{movie_id}>")
    named = [sentence for sentence in sentences if sentence.startswith("Because they gave ")]
    assert named
    assert all(re.search(r"<\d+>", sentence) for sentence in named)


def test_repeated_entries_and_remakes_are_not_named_for_each_other_nor_together():
    """Movies 2, 4 and 6 are two entries of one title and a remake."""
    ratings, movies, users = tiny_frames()
    same = {2: "Sabrina (1954)", 4: "Sabrina (1954)", 6: "Sabrina (1995)"}
    movies["title"] = [same.get(movie, title) for movie, title in zip(movies["movie_id"], movies["title"], strict=True)]
    model = recsys.train(recsys.Dataset.from_frames(ratings, movies, users), "quick", **TINY_SETTINGS)
    user_history = model.user_history(history=dict.fromkeys(same, 5.0))
    for reason in named_reasons(model, user_history, range(1, 41)):
        assert len(reason.because) <= (0 if reason.movie_id in same else 1)
    assert any(reason.because for reason in named_reasons(model, user_history, range(8, 41)))


def test_a_list_has_a_reason_for_each_row_on_request(tiny_model):
    assert "reason" not in tiny_model.recommend(8)
    table = tiny_model.recommend(8, reasons=True)
    assert table["reason"].tolist() == row_reasons(tiny_model, tiny_model.user_history(8), table["movie_id"])
    assert tiny_model.recommend(8, only=[], reasons=True).empty


@pytest.mark.real_data
def test_on_real_ratings_every_reason_is_true(real_version):
    users = [196, 405, *np.random.default_rng(1).choice(real_version.user_ids, 12, replace=False).tolist()]
    named = []
    for user in users:
        reasons = named_reasons(
            real_version, real_version.user_history(user), real_version.recommend(user, n=5)["movie_id"]
        )
        assert_true(real_version, real_version.history(user), real_version.profile(user), reasons)
        named += [reason for reason in reasons if reason.because]
    assert len(named) > 0.9 * 5 * len(users)


@pytest.mark.real_data
def test_on_real_ratings_no_movie_is_said_to_be_liked_when_most_people_do_not_like_it(real_version):
    """For a newcomer whose ratings can name nothing, for every movie of the catalogue."""
    ratings = pd.DataFrame({"movie": real_version.interactions.movies, "liked": real_version.interactions.stars >= 4})
    by_movie = ratings.groupby("movie")["liked"].agg(["mean", "size"]).reindex(range(len(real_version.catalogue)))
    for history in ({}, {1: 1.0, 2: 1.0}, {1: 3.0}):
        movie_ids = real_version.catalogue.movie_ids
        sentences = row_reasons(real_version, real_version.user_history(history=history), movie_ids)
        says_liked = np.array([sentence.startswith("Most people like it") for sentence in sentences])
        is_liked = (by_movie["mean"] > 0.5) & (by_movie["size"] >= MIN_RATERS)
        assert not says_liked[~is_liked].any()
        assert says_liked[is_liked].any()
        assert not any(sentence.startswith("Because") for sentence in sentences)
