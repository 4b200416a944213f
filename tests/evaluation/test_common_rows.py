"""Two reports on their common rows, compared with values computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation import Report, report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.common_rows import COMMON_ROWS_COLUMNS, NDCG, common_rows, compare_reports, values_of

STARS = (1.0, 2.0, 3.0, 4.0, 5.0)


def random_report(pairs: list[tuple[int, int]], seed: int) -> Report:
    """A report on some pairs: the true star depends on the pair alone, the predictions on the seed."""
    held_out = pd.DataFrame(pairs, columns=["user_id", "movie_id"])
    truth = 1.0 + (held_out["user_id"] * 7 + held_out["movie_id"] * 3) % 5
    random = np.random.default_rng(seed)
    model, bias = (Predictions.of_probabilities(random.dirichlet(np.ones(5), len(pairs)), STARS) for _ in range(2))
    return report(held_out.assign(rating=truth), {"model": model, "bias": bias}, STARS, "by hand")


def rmse(report: Report, model: str = "model") -> float:
    return float(np.sqrt(((report.predicted(model).expected - report.held_out["rating"]) ** 2).mean()))


@pytest.fixture
def reports() -> tuple[Report, Report]:
    """Two reports with 100 of 150 held-out rows in common."""
    pairs = [(user, movie) for user in range(1, 21) for movie in range(1, 11)]
    return random_report(pairs[:150], 1), random_report(pairs[50:][::-1], 2)


def test_only_common_rows_remain_in_the_same_order(reports):
    one, other = common_rows(*reports)
    assert len(one.held_out) == 100
    for name in ("user_id", "movie_id", "rating"):
        assert one.held_out[name].tolist() == other.held_out[name].tolist()
    first = reports[0].held_out.index[50]
    assert one.baselines["bias"].expected[0] == reports[0].baselines["bias"].expected[first]
    assert reports[0].held_out.shape[0] == 150, "the input reports are unchanged"


def test_values_and_differences_are_those_of_the_common_rows(reports):
    one, other = common_rows(*reports)
    row = compare_reports(one, other).set_index("metric").to_dict("index")["rmse"]
    assert [row["one"], row["other"]] == pytest.approx([rmse(one), rmse(other)])
    assert row["difference"] == pytest.approx(rmse(one) - rmse(other))
    assert row["low"] < row["difference"] < row["high"]
    assert row["n"] == 100
    assert values_of(one, "bias")["rmse"] == pytest.approx(rmse(one, "bias"))


def test_a_model_compared_with_itself_has_no_differences(reports):
    table = compare_reports(reports[0], reports[0])
    assert table[["difference", "low", "high"]].fillna(0).to_numpy() == pytest.approx(0)


def test_lists_are_compared_over_the_users_of_both(reports):
    one, other = common_rows(*reports)
    liked = one.held_out[one.held_out["rating"] >= 4]
    first_liked = liked.groupby("user_id")["movie_id"].first()

    def with_liked_at_rank(report: Report, rank: int) -> Report:
        misses = pd.DataFrame({"user_id": first_liked.index, "rank": 3 - rank, "movie_id": 999})
        hits = pd.DataFrame({"user_id": first_liked.index, "rank": rank, "movie_id": first_liked.to_numpy()})
        return replace(report, lists=pd.concat([hits, misses]))

    table = compare_reports(with_liked_at_rank(one, 1), with_liked_at_rank(other, 2))
    row = table.set_index("metric").to_dict("index")[NDCG]
    counts = liked.groupby("user_id").size().to_numpy()
    ideal = np.array([sum(1 / np.log2(np.arange(2, min(count, 10) + 2))) for count in counts])
    assert row["one"] == pytest.approx((1 / ideal).mean())
    assert row["other"] == pytest.approx((1 / np.log2(3) / ideal).mean())
    assert row["n"] == len(first_liked)
    assert row["difference"] == pytest.approx(row["one"] - row["other"])
    assert 0 < row["low"] < row["high"]


def test_no_common_row_gives_an_empty_table(reports):
    one, other = common_rows(reports[0], random_report([(900, 1), (901, 2)], 3))
    assert list(compare_reports(one, other).columns) == list(COMMON_ROWS_COLUMNS)
    assert compare_reports(one, other).empty
