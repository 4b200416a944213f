"""Two reports on the rows that both hold out, against sums by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation import Report, report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.common_rows import COMMON_ROWS_COLUMNS, NDCG, common_rows, compared, values_of

STARS = (1.0, 2.0, 3.0, 4.0, 5.0)


def reported(pairs: list[tuple[int, int]], seed: int) -> Report:
    """A report on some pairs, whose stars depend on the pair alone; what was predicted on the seed."""
    held_out = pd.DataFrame(pairs, columns=["user_id", "movie_id"])
    truth = 1.0 + (held_out["user_id"] * 7 + held_out["movie_id"] * 3) % 5
    random = np.random.default_rng(seed)
    said = [Predictions.of_probabilities(random.dirichlet(np.ones(5), len(pairs)), STARS) for _ in range(2)]
    return report(held_out.assign(rating=truth), {"model": said[0], "bias": said[1]}, STARS, "by hand")


@pytest.fixture
def two():
    everything = [(user, movie) for user in range(1, 21) for movie in range(1, 11)]
    return reported(everything[:150], 1), reported(everything[50:][::-1], 2)


def test_only_shared_rows_in_one_order(two):
    ours, theirs = common_rows(*two)
    assert len(ours.held_out) == 100
    for name in ("user_id", "movie_id", "rating"):
        assert ours.held_out[name].tolist() == theirs.held_out[name].tolist()
    place = two[0].held_out.index[50]
    assert ours.baselines["bias"].expected[0] == two[0].baselines["bias"].expected[place]
    assert two[0].held_out.shape[0] == 150, "the reports given are as they were"


def test_values_and_differences_are_those_of_the_shared_rows(two):
    ours, theirs = common_rows(*two)
    table = compared(ours, theirs).set_index("metric")
    errors = [np.sqrt(((side.predicted().expected - side.held_out["rating"]) ** 2).mean()) for side in (ours, theirs)]
    assert table.loc["rmse", ["one", "other"]].tolist() == pytest.approx(errors)
    assert table.loc["rmse", "difference"] == pytest.approx(errors[0] - errors[1])
    assert table.loc["rmse", "low"] < table.loc["rmse", "difference"] < table.loc["rmse", "high"]
    assert table.loc["rmse", "n"] == 100
    beside = np.sqrt(((ours.predicted("bias").expected - ours.held_out["rating"]) ** 2).mean())
    assert values_of(ours, "bias")["rmse"] == pytest.approx(beside)


def test_a_model_against_itself_differs_by_nothing(two):
    table = compared(two[0], two[0])
    assert table[["difference", "low", "high"]].fillna(0).to_numpy() == pytest.approx(0)


def test_lists_are_compared_over_the_people_of_both(two):
    ours, theirs = common_rows(*two)
    liked = ours.held_out[ours.held_out["rating"] >= 4]
    best = liked.groupby("user_id")["movie_id"].first()

    def with_place(side: Report, place: int) -> Report:
        others = pd.DataFrame({"user_id": best.index, "rank": 3 - place, "movie_id": 999})
        lists = pd.DataFrame({"user_id": best.index, "rank": place, "movie_id": best.to_numpy()})
        return replace(side, lists=pd.concat([lists, others]))

    row = compared(with_place(ours, 1), with_place(theirs, 2)).set_index("metric").loc[NDCG]
    ideal = liked.groupby("user_id").size().map(lambda count: sum(1 / np.log2(np.arange(2, min(count, 10) + 2))))
    assert row["one"] == pytest.approx((1 / ideal).mean())
    assert row["other"] == pytest.approx((1 / np.log2(3) / ideal).mean())
    assert row["n"] == len(best)
    assert row["difference"] == pytest.approx(row["one"] - row["other"])
    assert 0 < row["low"] < row["high"]


def test_nothing_shared_is_an_empty_table(two):
    apart = reported([(900, 1), (901, 2)], 3)
    ours, theirs = common_rows(two[0], apart)
    assert list(compared(ours, theirs).columns) == list(COMMON_ROWS_COLUMNS)
    assert compared(ours, theirs).empty
