"""Slices recomputed by hand from the stored rows, with their intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from recsys.evaluation.slices import AGES, SLICE_COLUMNS, large_enough
from recsys.metrics.clustered import mean_and_standard_error
from tests.conftest import slices_of


@pytest.fixture(scope="module")
def table(tiny_version):
    return slices_of(tiny_version)


@pytest.fixture(scope="module")
def rows(tiny, tiny_version):
    """The held-out rows with the model's predictions, the user's profile and the movie."""
    report = tiny_version.report
    model, bias = report.predicted(), report.baselines["bias"]
    held_out = report.held_out.assign(expected=model.expected, predicted=model.rating, bias=bias.expected)
    return held_out.merge(tiny.users, on="user_id").merge(tiny.movies, on="movie_id")


def table_row(table: pd.DataFrame, slice: str, group: str, metric: str, model: str = "model") -> pd.Series:
    rows = table[
        (table["slice"] == slice) & (table["group"] == group) & (table["metric"] == metric) & (table["model"] == model)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def test_columns_and_slices(table):
    assert tuple(table) == SLICE_COLUMNS
    slices = ["gender", "age", "occupation", "known", "activity", "popularity", "decade", "genre"]
    assert list(dict.fromkeys(table["slice"])) == slices


@pytest.mark.parametrize("gender", ["F", "M"])
def test_gender_by_hand(table, rows, gender):
    group = rows[rows["gender"] == gender]
    accuracy = table_row(table, "gender", gender, "accuracy")
    assert accuracy["value"] == pytest.approx((group["rating"] == group["predicted"]).mean())
    assert (accuracy["n"], accuracy["users"]) == (len(group), group["user_id"].nunique())
    assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]
    for model, column in (("model", "expected"), ("bias", "bias")):
        rmse = ((group["rating"] - group[column]) ** 2).mean() ** 0.5
        assert table_row(table, "gender", gender, "rmse", model)["value"] == pytest.approx(rmse)


def test_a_movie_of_two_genres_counts_in_both(table, rows):
    for genre in ("Drama", "Even", "Odd"):
        group = rows[rows["genres"].str.split("|").map(lambda names, genre=genre: genre in names)]
        row = table_row(table, "genre", genre, "mae")
        assert row["value"] == pytest.approx((group["rating"] - group["expected"]).abs().mean())
        assert row["n"] == len(group)
    assert table_row(table, "genre", "Drama", "mae")["n"] == table_row(table, "genre", "Even", "mae")["n"]


def test_ages_are_grouped_in_bands(table, rows):
    ages = table[(table["slice"] == "age") & (table["metric"] == "mae") & (table["model"] == "model")]
    for group, low, high in (("18-24", 18, 24), ("25-34", 25, 34), ("56 and over", 56, 200)):
        assert ages.set_index("group").loc[group, "n"] == rows["age"].between(low, high).sum()
    assert ages["n"].sum() == len(rows)
    assert AGES[0][0] == 0


def test_activity_deciles_ascend_and_have_equally_many_users(table, rows):
    deciles = table[(table["slice"] == "activity") & (table["metric"] == "mae") & (table["model"] == "model")]
    assert deciles["users"].tolist() == [rows["user_id"].nunique() // 10] * 10
    lows = [int(group.split(": ")[1].split("-")[0]) for group in deciles["group"]]
    assert lows == sorted(lows)
    first_decile = rows[rows["user_count"] <= int(deciles["group"].iloc[0].split("-")[1].split(" ")[0])]
    assert set(first_decile["user_id"]) >= set(rows.loc[rows["user_count"] < lows[1], "user_id"])


def test_newcomers_are_a_group_of_their_own(tiny_version):
    held_out = tiny_version.report.held_out
    counts = held_out["user_count"].where(held_out["user_id"] > 5, 0)
    report = replace(tiny_version.report, held_out=held_out.assign(user_count=counts))
    table = slices_of(replace(tiny_version, report=report))
    assert table_row(table, "known", "newcomer", "mae")["n"] == (held_out["user_id"] <= 5).sum()
    assert table_row(table, "known", "known", "mae")["n"] == (held_out["user_id"] > 5).sum()


def test_without_profiles_there_are_no_demographic_slices_and_without_a_report_none(tiny_version):
    without_profiles = replace(tiny_version, interactions=tiny_version.interactions.without_demographics())
    assert not {"gender", "age", "occupation"} & set(slices_of(without_profiles)["slice"])
    assert slices_of(replace(tiny_version, report=None)).empty


def test_intervals_are_clustered_by_user_and_movie_within_the_group(table, rows):
    group = rows[rows["gender"] == "F"]
    error, users, movies = ((group["rating"] - group["expected"]).abs(), group["user_id"], group["movie_id"])
    mean, standard_error = mean_and_standard_error(error.to_numpy(), users.to_numpy(), movies.to_numpy())
    row = table_row(table, "gender", "F", "mae")
    freedom = min(users.nunique(), movies.nunique()) - 1
    half_width = stats.t.ppf(0.975, freedom) * standard_error
    assert [row["low"], row["high"]] == pytest.approx([mean - half_width, mean + half_width])


def test_groups_are_large_enough_with_more_than_200_ratings_of_10_users():
    assert large_enough(np.array([200, 201, 201]), np.array([50, 9, 10])).tolist() == [False, False, True]
