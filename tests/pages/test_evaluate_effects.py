"""Effects of features, and train against test, on the page Evaluate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recsys.evaluation.feature_effects import effects, partial_dependence
from recsys.glossary import feature_name, metric
from recsys.registry import Registry
from tests.pages.conftest import chart, evaluate, table, text_of


def test_the_effects_are_the_package_s(served):
    app, sample = evaluate("Features"), served.report.feature_sample
    rows = effects(served.model, sample.matrix)
    bars = chart(app, "Bar chart of the SHAP contributions")["data"]
    sizes = {label: size for trace in bars for label, size in zip(trace["y"], trace["x"], strict=True)}
    assert sizes[feature_name(rows["feature"][0])] == pytest.approx(rows["size"][0])
    feature = rows["feature"][2]
    app.selectbox(key="evaluate_dependence").set_value(feature).run()
    users = served.report.held_out["user_id"].to_numpy()[sample.rows]
    expected = partial_dependence(served.model, sample.matrix, feature, users)
    lines = {trace.get("name"): trace for trace in chart(app, "Partial dependence of the expected rating")["data"]}
    changes = expected[expected["model"] == "whole"]["change"]
    assert lines["Whole model"]["y"] == pytest.approx(changes.tolist())
    text = text_of(app)
    assert f"{len(sample.rows)} sampled held-out ratings" in text
    assert "base margin: it is included in the prediction" in text
    assert "held at each row's own prediction" in text


def test_train_against_test_is_the_report_s(served):
    app, report = evaluate("Features"), served.report
    rows = table(app, "Validation")
    for name, column in (("train", "Training"), ("validation", "Validation"), ("all", "Test")):
        for metric_name in ("accuracy", "log_loss", "rmse"):
            entry = metric(metric_name)
            text = entry.write(report.value(metric_name, slice=name))
            assert rows.loc[entry.label, column].startswith(f"{text} (")
        assert rows.loc["n", column] == f"{report.row('rmse', slice=name)['n']:,}"
    gap = report.value("log_loss") - report.value("log_loss", slice="train")
    direction = "higher (worse)" if gap > 0 else "lower (better)"
    assert f"the log-loss is {metric('log_loss').write(abs(gap))} {direction} than on the training" in text_of(app)


def test_an_older_version_says_how_to_fill_both(measured_model):
    report = measured_model.report
    rows = report.table[~report.table["slice"].isin(["train", "validation"])]
    Registry().publish(replace(measured_model, report=replace(report, table=rows, feature_sample=None)))
    app = evaluate("Features")
    text = text_of(app)
    assert "stored no sample of held-out features" in text
    assert "did not measure itself on its training ratings" in text
    assert text.count("Train a new version to fill this") == 2
    assert not app.selectbox
