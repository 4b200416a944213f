"""Home shows the package's own metrics beside their baselines, and the active model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recsys.registry import Registry
from tests.pages.conftest import home, metrics, text_of


def test_the_metrics_are_those_of_the_report(served):
    metric_texts, report = metrics(home()), served.report
    assert metric_texts["Exactly right"] == f"{100 * report.value('accuracy'):.1f}%"
    assert metric_texts["Typical miss"] == f"{report.value('rmse'):.3f}"
    assert metric_texts["Mean miss"] == f"{report.value('mae'):.3f}"


@pytest.mark.parametrize("baseline", ["bias", "majority"])
def test_every_metric_has_its_baselines_and_interval(served, baseline):
    text, report = text_of(home()), served.report
    name = {"bias": "Damped bias", "majority": "Commonest star"}[baseline]
    assert f"{name} {100 * report.value('accuracy', baseline):.1f}%" in text
    assert f"{name} {report.value('rmse', baseline):.3f}" in text
    row = report.row("rmse")
    assert f"95% interval {row['low']:.3f} – {row['high']:.3f}" in text
    assert f"{int(row['n']):,} ratings held out" in text


def test_likely_stars_come_with_their_measured_coverage(served):
    text, report = text_of(home()), served.report
    coverage, constant_coverage = report.row("set_coverage"), report.row("set_coverage", "majority")
    assert (
        f"{report.value('set_size'):.1f} on average, held the rating {100 * coverage['value']:.1f}% of the time" in text
    )
    assert f"{coverage['n']:,} held-out ratings that had no part" in text
    constant_set = f"the same {report.value('set_size', 'majority'):.0f} stars for everybody"
    assert f"{constant_set}, held {100 * constant_coverage['value']:.1f}%." in text


def test_without_a_report_the_coverage_is_not_claimed(tiny_model):
    Registry().publish(tiny_model)
    assert "likely stars" not in text_of(home())


def test_home_links_to_evaluate(served):
    assert "evaluate" in [link.proto.page for link in home().get("page_link")]


def test_a_gain_is_over_the_strongest_baseline(served):
    delta = {metric.label: metric.delta for metric in home().metric}
    strongest_rmse = min(served.report.value("rmse", "bias"), served.report.value("rmse", "majority"))
    assert delta["Typical miss"] == f"{served.report.value('rmse') - strongest_rmse:+.3f}"


def test_a_new_active_model_is_shown_without_a_restart(served, measured_model):
    app = home()
    first = served.version
    assert first in str(app.table[0].value).replace("\\", "")
    second = Registry().publish(measured_model)
    assert second != first
    app.run()
    assert second in str(app.table[0].value).replace("\\", "")


def test_a_damaged_model_falls_back_with_a_warning(served, measured_model, own_registry):
    newest = Registry().publish(measured_model)
    model_file = own_registry / newest / "model.json"
    model_file.write_bytes(model_file.read_bytes()[:-10])
    app = home()
    assert len(app.warning) == 1
    assert newest in text_of(app)
    assert served.version in str(app.table[0].value).replace("\\", "")


def test_without_a_report_no_metric_is_shown(tiny_model):
    Registry().publish(replace(tiny_model, manifest={}))
    app = home()
    assert not app.metric
    assert "How good" not in text_of(app)
