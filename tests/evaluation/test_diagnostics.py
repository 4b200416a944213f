"""Tables behind the figures equal what is computed by hand from the held-out rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation import report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.diagnostics import error_by_expected, ratings_in, reliability, row_shares, star_shares
from tests.evaluation.test_reports import STARS, random_predictions, rows


@pytest.fixture(scope="module")
def made():
    held_out = rows()
    said = random_predictions(len(held_out), 1)
    flat = Predictions(np.full(len(held_out), 3.0), np.full(len(held_out), 2.3), None)
    return report(held_out, {"model": said, "flat": flat}, STARS, "by hand")


def by_hand(found) -> pd.DataFrame:
    """The held-out rows with what was said of them, in columns of their own."""
    said = found.predicted()
    return found.held_out.assign(decided=said.decided, expected=said.expected, sure=said.probabilities.max(1))


def test_rows_of_the_confusion_are_shares_of_the_truth():
    found = row_shares(np.array([[3, 1], [0, 0]]))
    assert found[0].tolist() == [0.75, 0.25]
    assert np.isnan(found[1]).all()


def test_star_shares_are_counts_and_mean_probabilities(made):
    table, hand = star_shares(made).set_index("star"), by_hand(made)
    for star in STARS:
        assert table.loc[star, "given"] == pytest.approx((hand["rating"] == star).mean())
        assert table.loc[star, "decided"] == pytest.approx((hand["decided"] == star).mean())
        assert table.loc[star, "probable"] == pytest.approx(hand[f"p_{star:g}"].mean())
    assert table.sum().tolist() == pytest.approx([1, 1, 1])
    flat = star_shares(made, "flat").set_index("star")
    assert flat["decided"].tolist() == [0, 0, 1]
    assert flat["probable"].isna().all()


def test_reliability_by_hand_and_its_error_is_the_report_s(made):
    table, hand = reliability(made), by_hand(made)
    bins = np.ceil(hand["sure"] * 10)
    expected = hand.assign(right=hand["decided"] == hand["rating"]).groupby(bins)[["sure", "right"]].mean()
    assert table["said"].tolist() == pytest.approx(expected["sure"].tolist())
    assert table["seen"].tolist() == pytest.approx(expected["right"].tolist())
    assert table["n"].sum() == len(hand)
    error = ((table["seen"] - table["said"]).abs() * table["n"]).sum() / table["n"].sum()
    assert error == pytest.approx(made.value("calibration_error"))
    assert ((table["low"] <= table["seen"]) & (table["seen"] <= table["high"])).all()
    assert len(reliability(made, model="flat")) == 0


def test_reliability_of_one_star_is_about_that_star(made):
    table, hand = reliability(made, 1.0), by_hand(made)
    first = hand[hand["p_1"] <= 0.1]
    assert table["seen"].iloc[0] == pytest.approx((first["rating"] == 1).mean())
    assert table["said"].iloc[0] == pytest.approx(first["p_1"].mean())


def test_a_calibrated_model_lies_in_its_intervals():
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet(np.ones(3), 4000)
    truth = np.array(STARS)[(rng.random(4000)[:, None] > probabilities.cumsum(1)).sum(1)]
    held_out = pd.DataFrame({"user_id": np.arange(4000) % 200, "movie_id": np.arange(4000), "rating": truth})
    found = reliability(report(held_out, {"model": Predictions.of_probabilities(probabilities, STARS)}, STARS, "s"))
    inside = (found["low"] <= found["said"]) & (found["said"] <= found["high"])
    assert inside.mean() >= 0.8


def test_error_by_expected_is_the_mean_of_each_tenth(made):
    table, hand = error_by_expected(made), by_hand(made).sort_values("expected", kind="stable")
    lowest = hand.iloc[: len(hand) // 10]
    ours, flat = (table[(table["model"] == name) & (table["part"] == 0)].iloc[0] for name in ("model", "flat"))
    assert ours["value"] == pytest.approx((lowest["rating"] - lowest["expected"]).abs().mean())
    assert flat["value"] == pytest.approx((lowest["rating"] - 2.3).abs().mean())
    assert ours["expected"] == flat["expected"] == pytest.approx(lowest["expected"].mean())
    assert ours["rating"] == pytest.approx(lowest["rating"].mean())
    assert ours["low"] < ours["value"] < ours["high"]
    for name in ("model", "flat"):
        part = table[table["model"] == name]
        assert (part["value"] * part["n"]).sum() / part["n"].sum() == pytest.approx(made.value("mae", name))


def test_the_ratings_of_a_cell_are_as_many_as_it_counts(made):
    found = ratings_in(made, 3.0, 1.0)
    assert len(found) == made.confusion[2, 0] > 1
    assert (found["rating"] == 3).all()
    assert (found["decided"] == 1).all()
    assert found["probable"].is_monotonic_decreasing
    one = found.iloc[0]
    hand = by_hand(made)
    row = hand[(hand["user_id"] == one["user_id"]) & (hand["movie_id"] == one["movie_id"])].iloc[0]
    assert (one["probable"], one["expected"]) == pytest.approx((row["p_1"], row["expected"]))
