"""Home shows the package's own figures beside their baselines, and says what answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recsys.registry import Registry
from tests.pages.conftest import home, metrics, said


def test_the_figures_are_those_of_the_report(served):
    shown, report = metrics(home()), served.report
    assert shown["Exactly right"] == f"{100 * report.value('accuracy'):.1f} %"
    assert shown["Typical miss"] == f"{report.value('rmse'):.3f}"
    assert shown["Mean miss"] == f"{report.value('mae'):.3f}"


@pytest.mark.parametrize("baseline", ["bias", "majority"])
def test_every_figure_stands_beside_its_baselines_and_interval(served, baseline):
    words, report = said(home()), served.report
    name = {"bias": "Damped bias", "majority": "Commonest star"}[baseline]
    assert f"{name} {100 * report.value('accuracy', baseline):.1f} %" in words
    assert f"{name} {report.value('rmse', baseline):.3f}" in words
    row = report.row("rmse")
    assert f"95 % interval {row['low']:.3f} – {row['high']:.3f}" in words
    assert f"{int(row['n']):,} ratings held out" in words


def test_likely_stars_are_told_with_their_measured_coverage(served):
    words, report = said(home()), served.report
    held, same = report.row("set_coverage"), report.row("set_coverage", "majority")
    assert (
        f"{report.value('set_size'):.1f} on average, held the rating {100 * held['value']:.1f} % of the time" in words
    )
    assert f"{held['n']:,} held-out ratings that had no part" in words
    everybody = f"the same {report.value('set_size', 'majority'):.0f} stars for everybody"
    assert f"{everybody}, held {100 * same['value']:.1f} %." in words


def test_a_model_without_report_makes_no_claim(tiny_model):
    Registry().publish(tiny_model)
    assert "likely stars" not in said(home())


def test_home_leads_to_the_whole_evaluation(served):
    assert "evaluate" in [link.proto.page for link in home().get("page_link")]


def test_a_gain_is_against_the_better_baseline_and_its_sign_is_honest(served):
    delta = {metric.label: metric.delta for metric in home().metric}
    best = min(served.report.value("rmse", "bias"), served.report.value("rmse", "majority"))
    assert delta["Typical miss"] == f"{served.report.value('rmse') - best:+.3f}"


def test_the_active_model_is_named_and_a_new_one_takes_over_without_a_restart(served, reported):
    app = home()
    first = served.version
    assert first in str(app.table[0].value).replace("\\", "")
    second = Registry().publish(reported)
    assert second != first
    app.run()
    assert second in str(app.table[0].value).replace("\\", "")


def test_a_damaged_model_falls_back_visibly(served, reported, own_registry):
    newest = Registry().publish(reported)
    victim = own_registry / newest / "model.json"
    victim.write_bytes(victim.read_bytes()[:-10])
    app = home()
    assert len(app.warning) == 1
    assert newest in said(app)
    assert served.version in str(app.table[0].value).replace("\\", "")


def test_a_model_without_a_report_shows_no_figures(tiny_model):
    Registry().publish(replace(tiny_model, manifest={}))
    app = home()
    assert not app.metric
    assert "How good" not in said(app)
