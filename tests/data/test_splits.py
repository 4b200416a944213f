"""Splits: disjoint, complete, stratified, and the same for shuffled or added ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.core.keyed_random import uniform
from recsys.data.splits import (
    GATE_FRACTION,
    fold_of,
    gate_set,
    global_time,
    split_by_name,
    stratified,
    stratified_folds,
    user_last,
)
from recsys.errors import DataError
from recsys.schema import NO_TIME


def ratings(rows: int, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    pairs = random.choice(500 * 300, rows, replace=False)
    stars = random.choice([1.0, 2.0, 3.0, 4.0, 5.0], rows, p=[0.06, 0.11, 0.27, 0.34, 0.22])
    return pd.DataFrame({"user_id": pairs // 300 + 1, "movie_id": pairs % 300 + 1, "rating": stars})


@given(rows=st.integers(0, 400), share=st.floats(0.05, 0.5), seed=st.integers(0, 2**31 - 1))
def test_train_and_test_are_disjoint_and_stratified_by_star(rows, share, seed):
    table = ratings(rows)
    split = stratified(table, share, seed)
    assert (split.test ^ split.train).all()
    for _, star in table.groupby("rating"):
        assert abs(split.test[star.index].sum() - share * len(star)) <= 0.5 + 1e-9


def test_shuffled_rows_stay_in_train_or_test():
    table = ratings(2000)
    order = np.random.default_rng(1).permutation(2000)
    assert (stratified(table.iloc[order]).test == stratified(table).test[order]).all()


def test_added_ratings_change_nearly_no_other_row():
    table = ratings(5000)
    test_before, test_after = stratified(table.iloc[:4500]).test, stratified(table).test[:4500]
    assert np.mean(test_before == test_after) > 0.97


def test_another_seed_is_another_split_but_for_the_gate_set():
    table = ratings(2000)
    in_both = stratified(table, seed=1).test & stratified(table, seed=2).test
    gate = gate_set(table)
    assert in_both[gate].all()
    assert 0.002 < in_both[~gate].mean() < 0.03  # (.1 / .9) ** 2 when drawn apart


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1), st.sampled_from([0.1, 0.2, 0.4]))
def test_the_gate_set_is_held_out_whatever_the_seed(one, other, fraction):
    """No seed touches it: models of any two seeds can be compared on it, and so can models of grown data."""
    table = ratings(1500)
    gate = gate_set(table)
    held_out = [stratified(table, fraction, seed).test for seed in (one, other)]
    if fraction > GATE_FRACTION:
        assert all(test[gate].all() for test in held_out)
    else:
        assert (held_out[0] == held_out[1])[gate].all()
    assert 0.07 < gate.mean() < 0.13
    assert (gate_set(table.iloc[:700]) == gate[:700]).all()


def test_folds_are_even_and_independent_of_the_split():
    table = ratings(20_000)
    fold = fold_of(table["user_id"].to_numpy(), table["movie_id"].to_numpy(), 5)
    assert set(fold) == {0, 1, 2, 3, 4}
    share = pd.crosstab(fold, stratified(table).test, normalize="columns")
    assert (abs(share - 0.2) < 0.02).all(axis=None)


def test_draws_are_uniform_and_broadcast():
    draws = uniform(np.arange(1000)[:, None], np.arange(50), 3)
    assert draws.shape == (1000, 50)
    assert 0 <= draws.min() < draws.max() < 1
    assert np.abs(np.histogram(draws, 10)[0] / draws.size - 0.1).max() < 0.01
    assert abs(np.corrcoef(draws[:-1].ravel(), draws[1:].ravel())[0, 1]) < 0.02


def timed(rows: int = 3000) -> pd.DataFrame:
    return ratings(rows).assign(timestamp=np.random.default_rng(2).integers(0, 500, rows))


def test_the_folds_hold_out_every_row_once():
    table = ratings(3001)
    folds = stratified_folds(table, 5)
    assert (np.sum([fold.test for fold in folds], axis=0) == 1).all()
    for fold in folds:
        shares = table["rating"][fold.test].value_counts(normalize=True) - table["rating"].value_counts(normalize=True)
        assert shares.abs().max() < 0.01


def test_user_last_holds_out_the_last_ratings_of_each_user():
    table = timed()
    test = user_last(table).test
    for _, user_ratings in table.groupby("user_id"):
        held_out = test[user_ratings.index]
        assert held_out.sum() == len(user_ratings) // 5
        if held_out.any():
            assert user_ratings["timestamp"][held_out].min() >= user_ratings["timestamp"][~held_out].max()


def test_global_time_holds_out_the_last_ratings_of_all():
    table = timed()
    test = global_time(table).test
    assert test.sum() == 600
    assert table["timestamp"][test].min() >= table["timestamp"][~test].max()


@pytest.mark.parametrize("split", [user_last, global_time])
def test_temporal_splits_ignore_row_order_and_need_times(split):
    table, order = timed(), np.random.default_rng(1).permutation(3000)
    assert (split(table.iloc[order]).test == split(table).test[order]).all()
    with pytest.raises(DataError, match="timestamps"):
        split(table.drop(columns="timestamp"))


@pytest.mark.parametrize("split", ["user-last", "global-time"])
def test_temporal_splits_never_hold_out_a_rating_without_a_time(split):
    ratings = pd.DataFrame(
        {
            "user_id": np.repeat(np.arange(1, 21), 20),
            "movie_id": np.tile(np.arange(1, 21), 20),
            "rating": 3.0,
            "timestamp": np.where(np.arange(400) % 2, 900_000_000 + np.arange(400), NO_TIME),
        }
    )
    held_out = split_by_name(split, ratings).test
    assert held_out.sum() == 40
    assert (ratings.loc[held_out, "timestamp"] != NO_TIME).all()
    with pytest.raises(DataError, match="needs timestamps"):
        split_by_name(split, ratings.assign(timestamp=NO_TIME))
