"""The differences between two versions: metrics, settings and ranks."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from recsys.errors import DataError
from recsys.registry import comparison
from tests.evaluation.test_common_rows import random_report as reported

PAIRS = [(user, movie) for user in range(1, 11) for movie in range(1, 9)]


def test_measures_have_the_baselines_of_the_shared_rows():
    first, second = reported(PAIRS[:60], 1), reported(PAIRS[20:], 2)
    table = comparison.measures(first, second).set_index("metric")
    truth, predictions = first.held_out["rating"][20:], first.predicted("bias")
    assert table.loc["mae", "bias"] == pytest.approx((truth - predictions.expected[20:]).abs().mean())
    assert table.loc["mae", "n"] == 40


def test_a_baseline_of_only_one_report_is_compared_too():
    first, second = reported(PAIRS[:60], 1), reported(PAIRS[20:], 2)
    extended = replace(second, baselines={**second.baselines, "original": second.predicted("bias")})
    expected = comparison.measures(second, first).set_index("metric").loc["mae", "bias"]
    for reports in ((first, extended), (extended, first)):
        table = comparison.measures(*reports).set_index("metric")
        assert table.loc["mae", "original"] == pytest.approx(expected)


def test_reports_that_cannot_be_compared_raise_with_the_reason():
    report = reported(PAIRS[:20], 1)
    with pytest.raises(DataError, match="no common rating"):
        comparison.measures(report, reported(PAIRS[40:], 2))
    other_ratings = reported(PAIRS[:20], 2)
    other_ratings.held_out["rating"] = 6 - other_ratings.held_out["rating"]
    with pytest.raises(DataError, match="ratings differ"):
        comparison.measures(report, other_ratings)
    fewer_stars = replace(report, held_out=report.held_out.drop(columns="p_5"))
    with pytest.raises(DataError, match="different rating scales"):
        comparison.measures(report, fewer_stars)


def test_only_differing_settings_are_listed():
    first = {"preset": "full", "settings": {"trees": 60, "seed": 0}, "data": {"name": "a", "ratings": 5}}
    second = {"preset": "full", "settings": {"trees": 25, "seed": 0, "depth": 3}, "data": {"name": "b", "ratings": 5}}
    assert comparison.settings(first, second) == {"data": ("a", "b"), "trees": (60, 25), "depth": (None, 3)}
    assert comparison.settings(first, first) == {}


def test_moves_list_both_ranks_of_every_movie():
    ranks = comparison.moves([10, 20, 30], [30, 10, 40])
    assert ranks["movie_id"].tolist() == [10, 20, 30, 40]
    assert ranks["place_one"].tolist() == [1, 2, 3, pd.NA]
    assert ranks["place_other"].tolist() == [2, pd.NA, 1, 3]
