"""What differs between two versions."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from recsys.errors import DataError
from recsys.evaluation.common_rows import common_rows, compare_reports
from recsys.registry import comparison, promotion_gate
from tests.evaluation.test_common_rows import random_report as reported

PAIRS = [(user, movie) for user in range(1, 11) for movie in range(1, 9)]


def test_measures_have_the_baselines_of_the_shared_rows():
    one, other = reported(PAIRS[:60], 1), reported(PAIRS[20:], 2)
    table = comparison.measures(one, other).set_index("metric")
    truth, said = one.held_out["rating"][20:], one.predicted("bias")
    assert table.loc["mae", "bias"] == pytest.approx((truth - said.expected[20:]).abs().mean())
    assert table.loc["mae", "n"] == 40


def test_a_baseline_that_only_one_has_counts_too():
    one, other = reported(PAIRS[:60], 1), reported(PAIRS[20:], 2)
    more = replace(other, baselines={**other.baselines, "original": other.predicted("bias")})
    for sides in ((one, more), (more, one)):
        table = comparison.measures(*sides).set_index("metric")
        assert table.loc["mae", "original"] == pytest.approx(
            comparison.measures(other, one).set_index("metric").loc["mae", "bias"]
        )


def test_one_comparison_has_one_interval_everywhere():
    """Compare shows the metrics that the gate judges with the gate's own intervals; the others by bootstrap."""
    one, other = reported(PAIRS[:60], 1), reported(PAIRS[20:], 2)
    table = comparison.measures(one, other).set_index("metric")
    for name, three in promotion_gate.differences(*common_rows(one, other)).items():
        assert table.loc[name, ["difference", "low", "high"]].tolist() == pytest.approx(three)
    plain = compare_reports(*common_rows(one, other)).set_index("metric")
    others = [name for name in plain.index if name not in promotion_gate.ALLOWANCE]
    assert len(others) > 3
    pd.testing.assert_frame_equal(table.loc[others, plain.columns], plain.loc[others], check_dtype=False)


def test_what_cannot_be_compared_is_a_sentence():
    one = reported(PAIRS[:20], 1)
    with pytest.raises(DataError, match="no rating in common"):
        comparison.measures(one, reported(PAIRS[40:], 2))
    other = reported(PAIRS[:20], 2)
    other.held_out["rating"] = 6 - other.held_out["rating"]
    with pytest.raises(DataError, match="rated differently"):
        comparison.measures(one, other)
    fewer = replace(one, held_out=one.held_out.drop(columns="p_5"))
    with pytest.raises(DataError, match="different star values"):
        comparison.measures(one, fewer)


def test_only_settings_that_differ_are_told():
    one = {"preset": "full", "settings": {"trees": 60, "seed": 0}, "data": {"name": "a", "ratings": 5}}
    other = {"preset": "full", "settings": {"trees": 25, "seed": 0, "depth": 3}, "data": {"name": "b", "ratings": 5}}
    assert comparison.settings(one, other) == {"data": ("a", "b"), "trees": (60, 25), "depth": (None, 3)}
    assert comparison.settings(one, one) == {}


def test_moves_tell_who_entered_left_and_moved():
    found = comparison.moves([10, 20, 30], [30, 10, 40])
    assert found["movie_id"].tolist() == [10, 20, 30, 40]
    assert found["place_one"].tolist() == [1, 2, 3, pd.NA]
    assert found["place_other"].tolist() == [2, pd.NA, 1, 3]
