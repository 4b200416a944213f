"""Biases of groups: signed means tested against 0, with users kept together; seldom named by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from recsys.evaluation import Report, group_biases, report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.group_biases import BIAS_COLUMNS, bias_sentence, biases
from recsys.evaluation.slices import SIGNED_METRICS, Slicing, large_enough
from recsys.metrics.clustered import mean_and_standard_error
from recsys.schema import USER
from tests.conftest import slices_of

STARS = (1.0, 2.0, 3.0)


def report_of(users: np.ndarray, error: np.ndarray, confidence: float = 0.5) -> Report:
    """A report on ratings of 2 stars, each of another movie, with these errors of the expected rating."""
    held_out = pd.DataFrame({"user_id": users, "movie_id": np.arange(len(users)), "rating": 2.0})
    rest = (1 - confidence) / 2
    probabilities = np.stack([rest - error / 2, np.full(len(users), confidence), rest + error / 2], 1)
    return report(held_out, {"model": Predictions.of_probabilities(probabilities, STARS)}, STARS, "by hand")


def biases_by(monkeypatch, made: Report, label_of: np.ndarray) -> pd.DataFrame:
    """The biases with one slicing alone: by a label of each user."""
    slicing = Slicing.by("label", USER, label_of[made.held_out[USER].to_numpy()])
    monkeypatch.setattr(group_biases, "slicings", lambda *_: iter([slicing]))
    return biases(made, None, None, None)  # pyright: ignore[reportArgumentType]


def test_a_biased_group_is_named_with_its_direction(monkeypatch):
    users, label_of = np.repeat(np.arange(80), 20), np.where(np.arange(80) < 40, "fair", "high")
    error = np.where(label_of[users] == "high", 0.2, 0.0) + 0.1 * np.random.default_rng(0).uniform(-1, 1, 1600)
    table = biases_by(monkeypatch, report_of(users, error), label_of)
    rows = table[table["metric"] == "mean_error"].set_index("group")
    assert rows["beyond_chance"].to_dict() == {"high": True, "fair": False}
    assert rows.loc["high", "value"] == pytest.approx(error[users >= 40].mean())
    sentence = bias_sentence(table.to_dict("records"), "mean_error", lambda name, group: group)
    assert sentence == f"Beyond chance, expected ratings are too high for high (+{rows.loc['high', 'value']:.3f})."


def test_too_cautious_is_not_too_confident(monkeypatch):
    users = np.repeat(np.arange(20), 20)
    error = 0.1 * np.random.default_rng(0).uniform(-1, 1, 400)  # the predicted star is always right
    rows = biases_by(monkeypatch, report_of(users, error, confidence=0.6), np.full(20, "all")).to_dict("records")
    gap = next(row for row in rows if row["metric"] == "confidence_gap")
    assert gap["value"] == pytest.approx(-0.4)
    wording = "Beyond chance, the model is too cautious for all (−40.0 points)."
    assert bias_sentence(rows, "confidence_gap", lambda name, group: group) == wording


def test_the_p_value_is_that_of_a_clustered_t_test(monkeypatch):
    random, users = np.random.default_rng(1), np.repeat(np.arange(30), 10)
    error = 0.03 + 0.2 * random.uniform(-1, 1, 30)[users] + 0.05 * random.uniform(-1, 1, 300)
    made = report_of(users, error)
    rows = biases_by(monkeypatch, made, np.full(30, "all")).set_index("metric")
    errors = made.predicted().expected - 2.0
    mean, standard_error = mean_and_standard_error(errors, users, np.arange(300))
    assert rows.loc["mean_error", "p_value"] == pytest.approx(2 * stats.t.sf(abs(mean) / standard_error, 29))
    assert rows.loc["mean_error", "p_value"] > 3 * stats.ttest_1samp(errors, 0.0).pvalue, "rows of a user are alike"


def test_groups_too_small_are_not_tested(monkeypatch):
    users = np.repeat(np.arange(9), 30)
    rows = biases_by(monkeypatch, report_of(users, np.full(270, 0.2)), np.full(9, "all"))
    assert rows.empty
    assert bias_sentence(rows.to_dict("records"), "mean_error") == ""


def test_the_clearest_groups_are_named_and_the_others_counted():
    rows = [
        {"slice": "decade", "group": f"{1900 + 10 * i}s", "metric": "mean_error", "value": 0.1, "beyond_chance": True}
        for i in range(6)
    ]
    sentence = bias_sentence(rows, "mean_error")
    assert sentence.count("movies of the") == group_biases.MOST_NAMED
    assert sentence.endswith("; 2 more groups differ.")
    none = [row | {"beyond_chance": False} for row in rows]
    assert bias_sentence(none, "mean_error") == group_biases.NONE["mean_error"]


def test_biases_are_the_signed_slices_of_large_groups(tiny_version, monkeypatch):
    monkeypatch.setattr("recsys.evaluation.slices.SMALL_ROWS", 20)
    parts = tiny_version.interactions, tiny_version.catalogue, tiny_version.features.vocabulary
    table, slices = biases(tiny_version.report, *parts), slices_of(tiny_version)
    assert tuple(table) == BIAS_COLUMNS
    assert table["adjusted_p_value"].tolist() == pytest.approx(stats.false_discovery_control(table["p_value"]).tolist())
    of_model = slices[slices["metric"].isin(SIGNED_METRICS) & (slices["model"] == "model")]
    large = of_model[large_enough(of_model["n"], of_model["users"])]
    keys = ["slice", "group", "metric"]
    expected = large.set_index(keys)["value"].sort_index()
    assert table.set_index(keys)["value"].sort_index().to_dict() == pytest.approx(expected.to_dict())
    within = (large["low"] <= 0) & (large["high"] >= 0)
    p_values = table.set_index(keys)["p_value"].reindex(pd.MultiIndex.from_frame(large[keys]))
    assert ((p_values.to_numpy() > 0.05) == within.to_numpy()).all(), "the interval excludes 0 when the test does"
    assert biases(replace(tiny_version, report=None).report, *parts).empty


@pytest.mark.real_data
def test_no_group_of_real_users_or_movies_is_predicted_with_a_bias_beyond_chance(real_version):
    table = biases(
        real_version.report, real_version.interactions, real_version.catalogue, real_version.features.vocabulary
    )
    assert len(table) > 80
    assert table["beyond_chance"].sum() <= 2, "a few by chance; a systematic bias would show in many groups"
