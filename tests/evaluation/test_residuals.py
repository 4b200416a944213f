"""Residuals against the same numbers worked out row by row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation.residuals import ERROR_SPREAD, MEAN_ERROR, groupings_of, residuals
from recsys.metrics.bootstrap import interval, resampled


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


def test_intervals_resample_users(tiny_report):
    table = residuals(tiny_report, "user_count")
    row = table[(table["model"] == "model") & (table["metric"] == MEAN_ERROR)].iloc[1]
    users, index = np.unique(tiny_report.held_out["user_id"], return_inverse=True)
    inside = tiny_report.held_out["user_count"].between(row["low_end"], row["high_end"]).to_numpy()
    error = tiny_report.predicted().expected - tiny_report.held_out["rating"].to_numpy()
    weights = resampled(len(users), 0)[:, index] * inside
    with np.errstate(invalid="ignore"):
        means = (weights @ error) / weights.sum(1)
    assert (row["low"], row["high"]) == pytest.approx(interval(means))


def test_a_report_without_counts_has_only_the_expected_rating(tiny_report):
    older = replace(tiny_report, held_out=tiny_report.held_out.drop(columns=["user_count", "movie_count"]))
    assert groupings_of(older) == ("expected",)
    assert isinstance(residuals(older), pd.DataFrame)
    assert groupings_of(tiny_report) == ("expected", "user_count", "movie_count")
