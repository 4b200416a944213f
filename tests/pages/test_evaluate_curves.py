"""Curves of one star against the rest, and residuals, on the page Evaluate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from recsys.evaluation.residuals import residuals
from recsys.glossary import metric
from recsys.registry import Registry
from tests.pages.conftest import chart, evaluate, text_of


def test_the_areas_are_scikit_learn_s(served):
    app, held_out = evaluate("Per star"), served.report.held_out
    (auc_rows, precision_rows) = (element.value for element in app.table if "Ratings" in element.value)
    for star in served.stars:
        event, score = held_out["rating"] == star, held_out[f"p_{star:g}"]
        label = f"{star:g} ★"
        assert auc_rows.loc[label, "This model"] == metric("roc_auc").write(roc_auc_score(event, score))
        expected = metric("average_precision").write(average_precision_score(event, score))
        assert precision_rows.loc[label, "This model"] == expected
        assert auc_rows.loc[label, "Most common star"] == "0.500"
        assert precision_rows.loc[label, "Most common star"] == metric("average_precision").write(event.mean())


def test_another_star_can_be_selected(served):
    app = evaluate("Per star")
    assert chart(app, f"ROC curve of {served.stars[-1]:g} ★")
    app.pills(key="evaluate_curve_star").set_value(2.0).run()
    assert chart(app, "ROC curve of 2 ★")["data"][-1]["name"] == "2 ★"
    assert chart(app, "Precision-recall curve of 2 ★")
    assert "Call a rating 2 ★ if" in text_of(app)


@pytest.mark.parametrize("grouping", ["expected", "user_count", "movie_count"])
def test_the_residuals_are_the_package_s(served, grouping):
    app = evaluate("Calibration")
    app.segmented_control(key="evaluate_residuals").set_value(grouping).run()
    rows = residuals(served.report, grouping)
    for name, title in (("mean_error", "mean error (bias)"), ("error_spread", "spread of the errors")):
        expected = rows[(rows["metric"] == name) & (rows["model"] == "model")]
        line = chart(app, f"Line chart of {title}")["data"][0]
        assert line["y"] == pytest.approx(expected["value"].tolist())
    means = rows[(rows["metric"] == "mean_error") & (rows["model"] == "model")]
    assert f"{np.abs(means['value']).max():.2f} stars too" in text_of(app)


def test_an_older_version_says_how_to_fill_the_residuals(measured_model):
    report = measured_model.report
    older = replace(report, held_out=report.held_out.drop(columns=["user_count", "movie_count"]))
    Registry().publish(replace(measured_model, report=older))
    app = evaluate("Calibration")
    assert "Train a new version to see the errors by them" in text_of(app)
    assert app.segmented_control(key="evaluate_residuals").options == ["Expected rating"]
