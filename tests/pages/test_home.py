"""Home shows the package's own metrics beside their baselines, and the active model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recsys.registry import Registry
from recsys.ui.common.version_rows import names
from tests.pages.conftest import home, metrics, name_of, text_of


def test_the_metrics_are_those_of_the_report(served):
    metric_texts, report = metrics(home()), served.report
    assert metric_texts["Accuracy"] == f"{100 * report.value('accuracy'):.1f}%"
    assert metric_texts["RMSE"] == f"{report.value('rmse'):.3f}"
    assert metric_texts["MAE"] == f"{report.value('mae'):.3f}"


def version_shown(app) -> str:
    return str(app.table[0].value.loc["Version"].iloc[0]).replace("\\", "").replace("\u2060", "")


@pytest.mark.parametrize("baseline", ["bias", "majority"])
def test_every_metric_has_its_baselines_and_interval(served, baseline):
    text, report = text_of(home()), served.report
    name = {"bias": "User and movie averages", "majority": "Most common star"}[baseline]
    assert f"{100 * report.value('accuracy', baseline):.1f}% {name}" in text
    assert f"{report.value('rmse', baseline):.3f} {name}" in text
    row = report.row("rmse")
    assert f"95% interval {row['low']:.3f} – {row['high']:.3f}" in text
    assert f"{int(row['n']):,} held-out ratings" in text


def test_likely_stars_come_with_their_measured_coverage(served):
    text, report = text_of(home()), served.report
    coverage, constant_coverage = report.row("set_coverage"), report.row("set_coverage", "majority")
    width = f"{report.value('set_size'):.1f} stars wide on average"
    assert f"{width}, contained the true rating {100 * coverage['value']:.1f}% of the time" in text
    assert f"{coverage['n']:,} held-out ratings that did not set its width" in text
    constant_set = f"The same {report.value('set_size', 'majority'):.0f} stars for everybody"
    assert (
        f"{constant_set}: {100 * constant_coverage['value']:.1f}%, but {report.value('set_size', 'majority'):.0f} wide."
        in text
    )


def test_without_a_report_the_coverage_is_not_claimed(tiny_model):
    Registry().publish(tiny_model)
    assert "likely range" not in text_of(home())


def test_home_links_to_evaluate(served):
    assert "evaluate" in [link.proto.page for link in home().get("page_link")]


def test_a_gain_is_over_the_strongest_baseline(served):
    delta = {metric.label: metric.delta for metric in home().metric}
    strongest_rmse = min(served.report.value("rmse", "bias"), served.report.value("rmse", "majority"))
    assert delta["RMSE"] == f"{served.report.value('rmse') - strongest_rmse:+.3f}"


def test_a_new_active_model_is_shown_without_a_restart(served, measured_model):
    app = home()
    first = served.version
    assert names()[first] in version_shown(app)
    second = Registry().publish(measured_model)
    assert second != first
    app.run()
    assert names()[second] in version_shown(app)


def test_a_damaged_model_falls_back_with_a_warning(served, measured_model, own_registry):
    newest = Registry().publish(measured_model)
    model_file = own_registry / newest / "model.json"
    model_file.write_bytes(model_file.read_bytes()[:-10])
    app = home()
    assert len(app.warning) == 1
    assert name_of(newest) in text_of(app)
    assert names()[served.version] in version_shown(app)


def test_without_a_report_no_metric_is_shown(tiny_model):
    Registry().publish(replace(tiny_model, manifest={}))
    app = home()
    assert not app.metric
    assert "How good" not in text_of(app)


def test_home_leads_to_what_a_visitor_can_do(served):
    for label, title in {
        "Rate a few movies": "Rate",
        "Get recommendations": "Recommendations",
        "Watch together": "Together",
        "Look up a movie": "Predict",
    }.items():
        app = home()
        next(button for button in app.button if button.label == label).click().run()
        assert not app.exception, app.exception
        assert app.title[0].value == title
