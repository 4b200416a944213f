"""Laws of lists: no seen movie, no title twice, sorted, filtered before ranking, and as long as they can be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recsys
from recsys.errors import InputError, UnknownIdError
from recsys.serving.candidate_scores import hidden_gems, mmr, popularity_adjusted
from recsys.serving.list_options import LEAST_LIKE
from recsys.serving.recommender import Recommender
from recsys.validation import RANKERS
from tests.conftest import TINY_SETTINGS, tiny_frames

COLUMNS = ["rank", "movie_id", "title", "year", "genres", "expected", "like", "score"]


@settings(max_examples=40, deadline=None)
@given(
    user=st.integers(1, 60),
    n=st.integers(1, 100),
    ranker=st.sampled_from(RANKERS),
    popularity=st.sampled_from([-1.0, -0.4, 0.0, 1.0]),
    diversity=st.sampled_from([0.0, 0.3, 1.0]),
    min_like=st.sampled_from([None, 0.0, 0.3, 0.9, 1.0]),
)
def test_a_list_keeps_the_laws(tiny_model, user, n, ranker, popularity, diversity, min_like):
    asked = {"n": n, "ranker": ranker, "popularity": popularity, "diversity": diversity, "min_like": min_like}
    found = tiny_model.top(user, **asked)
    table, seen = found.table, set(tiny_model.history(user)["movie_id"])
    assert list(table) == COLUMNS
    assert not seen & set(table["movie_id"])
    assert table["movie_id"].is_unique
    assert (table["score"].diff().dropna() <= 1e-12).all()
    assert list(table["rank"]) == list(range(1, len(table) + 1))
    least = LEAST_LIKE[ranker] if min_like is None else min_like
    assert (table["like"] >= least).all()
    unseen = sorted(set(range(1, 41)) - seen)
    if ranker == "gems":
        rated = tiny_model.movies.sort_values(["count", "movie_id"], ascending=[False, True])["movie_id"]
        unseen = sorted(set(unseen) - set(rated.head(8)))
    pairs = pd.DataFrame({"user_id": user, "movie_id": unseen})
    prediction_set = tiny_model.predict(pairs)[["p_4", "p_5"]].sum(axis=1) >= least
    assert len(table) == min(n, prediction_set.sum()) == found.funnel.shown
    assert found.funnel.filtered == len(unseen)
    if len(table) < n:
        assert found.funnel.unlikely == len(unseen) - len(table)
    again = tiny_model.recommend(history=tiny_model.history(user), profile=tiny_model.profile(user), **asked)
    pd.testing.assert_frame_equal(table, again, check_exact=False, rtol=0, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    user=st.integers(1, 60),
    genre=st.sampled_from([(), ("Even",), ("Odd",), ("Drama", "Odd")]),
    first=st.none() | st.integers(1950, 1980),
    last=st.none() | st.integers(1980, 1991),
    least=st.integers(0, 60),
    only=st.none() | st.lists(st.integers(1, 40), max_size=12),
    ranker=st.sampled_from(RANKERS),
    popularity=st.sampled_from([0.0, 0.7]),
    min_like=st.sampled_from([None, 0.0, 0.4]),
)
def test_filters_come_before_ranking(tiny_model, user, genre, first, last, least, only, ranker, popularity, min_like):
    order = {"n": 100, "ranker": ranker, "popularity": popularity, "min_like": min_like}
    whole = tiny_model.recommend(user, **order)
    count = tiny_model.movies.set_index("movie_id")["count"]
    keep = whole["movie_id"].map(count) >= least
    keep &= whole["year"].between(first or 0, last or 3000)
    keep &= whole["genres"].map(lambda text: not genre or bool(set(text.split("|")) & set(genre)))
    keep &= whole["movie_id"].isin(only) if only is not None else True
    expected = whole[keep].reset_index(drop=True).assign(rank=lambda table: np.arange(1, len(table) + 1))
    wanted = {"genres": genre, "years": (first, last), "min_ratings": least, "only": only}
    found = tiny_model.top(user, **order, **wanted)
    pd.testing.assert_frame_equal(found.table, expected, check_exact=False, rtol=0, atol=1e-6, check_dtype=False)
    assert found.funnel.filtered - found.funnel.unlikely == len(expected)


def test_the_funnel_adds_up(tiny_model):
    seen = len(tiny_model.history(9))
    funnel = tiny_model.top(9, n=3, genres=["Odd"]).funnel
    assert (funnel.catalogue, funnel.seen, funnel.same, funnel.shown) == (40, seen, 0, 3)
    assert funnel.unseen == 40 - seen >= funnel.filtered >= 3


def test_even_users_are_shown_even_movies_first(tiny_model):
    for history in ({2: 5, 4: 5, 6: 4, 3: 1}, {2: 5}):
        table = tiny_model.recommend(history=history, n=10)
        assert (table["movie_id"] % 2 == 0).all(), history


@pytest.fixture(scope="module")
def twins() -> Recommender:
    """The tiny world in which movie 40 is movie 38 under another id."""
    ratings, movies, users = tiny_frames()
    movies.loc[movies["movie_id"] == 40, "title"] = movies.loc[movies["movie_id"] == 38, "title"].item()
    return recsys.train(recsys.Dataset.from_frames(ratings, movies, users), "quick", **TINY_SETTINGS)


def test_no_title_stands_twice_nor_beside_its_rated_twin(twins):
    table = twins.recommend(history={2: 5}, n=100, min_like=0)
    assert table["title"].is_unique
    kept = table["movie_id"][table["movie_id"].isin([38, 40])].tolist()
    counts = twins.movies.set_index("movie_id")["count"]
    assert kept == [38 if counts[38] >= counts[40] else 40]
    for rated in (38, 40):
        top = twins.top(history={rated: 5}, n=100, min_like=0)
        assert not set(top.table["movie_id"]) & {38, 40}
        assert (top.funnel.seen, top.funnel.same, top.funnel.shown) == (1, 1, 38)
    other = 78 - kept[0]
    assert twins.recommend(history={2: 5}, only=[other], min_like=0)["movie_id"].tolist() == kept


def test_one_five_star_rating_tops_no_list():
    """A movie that a single person loved must not lead anybody's list."""
    ratings, movies, users = tiny_frames()
    ratings = ratings[(ratings["movie_id"] != 40) | (ratings["user_id"] == 2)]
    lonely = pd.DataFrame({"user_id": [2], "movie_id": [40], "rating": [5], "timestamp": [1]})
    ratings = pd.concat([ratings[ratings["movie_id"] != 40], lonely])
    model = recsys.train(recsys.Dataset.from_frames(ratings, movies, users), "quick", **TINY_SETTINGS)
    for ranker in RANKERS:
        for user in (4, 6, 7):
            assert 40 not in model.recommend(user, ranker=ranker, n=1)["movie_id"].tolist(), (ranker, user)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"n": 0}, "n"),
        ({"n": 101}, "n"),
        ({"n": True}, "n"),
        ({"n": 2.5}, "n"),
        ({"genres": "Odd"}, "genres"),
        ({"genres": ["Western"]}, "genres"),
        ({"years": (1990, 1980)}, "years"),
        ({"years": (1990,)}, "years"),
        ({"min_ratings": -1}, "min_ratings"),
        ({"only": [0]}, "only"),
        ({"only": "7"}, "only"),
        ({"ranker": "best"}, "ranker"),
        ({"popularity": 1.01}, "popularity"),
        ({"popularity": float("nan")}, "popularity"),
        ({"diversity": -0.1}, "diversity"),
        ({"min_like": 1.5}, "min_like"),
        ({"min_like": True}, "min_like"),
        ({"min_like": "0.5"}, "min_like"),
    ],
)
def test_a_wish_out_of_range_is_refused_by_name(tiny_model, wanted, field):
    with pytest.raises(InputError) as refused:
        tiny_model.recommend(1, **wanted)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_all_wrong_wishes_are_told_at_once(tiny_model):
    with pytest.raises(InputError) as refused:
        tiny_model.recommend(1, n=0, ranker="", diversity=9)
    assert {problem.field for problem in refused.value.problems} == {"n", "ranker", "diversity"}


def test_ids_nobody_knows_are_refused(tiny_model):
    with pytest.raises(UnknownIdError, match="1 to 60"):
        tiny_model.recommend(61)
    with pytest.raises(UnknownIdError, match="99"):
        tiny_model.recommend(1, only=[3, 99])
    with pytest.raises(UnknownIdError, match="41"):
        tiny_model.similar(41)
    with pytest.raises(InputError, match="not both"):
        tiny_model.recommend(1, history={2: 5})


def test_similar_movies_are_loved_by_the_same_people(tiny_model):
    found = tiny_model.similar(8, n=10)
    assert list(found) == ["rank", "movie_id", "title", "year", "genres", "similarity"]
    assert (found["movie_id"] % 2 == 0).all()
    assert 8 not in set(found["movie_id"])
    assert (found["similarity"].diff().dropna() <= 0).all()
    assert found["similarity"].between(-1, 1).all()


def test_bending_uses_what_was_unseen_whatever_the_scale():
    scores, counts = np.array([1.0, 2, 3, 100]), np.array([1, 10, 100, 5])
    unseen = np.array([True, True, True, False])
    assert np.array_equal(popularity_adjusted(scores, counts, unseen, 0.0), scores)
    known, little = (popularity_adjusted(scores * 7 + 3, counts, unseen, slider) for slider in (0.5, -1.0))
    np.testing.assert_allclose(known, popularity_adjusted(scores, counts, unseen, 0.5))
    assert (little[:3].argmax(), known[:3].argmax()) == (0, 2)


def test_diversity_prefers_another_genre_and_its_score_never_rises():
    flags = np.array([[1, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    scores, movies = np.array([1.0, 0.9, 0.5, 0.0]), np.arange(4)
    plain, same = mmr(scores, movies, flags, 3, 0.0)
    assert plain.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(same, scores[:3])
    chosen, marginal = mmr(scores, movies, flags, 3, 0.5)
    assert chosen.tolist() == [0, 2, 1]
    np.testing.assert_allclose(marginal, [0.5, 0.25, 0.5 * 0.9 - 0.5])


def test_gems_are_liked_and_little_known_but_not_unknown():
    like, counts = np.array([0.9, 0.9, 0.9, 0.2]), np.array([500, 40, 1, 40])
    assert hidden_gems(like, counts).argmax() == 1
