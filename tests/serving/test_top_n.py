"""Invariants of top-N lists: no seen movie, no title twice, sorted, filtered before ranking, as long as possible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recsys
from recsys.errors import InputError, UnknownIdError
from recsys.list_option_table import LEAST_LIKE, RANKERS
from recsys.serving.candidate_scores import hidden_gems, mmr, popularity_adjusted
from recsys.serving.list_options import ListOptions
from recsys.serving.top_n import top
from tests.conftest import TINY_SETTINGS, tiny_frames

COLUMNS = ["rank", "movie_id", "title", "year", "genres", "expected", "like", "match", "score"]


@settings(max_examples=40, deadline=None)
@given(
    user=st.integers(1, 60),
    n=st.integers(1, 100),
    ranker=st.sampled_from(RANKERS),
    popularity=st.sampled_from([-1.0, -0.4, 0.0, 1.0]),
    diversity=st.sampled_from([0.0, 0.3, 1.0]),
    min_like=st.sampled_from([None, 0.0, 0.3, 0.9, 1.0]),
)
def test_a_list_has_the_invariants(tiny_model, user, n, ranker, popularity, diversity, min_like):
    options = {"n": n, "ranker": ranker, "popularity": popularity, "diversity": diversity, "min_like": min_like}
    top = tiny_model.top(user, **options)
    table, seen = top.table, set(tiny_model.history(user)["movie_id"])
    assert list(table) == COLUMNS
    assert not seen & set(table["movie_id"])
    assert table["movie_id"].is_unique
    assert (table["score"].diff().dropna() <= 1e-12).all()
    assert list(table["rank"]) == list(range(1, len(table) + 1))
    assert table["match"].between(0, 1).all()
    if not diversity:
        assert (table["match"].diff().dropna() <= 1e-12).all(), "the match says why a row stands where it stands"
    least_like = LEAST_LIKE[ranker] if min_like is None else min_like
    assert (table["like"] >= least_like).all()
    unseen = sorted(set(range(1, 41)) - seen)
    if ranker == "gems":
        by_count = tiny_model.movies.sort_values(["count", "movie_id"], ascending=[False, True])["movie_id"]
        unseen = sorted(set(unseen) - set(by_count.head(8)))
    pairs = pd.DataFrame({"user_id": user, "movie_id": unseen})
    likely = tiny_model.predict(pairs)[["p_4", "p_5"]].sum(axis=1) >= least_like
    assert len(table) == min(n, likely.sum()) == top.funnel.shown
    assert top.funnel.filtered == len(unseen)
    if len(table) < n:
        assert top.funnel.unlikely == len(unseen) - len(table)
    as_newcomer = tiny_model.recommend(history=tiny_model.history(user), profile=tiny_model.profile(user), **options)
    pd.testing.assert_frame_equal(table, as_newcomer, check_exact=False, rtol=0, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    user=st.integers(1, 60),
    genres=st.sampled_from([(), ("Even",), ("Odd",), ("Drama", "Odd")]),
    years=st.tuples(st.none() | st.integers(1950, 1980), st.none() | st.integers(1980, 1991)),
    min_ratings=st.integers(0, 60),
    only=st.none() | st.lists(st.integers(1, 40), max_size=12),
    exclude=st.lists(st.integers(1, 40), max_size=12),
    ranker=st.sampled_from(RANKERS),
    popularity=st.sampled_from([0.0, 0.7]),
    min_like=st.sampled_from([None, 0.0, 0.4]),
)
def test_filters_come_before_ranking(
    tiny_model, user, genres, years, min_ratings, only, exclude, ranker, popularity, min_like
):
    ranking = {"n": 100, "ranker": ranker, "popularity": popularity, "min_like": min_like}
    full = tiny_model.recommend(user, **ranking)
    count = tiny_model.movies.set_index("movie_id")["count"]
    passing = full["movie_id"].map(count) >= min_ratings
    passing &= full["year"].between(years[0] or 0, years[1] or 3000)
    passing &= full["genres"].map(lambda text: not genres or bool(set(text.split("|")) & set(genres)))
    passing &= full["movie_id"].isin(only) if only is not None else True
    unwanted = {"Drama", "Even"} - set(genres) if "Odd" in genres else set()
    passing &= full["genres"].map(lambda text: not set(text.split("|")) & unwanted) & ~full["movie_id"].isin(exclude)
    expected = full[passing].reset_index(drop=True).assign(rank=lambda table: np.arange(1, len(table) + 1))
    filters = {"genres": genres, "years": years, "min_ratings": min_ratings, "only": only}
    filters |= {"exclude_genres": sorted(unwanted), "exclude": exclude}
    top = tiny_model.top(user, **ranking, **filters)
    pd.testing.assert_frame_equal(top.table, expected, check_exact=False, rtol=0, atol=1e-6, check_dtype=False)
    assert top.funnel.filtered - top.funnel.unlikely == len(expected)


def test_the_funnel_adds_up(tiny_model):
    seen = len(tiny_model.history(9))
    funnel = tiny_model.top(9, n=3, genres=["Odd"]).funnel
    assert (funnel.catalogue, funnel.seen, funnel.same, funnel.shown) == (40, seen, 0, 3)
    assert funnel.unseen == 40 - seen >= funnel.filtered >= 3


def test_excluded_movies_are_counted_after_the_seen_ones(tiny_model):
    seen = tiny_model.history(9)["movie_id"].tolist()
    unseen = sorted(set(range(1, 41)) - set(seen))
    top = tiny_model.top(9, n=100, exclude=[*seen[:3], *unseen[:2]], only=unseen[:5], min_like=0)
    assert (top.funnel.excluded, top.funnel.filtered) == (2, 3)
    assert top.steps() == f"40 movies → {len(seen)} rated → 2 seen or hidden → 3 after filters → 3 shown"
    assert top.headline() == "Chosen from 3 unseen movies that pass the filters."
    assert top.relaxed_counts == {"only": len(unseen) - 2, "exclude": 5}
    assert "“Excluded movies” (5 movies)" in top.why_short()
    assert " 2 seen or hidden → " in tiny_model.top(9, exclude=unseen[:2]).steps()
    assert "after filters" not in tiny_model.top(9, exclude=unseen[:2]).steps()


def test_any_number_of_movies_can_be_excluded_inside(tiny_model):
    options = ListOptions.checked(exclude=[1, 2], n=100, ranker="gems", genres=["Odd"], min_like=0.1)
    more = options.without(movie_id for movie_id in [3, *range(2, 40)] * 500)
    assert sorted(more.filters.exclude) == list(range(1, 40))
    assert more == options.replace(exclude=more.filters.exclude)
    assert options.filters.exclude == (1, 2)
    assert top(tiny_model, tiny_model.user_history(history={}), more).table.empty
    assert ListOptions.checked(**options.values) == options


def test_even_users_get_even_movies_first(tiny_model):
    for history in ({2: 5, 4: 5, 6: 4, 3: 1}, {2: 5}):
        table = tiny_model.recommend(history=history, n=10)
        assert (table["movie_id"] % 2 == 0).all(), history


def test_a_title_is_listed_once_and_never_if_an_entry_is_rated(twins):
    table = twins.recommend(history={2: 5}, n=100, min_like=0)
    assert table["title"].is_unique
    principal = table["movie_id"][table["movie_id"].isin([38, 40])].tolist()
    counts = twins.movies.set_index("movie_id")["count"]
    assert principal == [38 if counts[38] >= counts[40] else 40]
    for rated in (38, 40):
        top = twins.top(history={rated: 5}, n=100, min_like=0)
        assert not set(top.table["movie_id"]) & {38, 40}
        assert (top.funnel.seen, top.funnel.same, top.funnel.shown) == (1, 1, 38)
    twin = 78 - principal[0]
    assert twins.recommend(history={2: 5}, only=[twin], min_like=0)["movie_id"].tolist() == principal
    without = twins.top(history={2: 5}, exclude=[twin], n=100, min_like=0)
    assert not set(without.table["movie_id"]) & {38, 40}
    assert without.funnel.excluded == 1
    assert twins.recommend(history={2: 5}, only=[38, 9], exclude=[40], min_like=0)["movie_id"].tolist() == [9]


def test_one_five_star_rating_tops_no_list():
    """A movie that a single user loved must not lead any list."""
    ratings, movies, users = tiny_frames()
    ratings = ratings[(ratings["movie_id"] != 40) | (ratings["user_id"] == 2)]
    single = pd.DataFrame({"user_id": [2], "movie_id": [40], "rating": [5], "timestamp": [1]})
    ratings = pd.concat([ratings[ratings["movie_id"] != 40], single])
    model = recsys.train(recsys.Dataset.from_frames(ratings, movies, users), "quick", **TINY_SETTINGS)
    for ranker in RANKERS:
        for user in (4, 6, 7):
            assert 40 not in model.recommend(user, ranker=ranker, n=1)["movie_id"].tolist(), (ranker, user)


@pytest.mark.parametrize(
    ("options", "field"),
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
        ({"exclude": "7"}, "exclude"),
        ({"exclude": [True]}, "exclude"),
        ({"exclude_genres": ["Western"]}, "exclude_genres"),
        ({"exclude_genres": ["Odd"], "genres": ["Odd"]}, "exclude_genres"),
        ({"ranker": "best"}, "ranker"),
        ({"popularity": 1.01}, "popularity"),
        ({"popularity": float("nan")}, "popularity"),
        ({"diversity": -0.1}, "diversity"),
        ({"min_like": 1.5}, "min_like"),
        ({"min_like": True}, "min_like"),
        ({"min_like": "0.5"}, "min_like"),
    ],
)
def test_an_option_out_of_range_is_named_in_the_error(tiny_model, options, field):
    with pytest.raises(InputError) as caught:
        tiny_model.recommend(1, **options)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_all_wrong_options_are_in_one_error(tiny_model):
    with pytest.raises(InputError) as caught:
        tiny_model.recommend(1, n=0, ranker="", diversity=9)
    assert {problem.field for problem in caught.value.problems} == {"n", "ranker", "diversity"}


def test_unknown_ids_are_refused(tiny_model):
    with pytest.raises(UnknownIdError, match="1 to 60"):
        tiny_model.recommend(61)
    with pytest.raises(UnknownIdError, match="99"):
        tiny_model.recommend(1, only=[3, 99])
    with pytest.raises(UnknownIdError, match=r"exclude.*99"):
        tiny_model.recommend(1, exclude=[3, 99])
    with pytest.raises(UnknownIdError, match="41"):
        tiny_model.similar(41)
    with pytest.raises(InputError, match="not both"):
        tiny_model.recommend(1, history={2: 5})


def test_similar_movies_are_loved_by_the_same_users(tiny_model):
    table = tiny_model.similar(8, n=10)
    assert list(table) == ["rank", "movie_id", "title", "year", "genres", "similarity"]
    assert (table["movie_id"] % 2 == 0).all()
    assert 8 not in set(table["movie_id"])
    assert (table["similarity"].diff().dropna() <= 0).all()
    assert table["similarity"].between(-1, 1).all()


def test_popularity_adjustment_standardises_over_unseen_movies():
    scores, counts = np.array([1.0, 2, 3, 100]), np.array([1, 10, 100, 5])
    unseen = np.array([True, True, True, False])
    assert np.array_equal(popularity_adjusted(scores, counts, unseen, 0.0), scores)
    popular, unpopular = (popularity_adjusted(scores * 7 + 3, counts, unseen, slider) for slider in (0.5, -1.0))
    np.testing.assert_allclose(popular, popularity_adjusted(scores, counts, unseen, 0.5))
    assert (unpopular[:3].argmax(), popular[:3].argmax()) == (0, 2)


def test_diversity_prefers_another_genre_and_its_score_never_rises():
    flags = np.array([[1, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    scores, movies = np.array([1.0, 0.9, 0.5, 0.0]), np.arange(4)
    positions, unchanged = mmr(scores, movies, flags, 3, 0.0)
    assert positions.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(unchanged, scores[:3])
    positions, marginal = mmr(scores, movies, flags, 3, 0.5)
    assert positions.tolist() == [0, 2, 1]
    np.testing.assert_allclose(marginal, [0.5, 0.25, 0.5 * 0.9 - 0.5])


def test_gems_are_liked_and_little_known_but_not_unknown():
    like, counts = np.array([0.9, 0.9, 0.9, 0.2]), np.array([500, 40, 1, 40])
    assert hidden_gems(like, counts).argmax() == 1
