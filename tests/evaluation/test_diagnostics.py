"""Diagnostics equal the values computed by hand from the held-out rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation import Report, report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.diagnostics import error_by_expected, ratings_in, reliability, row_shares, star_shares
from tests.evaluation.test_reports import STARS, random_held_out, random_predictions


@pytest.fixture(scope="module")
def random_report() -> Report:
    """A report of random predictions and of a constant baseline without probabilities."""
    held_out = random_held_out()
    model = random_predictions(len(held_out), 1)
    constant = Predictions(np.full(len(held_out), 3.0), np.full(len(held_out), 2.3), None)
    return report(held_out, {"model": model, "flat": constant}, STARS, "by hand")


def joined(report: Report) -> pd.DataFrame:
    """The held-out rows with the model's predictions as columns."""
    predictions = report.predicted()
    confidence = predictions.require_probabilities().max(1)
    return report.held_out.assign(predicted=predictions.rating, expected=predictions.expected, confidence=confidence)


def test_rows_of_the_confusion_matrix_become_shares():
    shares = row_shares(np.array([[3, 1], [0, 0]]))
    assert shares[0].tolist() == [0.75, 0.25]
    assert np.isnan(shares[1]).all()


def test_star_shares_are_counts_and_mean_probabilities(random_report):
    table, rows = star_shares(random_report), joined(random_report)
    assert table["star"].tolist() == list(STARS)
    for i, star in enumerate(STARS):
        assert table["actual"].iloc[i] == pytest.approx((rows["rating"] == star).mean())
        assert table["predicted"].iloc[i] == pytest.approx((rows["predicted"] == star).mean())
        assert table["mean_probability"].iloc[i] == pytest.approx(rows[f"p_{star:g}"].mean())
    assert table.drop(columns="star").sum().tolist() == pytest.approx([1, 1, 1])
    constant = star_shares(random_report, "flat")
    assert constant["predicted"].tolist() == [0, 0, 1]
    assert constant["mean_probability"].isna().all()


def test_reliability_equals_bin_means_and_gives_the_calibration_error(random_report):
    table, rows = reliability(random_report), joined(random_report)
    bins = np.ceil(rows["confidence"] * 10)
    rows = rows.assign(right=rows["predicted"] == rows["rating"])
    means = rows.groupby(bins)[["confidence", "right"]].mean()
    assert table["said"].tolist() == pytest.approx(means["confidence"].tolist())
    assert table["seen"].tolist() == pytest.approx(means["right"].tolist())
    assert table["n"].sum() == len(rows)
    error = ((table["seen"] - table["said"]).abs() * table["n"]).sum() / table["n"].sum()
    assert error == pytest.approx(random_report.value("calibration_error"))
    assert ((table["low"] <= table["seen"]) & (table["seen"] <= table["high"])).all()
    assert len(reliability(random_report, model="flat")) == 0


def test_reliability_of_one_star_uses_its_probability(random_report):
    table, rows = reliability(random_report, 1.0), joined(random_report)
    lowest_bin = rows[rows["p_1"] <= 0.1]
    assert table["seen"].iloc[0] == pytest.approx((lowest_bin["rating"] == 1).mean())
    assert table["said"].iloc[0] == pytest.approx(lowest_bin["p_1"].mean())


def test_the_intervals_of_a_calibrated_model_contain_its_probabilities():
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet(np.ones(3), 4000)
    truth = np.array(STARS)[(rng.random(4000)[:, None] > probabilities.cumsum(1)).sum(1)]
    held_out = pd.DataFrame({"user_id": np.arange(4000) % 200, "movie_id": np.arange(4000), "rating": truth})
    table = reliability(report(held_out, {"model": Predictions.of_probabilities(probabilities, STARS)}, STARS, "s"))
    inside = (table["low"] <= table["said"]) & (table["said"] <= table["high"])
    assert inside.mean() >= 0.8


def test_error_by_expected_is_the_mean_of_each_decile(random_report):
    table, rows = error_by_expected(random_report), joined(random_report).sort_values("expected", kind="stable")
    decile = rows.iloc[: len(rows) // 10]
    model, constant = (table[(table["model"] == name) & (table["part"] == 0)].iloc[0] for name in ("model", "flat"))
    assert model["value"] == pytest.approx((decile["rating"] - decile["expected"]).abs().mean())
    assert constant["value"] == pytest.approx((decile["rating"] - 2.3).abs().mean())
    assert model["expected"] == constant["expected"] == pytest.approx(decile["expected"].mean())
    assert model["rating"] == pytest.approx(decile["rating"].mean())
    assert model["low"] < model["value"] < model["high"]
    for name in ("model", "flat"):
        errors = table[table["model"] == name]
        mean = (errors["value"] * errors["n"]).sum() / errors["n"].sum()
        assert mean == pytest.approx(random_report.value("mae", name))


def test_the_ratings_of_a_cell_are_as_many_as_it_counts(random_report):
    cell = ratings_in(random_report, 3.0, 1.0)
    assert len(cell) == random_report.confusion[2, 0] > 1
    assert (cell["rating"] == 3).all()
    assert (cell["predicted"] == 1).all()
    assert cell["mean_probability"].is_monotonic_decreasing
    first, rows = cell.iloc[0], joined(random_report)
    row = rows[(rows["user_id"] == first["user_id"]) & (rows["movie_id"] == first["movie_id"])].iloc[0]
    assert (first["mean_probability"], first["expected"]) == pytest.approx((row["p_1"], row["expected"]))
