"""Laws of a list for several: nobody counts more, nobody's order matters, and nobody's seen movie is in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.errors import InputError, UnknownIdError
from recsys.list_option_table import COMBINATIONS, RANKERS
from recsys.serving import taste_match as taste_match_module
from recsys.serving.list_options import ListOptions
from recsys.serving.together import CLASH_SHARE, Group, member_columns

EVEN, ODD = {"history": {2: 5, 4: 5, 6: 4, 3: 1}}, {"history": {1: 5, 3: 5, 5: 4, 2: 1}}
USERS = st.integers(1, 60)
OPTIONS = st.fixed_dictionaries(
    {
        "n": st.integers(1, 40),
        "ranker": st.sampled_from(RANKERS),
        "popularity": st.sampled_from([-1.0, 0.0, 0.4]),
        "diversity": st.sampled_from([0.0, 0.5]),
        "min_like": st.sampled_from([None, 0.0, 0.6]),
    }
)
GROUPS = st.lists(st.one_of(USERS, st.sampled_from([EVEN, ODD])), min_size=2, max_size=4)


def group_of(recommender, *user_ids: int, excluded=(), **options) -> Group:
    histories = [recommender.user_history(user_id) for user_id in user_ids]
    return Group.of(recommender, histories, ListOptions.checked(**options).without(excluded))


@settings(max_examples=40, deadline=None)
@given(user=USERS, copies=st.integers(2, 4), by=st.sampled_from(COMBINATIONS), options=OPTIONS)
def test_copies_of_one_user_get_that_users_own_list(tiny_model, user, copies, by, options):
    together, own = (
        tiny_model.recommend_together([user] * copies, by=by, **options),
        tiny_model.recommend(user, **options),
    )
    assert together["movie_id"].tolist() == own["movie_id"].tolist()
    for number in range(1, copies + 1):
        for column, name in zip(("match", "expected", "like"), member_columns(number), strict=True):
            np.testing.assert_allclose(together[name], own[column], rtol=0, atol=1e-9)
    assert not together["clash"].any()


@settings(max_examples=30, deadline=None)
@given(members=GROUPS, by=st.sampled_from(COMBINATIONS), options=OPTIONS, shuffle=st.randoms())
def test_the_order_of_members_does_not_matter(tiny_model, members, by, options, shuffle):
    order = list(range(len(members)))
    shuffle.shuffle(order)
    table = tiny_model.recommend_together(members, by=by, **options)
    shuffled = tiny_model.recommend_together([members[place] for place in order], by=by, **options)
    shared = ["rank", "movie_id", "score", "spread", "clash"]
    pd.testing.assert_frame_equal(table[shared], shuffled[shared], check_exact=True)
    for number, place in enumerate(order, 1):
        columns = list(member_columns(number))
        assert shuffled[columns].to_numpy().tolist() == table[list(member_columns(place + 1))].to_numpy().tolist()


@settings(max_examples=40, deadline=None)
@given(members=st.lists(USERS, min_size=2, max_size=4), n=st.integers(1, 12), ranker=st.sampled_from(RANKERS))
def test_by_the_least_nobody_is_worse_off_than_by_the_mean(tiny_model, members, n, ranker):
    """The lowest match of any member with any movie, among the same candidates."""
    lowest = {}
    for by in COMBINATIONS:
        table = tiny_model.recommend_together(members, by=by, n=n, ranker=ranker, min_like=0)
        lowest[by] = (len(table), table.filter(like="match_").to_numpy().min(initial=1.0))
    assert lowest["least"][0] == lowest["mean"][0]
    assert lowest["least"][1] >= lowest["mean"][1]
    assert lowest["least"][1] >= lowest["blend"][1]


@settings(max_examples=30, deadline=None)
@given(members=st.lists(USERS, min_size=2, max_size=5), by=st.sampled_from(COMBINATIONS), options=OPTIONS)
def test_a_list_has_the_invariants(tiny_model, members, by, options):
    table = tiny_model.recommend_together(members, by=by, **options)
    seen = {movie for user in members for movie in tiny_model.history(user)["movie_id"]}
    assert not seen & set(table["movie_id"])
    assert table["movie_id"].is_unique
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert (table["score"].diff().dropna() <= 1e-12).all()
    least_like = ListOptions.checked(**options).order.least_like
    if by == "least":
        assert (table.filter(like="like_") >= least_like).all(axis=None)
    elif by == "mean":
        assert (table.filter(like="like_").mean(axis=1) >= least_like - 1e-9).all()
    for number, user in enumerate(members, 1):
        prediction = tiny_model.predict(pd.DataFrame({"user_id": user, "movie_id": table["movie_id"]}))
        _, expected, like = member_columns(number)
        np.testing.assert_allclose(table[expected], prediction["expected"], rtol=0, atol=1e-6)
        np.testing.assert_allclose(table[like], prediction[["p_4", "p_5"]].sum(axis=1), rtol=0, atol=1e-6)
    expected_stars = table.filter(like="expected_").to_numpy()
    if len(table):
        np.testing.assert_allclose(table["spread"], np.ptp(expected_stars, axis=1))
        assert table["clash"].tolist() == (np.ptp(expected_stars, axis=1) >= 1.0).tolist()


def test_scores_are_what_their_names_say(tiny_model):
    group = group_of(tiny_model, 2, 9, 4, n=40, min_like=0)
    scores = np.stack([member.scores for member in group.members])
    combined_scores = {
        "least": scores.min(axis=0),
        "mean": scores.mean(axis=0),
        "blend": (scores.min(axis=0) + scores.mean(axis=0)) / 2,
    }
    for by in COMBINATIONS:
        table = group.top(by).table
        positions = tiny_model.catalogue.positions(table["movie_id"].to_numpy())
        np.testing.assert_allclose(table["score"], combined_scores[by][positions])
        for number, member_scores in enumerate(scores, 1):
            np.testing.assert_allclose(table[f"match_{number}"], np.clip(member_scores[positions], 0, 1))


def test_opposite_tastes_clash_and_each_clash_is_a_stretch(tiny_model):
    """Even users love even movies and odd users odd ones: whatever is left divides two of both."""
    group = group_of(tiny_model, 2, 3, min_like=0, n=3)
    table = group.top("mean").table
    assert table["clash"].all()
    assert (table["spread"] >= CLASH_SHARE * 4).all()
    stretches = group.stretches(table["movie_id"].tolist(), n=2)
    assert len(stretches) == 2
    assert stretches["clash"].all()
    assert not set(stretches["movie_id"]) & set(table["movie_id"])
    assert (stretches["score"].diff().dropna() <= 1e-12).all()
    assert list(stretches) == list(table)
    assert not len(group_of(tiny_model, 2, 4).stretches())


def test_what_a_member_excludes_is_in_no_list(tiny_model):
    first = group_of(tiny_model, 2, 4).top("least").table["movie_id"].tolist()
    group = group_of(tiny_model, 2, 4, excluded=first[:2])
    assert group.top("least").table["movie_id"].tolist()[:3] == first[2:5]
    assert not set(first[:2]) & set(group_of(tiny_model, 2, 3, excluded=first[:2]).stretches()["movie_id"])


def test_a_short_list_says_why(tiny_model):
    seen = {movie for user in (2, 3) for movie in tiny_model.history(user)["movie_id"]}
    top = group_of(tiny_model, 2, 3, n=30, min_like=0.5).top("least")
    assert f"{len(seen)} rated" in top.steps()
    assert "a chance below 50% to be liked by all of you" in top.why_short()
    top = group_of(tiny_model, 2, 4, n=30, genres=["Odd"], min_like=0).top("least")
    assert top.relaxed_counts["genres"] > len(top.table)
    assert top.why_short()


@pytest.mark.parametrize(
    ("members", "options", "fields"),
    [
        ([2], {}, ["members"]),
        (list(range(1, 10)), {}, ["members"]),
        ([2, "x"], {}, ["members[1]"]),
        ([2, None], {}, ["members[1]"]),
        ([True, {"history": {2: 9}}], {}, ["members[0]", "members[1].history"]),
        ([2, {"ratings": {2: 5}}], {}, ["members[1].ratings"]),
        ([2, 3], {"by": "best"}, ["by"]),
        ([2, 3], {"n": 0}, ["n"]),
    ],
)
def test_what_is_wrong_is_named(tiny_model, members, options, fields):
    with pytest.raises(InputError) as caught:
        tiny_model.recommend_together(members, **options)
    assert [problem.field for problem in caught.value.problems] == fields


def test_unknown_users_and_movies_are_told_apart_by_member(tiny_model):
    with pytest.raises(UnknownIdError) as caught:
        tiny_model.recommend_together([2, 61, {"history": {99: 5}}])
    assert [problem.field for problem in caught.value.problems] == ["members[1]", "members[2].movie_id"]
    with pytest.raises(InputError) as caught:
        tiny_model.taste_match(2, "x")
    assert not isinstance(caught.value, UnknownIdError)


def test_equal_tastes_match_and_opposite_ones_do_not(tiny_model):
    alike, opposite = tiny_model.taste_match(2, 4), tiny_model.taste_match(2, 3)
    assert alike.low > 0.5 > opposite.high
    assert alike.share > 0.8
    assert opposite.share < 0.2
    shared = set(tiny_model.history(2)["movie_id"]) & set(tiny_model.history(4)["movie_id"])
    assert alike.both_rated == len(shared)
    assert tiny_model.taste_match(2, 2).share == pytest.approx(1)


@settings(max_examples=20, deadline=None)
@given(first=USERS, second=USERS)
def test_a_taste_match_is_symmetric_deterministic_and_inside_its_interval(tiny_model, first, second):
    match = tiny_model.taste_match(first, second)
    assert match == tiny_model.taste_match(first, second)
    reverse = tiny_model.taste_match(second, first)
    for name in ("share", "low", "high"):
        assert getattr(match, name) == pytest.approx(getattr(reverse, name), abs=1e-9)
    assert 0 <= match.low <= match.share <= match.high <= 1


def test_with_too_few_ratings_there_is_no_match(tiny_model):
    minimum = taste_match_module.MIN_RATINGS
    history = dict.fromkeys(range(1, minimum + 1), 5)
    assert tiny_model.taste_match(2, {"history": history}).share is not None
    history.pop(1)
    match = tiny_model.taste_match({"history": history}, 2)
    assert (match.share, match.low, match.high) == (None, None, None)
    assert match.why_not == "too few ratings to tell"
    assert match.both_rated == len(set(history) & set(tiny_model.history(2)["movie_id"]))
