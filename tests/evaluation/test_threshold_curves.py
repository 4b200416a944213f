"""ROC and precision-recall curves against scikit-learn's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from recsys.evaluation.threshold_curves import AVERAGE_PRECISION, ROC_AUC, STEPS, areas, curve_points
from recsys.metrics.bootstrap import interval, resampled


def event_of(report, star):
    return (report.held_out["rating"] == star).to_numpy(), report.held_out[f"p_{star:g}"].to_numpy()


def test_the_areas_are_scikit_learn_s(tiny_report):
    table = areas(tiny_report).set_index(["metric", "star"])
    for star in tiny_report.stars:
        event, score = event_of(tiny_report, star)
        assert table.loc[(ROC_AUC, star), "value"] == pytest.approx(roc_auc_score(event, score))
        assert table.loc[(AVERAGE_PRECISION, star), "value"] == pytest.approx(average_precision_score(event, score))
        assert table.loc[(ROC_AUC, star), "n"] == event.sum()


def test_tied_probabilities_are_one_threshold(tiny_report):
    columns = [f"p_{star:g}" for star in tiny_report.stars]
    rounded = replace(tiny_report, held_out=tiny_report.held_out.assign(**tiny_report.held_out[columns].round(1)))
    table = areas(rounded).set_index(["metric", "star"])["value"]
    event, score = event_of(rounded, 4.0)
    assert table[ROC_AUC, 4.0] == pytest.approx(roc_auc_score(event, score))
    assert table[AVERAGE_PRECISION, 4.0] == pytest.approx(average_precision_score(event, score))


def test_a_constant_prediction_is_at_the_level_of_chance(tiny_report):
    table = areas(tiny_report, "majority")
    chance = table["n"] / table["rows"]
    assert table.loc[table["metric"] == ROC_AUC, "value"].tolist() == pytest.approx([0.5] * len(tiny_report.stars))
    is_precision = table["metric"] == AVERAGE_PRECISION
    assert table.loc[is_precision, "value"].tolist() == pytest.approx(chance[is_precision].tolist())
    assert areas(tiny_report, "bias").empty, "averages have no probabilities"
    assert curve_points(tiny_report, "bias").empty


def test_intervals_resample_users_with_all_their_ratings(tiny_report):
    """Against a bootstrap that copies rows, which needs no bins."""
    event, score = event_of(tiny_report, 4.0)
    user_index = np.unique(tiny_report.held_out["user_id"], return_inverse=True)[1]
    weights = resampled(user_index.max() + 1, seed=0)[:, user_index]
    expected = interval(np.array([roc_auc_score(event, score, sample_weight=weight) for weight in weights]))
    row = areas(tiny_report).set_index(["metric", "star"]).loc[(ROC_AUC, 4.0)]
    assert (row["low"], row["high"]) == pytest.approx(expected, abs=0.01)
    assert row["low"] < row["value"] < row["high"]


def test_points_lie_on_scikit_learn_s_curves_and_are_thinned(tiny_report):
    held_out = pd.concat([tiny_report.held_out] * 2, ignore_index=True)
    jitter = np.random.default_rng(0).uniform(0, 0.05, len(held_out))
    report = replace(tiny_report, held_out=held_out.assign(p_4=held_out["p_4"] + jitter), baselines={})
    points = curve_points(report)
    points = points[points["star"] == 4]
    event, score = event_of(report, 4.0)
    false_positive_rate, recall, thresholds = roc_curve(event, score, drop_intermediate=False)
    full = pd.DataFrame({"false_positive_rate": false_positive_rate, "recall": recall}, index=thresholds)
    assert len(points) <= min(2 * STEPS + 1, len(full) - 1)
    assert full.loc[points["threshold"], "recall"].tolist() == pytest.approx(points["recall"].tolist())
    expected = full.loc[points["threshold"], "false_positive_rate"].tolist()
    assert points["false_positive_rate"].tolist() == pytest.approx(expected)
    precision, _, precision_thresholds = precision_recall_curve(event, score)
    precisions = pd.Series(precision[:-1], precision_thresholds)
    assert precisions[points["threshold"]].tolist() == pytest.approx(points["precision"].tolist())
    last = points.iloc[-1]
    assert (last["recall"], last["false_positive_rate"]) == (1, 1)


def test_a_star_that_never_occurs_has_no_curve(tiny_report):
    kept = (tiny_report.held_out["rating"] != 1).to_numpy()
    confusion = tiny_report.confusion.copy()
    confusion[0] = 0
    report = replace(tiny_report, held_out=tiny_report.held_out[kept], confusion=confusion, baselines={})
    assert 1.0 not in set(areas(report)["star"]) | set(curve_points(report)["star"])
