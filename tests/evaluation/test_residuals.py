"""Residuals against the same numbers worked out row by row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from recsys.evaluation.residuals import ERROR_SPREAD, groupings_of, residuals
from recsys.evaluation.slices import MEAN_ERROR
from recsys.metrics.clustered import mean_and_standard_error


@pytest.mark.parametrize("grouping", ["expected", "user_count", "movie_count"])
@pytest.mark.parametrize("model", ["model", "bias"])
def test_mean_and_spread_of_each_group(tiny_report, grouping, model):
    table = residuals(tiny_report, grouping)
    rows = tiny_report.held_out.assign(expected=tiny_report.predicted().expected)
    error = tiny_report.predicted(model).expected - rows["rating"].to_numpy()
    groups = table[(table["model"] == model) & (table["metric"] == MEAN_ERROR)]
    spreads = table[(table["model"] == model) & (table["metric"] == ERROR_SPREAD)].set_index("part")["value"]
    assert groups["n"].sum() == len(rows), "every row is in one group"
    assert len(groups) >= 5
    for group in groups.itertuples():
        inside = rows[grouping].between(group.low_end, group.high_end).to_numpy()
        assert inside.sum() == group.n
        assert group.value == pytest.approx(error[inside].mean())
        assert spreads[group.part] == pytest.approx(error[inside].std())


def test_a_rating_that_is_expected_too_high_has_a_positive_error(tiny_report):
    held_out = tiny_report.held_out.assign(rating=1.0)
    table = residuals(replace(tiny_report, held_out=held_out))
    assert (table.loc[table["metric"] == MEAN_ERROR, "value"] > 0).all()


def test_intervals_are_clustered_by_user_and_movie(tiny_report):
    table = residuals(tiny_report, "user_count")
    rows = table[(table["model"] == "model") & (table["part"] == 1)].set_index("metric").to_dict("index")
    row = rows[MEAN_ERROR]
    inside = tiny_report.held_out["user_count"].between(row["low_end"], row["high_end"]).to_numpy()
    error = (tiny_report.predicted().expected - tiny_report.held_out["rating"].to_numpy())[inside]
    ids = [tiny_report.held_out.loc[inside, name].to_numpy() for name in ("user_id", "movie_id")]
    t = stats.t.ppf(0.975, min(len(np.unique(each)) for each in ids) - 1)
    mean, standard_error = mean_and_standard_error(error, *ids)
    assert (row["low"], row["high"]) == pytest.approx((mean - t * standard_error, mean + t * standard_error))
    squares, squares_error = mean_and_standard_error((error - mean) ** 2, *ids)
    spread = rows[ERROR_SPREAD]
    assert spread["high"] - spread["value"] == pytest.approx(t * squares_error / (2 * squares**0.5))


def test_a_report_without_counts_has_only_the_expected_rating(tiny_report):
    older = replace(tiny_report, held_out=tiny_report.held_out.drop(columns=["user_count", "movie_count"]))
    assert groupings_of(older) == ("expected",)
    assert isinstance(residuals(older), pd.DataFrame)
    assert groupings_of(tiny_report) == ("expected", "user_count", "movie_count")
