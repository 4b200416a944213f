"""Slices recomputed by hand from the stored rows, and the sentence about the largest gap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation.slices import AGES, SLICE_COLUMNS, largest_gap
from tests.conftest import slices_of


@pytest.fixture(scope="module")
def table(tiny_version):
    return slices_of(tiny_version)


@pytest.fixture(scope="module")
def rows(tiny, tiny_version):
    """The held-out rows with what the model said, who the user is and what the movie is."""
    report = tiny_version.report
    said = report.predicted()
    held_out = report.held_out.merge(tiny.users, on="user_id").merge(tiny.movies, on="movie_id")
    order = pd.MultiIndex.from_frame(held_out[["user_id", "movie_id"]])
    told = pd.DataFrame({"expected": said.expected, "decided": said.decided, "bias": report.baselines["bias"].expected})
    told.index = pd.MultiIndex.from_frame(report.held_out[["user_id", "movie_id"]])
    return held_out.assign(**{name: told.loc[order, name].to_numpy() for name in told})


def value(table: pd.DataFrame, slice: str, group: str, metric: str, model: str = "model") -> pd.Series:
    found = table[
        (table["slice"] == slice) & (table["group"] == group) & (table["metric"] == metric) & (table["model"] == model)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_columns_and_slices(table):
    assert tuple(table) == SLICE_COLUMNS
    wanted = ["gender", "age", "occupation", "known", "activity", "popularity", "decade", "genre"]
    assert list(dict.fromkeys(table["slice"])) == wanted


@pytest.mark.parametrize("gender", ["F", "M"])
def test_gender_by_hand(table, rows, gender):
    mine = rows[rows["gender"] == gender]
    found = value(table, "gender", gender, "accuracy")
    assert found["value"] == pytest.approx((mine["rating"] == mine["decided"]).mean())
    assert (found["n"], found["users"]) == (len(mine), mine["user_id"].nunique())
    assert found["low"] <= found["value"] <= found["high"]
    for model, said in (("model", "expected"), ("bias", "bias")):
        rmse = ((mine["rating"] - mine[said]) ** 2).mean() ** 0.5
        assert value(table, "gender", gender, "rmse", model)["value"] == pytest.approx(rmse)


def test_a_movie_of_two_genres_counts_in_both(table, rows):
    for genre in ("Drama", "Even", "Odd"):
        mine = rows[rows["genres"].str.split("|").map(lambda names, genre=genre: genre in names)]
        found = value(table, "genre", genre, "mae")
        assert (found["value"], found["n"]) == (
            pytest.approx((mine["rating"] - mine["expected"]).abs().mean()),
            len(mine),
        )
    assert value(table, "genre", "Drama", "mae")["n"] == value(table, "genre", "Even", "mae")["n"]


def test_ages_stand_in_their_bands(table, rows):
    ages = table[(table["slice"] == "age") & (table["metric"] == "mae") & (table["model"] == "model")]
    for group, low, high in (("18-24", 18, 24), ("25-34", 25, 34), ("56 and over", 56, 200)):
        mine = rows[rows["age"].between(low, high)]
        assert ages.set_index("group").loc[group, "n"] == len(mine)
    assert ages["n"].sum() == len(rows)
    assert AGES[0][0] == 0


def test_tenths_go_from_the_least_to_the_most_active_and_hold_as_many_users(table, rows):
    tenths = table[(table["slice"] == "activity") & (table["metric"] == "mae") & (table["model"] == "model")]
    assert tenths["users"].tolist() == [rows["user_id"].nunique() // 10] * 10
    lows = [int(group.split(": ")[1].split("-")[0]) for group in tenths["group"]]
    assert lows == sorted(lows)
    first = rows[rows["user_count"] <= int(tenths["group"].iloc[0].split("-")[1].split(" ")[0])]
    assert set(first["user_id"]) >= set(rows.loc[rows["user_count"] < lows[1], "user_id"])


def test_newcomers_are_a_group_of_their_own(tiny_version):
    held_out = tiny_version.report.held_out
    counts = held_out["user_count"].where(held_out["user_id"] > 5, 0)
    report = replace(tiny_version.report, held_out=held_out.assign(user_count=counts))
    found = slices_of(replace(tiny_version, report=report))
    assert value(found, "known", "newcomer", "mae")["n"] == (held_out["user_id"] <= 5).sum()
    assert value(found, "known", "known", "mae")["n"] == (held_out["user_id"] > 5).sum()


def test_without_profiles_or_a_report_nothing_is_made_up(tiny_version):
    nameless = replace(tiny_version, interactions=tiny_version.interactions.without_demographics())
    assert not {"gender", "age", "occupation"} & set(slices_of(nameless)["slice"])
    assert slices_of(replace(tiny_version, report=None)).empty


def made(*groups: tuple[str, str, float, int, int]) -> pd.DataFrame:
    found = pd.DataFrame(groups, columns=["slice", "group", "value", "n", "users"])
    return found.assign(model="model", metric="rmse", low=np.nan, high=np.nan)


def test_the_largest_gap_is_within_one_slicing_and_of_groups_large_enough():
    table = made(
        ("gender", "F", 0.9, 500, 50),
        ("gender", "M", 0.7, 500, 50),
        ("genre", "Drama", 0.1, 500, 50),
        ("genre", "War", 0.15, 500, 50),
        ("genre", "Few rows", 9.0, 199, 50),
        ("genre", "Few users", 9.0, 500, 9),
    )
    gap = largest_gap(table, "rmse")
    assert (gap["slice"], gap["lower"], gap["higher"]) == ("gender", "M", "F")
    assert gap["gap"] == pytest.approx(0.2)
    assert largest_gap(table.iloc[:1], "rmse") == {}
