"""Models: what the shelf holds, told as it is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from recsys.data.interactions import Interactions
from recsys.evaluation.baselines import Predictions
from recsys.registry import Registry, bundle, transitions
from recsys.registry.manifest import MANIFEST, sealed
from recsys.registry.promotion_gate import MAX_SHORT_REASONS
from recsys.ui.models.versions import BASELINES
from tests.pages.conftest import chart, opened, said, table

HOSTILE = "![x](http://evil/x.png) <script>alert(1)</script> **bold** :red[no]"


def models(section: str | None = None, **query: object):
    return opened("pages/models.py", **({"section": section} if section else {}), **query)


@pytest.fixture
def two(served, reported):
    """Two measured versions, the newer one answering."""
    gate = {"passed": True, "reasons": [], "champion": served.version, "pairs": 2500, "differences": {}}
    gate["differences"] = {"log_loss": [-0.0113, -0.0143, -0.0084], "rmse": [None, None, None]}
    made = {"who": HOSTILE, "why": HOSTILE}
    worse = replace(reported.report, table=reported.report.table.assign(value=lambda each: each["value"] * 0.9))
    newer = replace(reported, report=worse, manifest={**reported.manifest, "gate": gate, "made": made})
    return served.version, Registry().publish(newer)


def test_an_empty_shelf_says_how_it_is_filled(no_child):
    assert "The shelf is empty" in said(models())
    assert no_child == []


def test_one_version_is_told_in_full(served):
    app = models()
    words = said(app)
    assert f"{served.version} answers now" in words
    assert f"Data: tiny with {served.manifest['data']['ratings']:,} ratings" in words
    assert "The gate was not asked" in words
    shown, row = table(app, "Best baseline"), served.report.row("rmse")
    assert shown.loc["Typical miss", "This version"] == f"{row['value']:.3f}"
    assert shown.loc["Typical miss", "95 % interval"] == f"{row['low']:.3f} – {row['high']:.3f}"
    people = served.report.row("ndcg@10")["n"]
    assert f"Measured on {row['n']:,} held-out ratings; {people:,} people for the lists." in words
    best = min(served.report.value("rmse", model) for model in ("bias", "majority"))
    assert shown.loc["Typical miss", "Best baseline"].endswith(f"{best:.3f}")
    assert table(app, "Meaning").loc["Trees", "Value"] == str(served.config.trees)


def test_the_table_ends_with_what_must_be_beaten(two):
    rows = models().dataframe[0].value.set_index("Version")
    assert rows.index.tolist() == [two[1], two[0], BASELINES]
    newest = Registry().load_active().recommender.report
    popular = newest.value("ndcg@10", "popularity")
    assert rows.loc[BASELINES, "NDCG"] == f"{popular:.3f}"
    assert rows.loc[two[1], "NDCG"] == f"{newest.value('ndcg@10'):.3f}"
    assert rows.loc[BASELINES, "State"] == ""


def test_the_verdict_of_the_gate_is_told_with_its_figures(two):
    words = said(models(version=two[1]))
    assert f"It passed the gate against {two[0]}, on 2,500 ratings that both hold out" in words
    assert "Log-loss −0.0113 (−0.0143 to −0.0084; less is better)" in words


def test_a_refused_version_has_every_reason_as_text(served, reported):
    gate = {"passed": False, "reasons": ["It says the same of everybody.", HOSTILE]}
    refused = Registry().add(replace(reported, manifest={**reported.manifest, "gate": gate}))
    app = models(version=refused)
    assert "It says the same of everybody." in said(app)
    (warning,) = app.warning
    assert "![x](http" not in warning.value
    assert "<script>" not in warning.value.replace("\\", "\\\\<")
    assert app.dataframe[0].value.set_index("Version").loc[refused, "State"] == "Refused by the gate"


def test_of_many_reasons_the_first_are_told_and_all_can_be_opened(served, reported):
    reasons = ["Its RMSE is worse by 0.1.", *(f"Reason {number}." for number in range(29))]
    gate = {"passed": False, "reasons": reasons, "differences": {"rmse": [0.1, 0.1, 0.1], "log_loss": [0.2, 0.1, 0.3]}}
    refused = Registry().add(replace(reported, manifest={**reported.manifest, "gate": gate}))
    app = models(version=refused)
    (warning,) = app.warning
    assert warning.value.count("\n- ") == MAX_SHORT_REASONS + 1
    assert "Log-loss" in warning.value, "what no reason tells"
    assert warning.value.count("RMSE") == 1, "a figure is told once"
    assert "And 25 more" in said(app)
    (opened,) = [each for each in app.expander if each.label == "All 30 reasons"]
    assert opened.markdown[0].value.count("- ") == 30


def test_the_trend_marks_what_was_refused(served, reported):
    gate = {"passed": False, "reasons": ["Reason."]}
    refused = Registry().add(replace(reported, manifest={**reported.manifest, "gate": gate}))
    shown = chart(models("Trend"), "Line chart over versions")
    assert f"{refused} (refused)" in shown["alt"]
    (line,) = shown["data"]
    assert line["marker"]["symbol"] == ["star", "circle-open"]


def test_hostile_names_and_reasons_are_plain_text(two):
    app = models(version=two[1])
    for element in [*app.markdown, *app.caption, *app.success, *app.warning, *app.info]:
        assert "evil" not in element.value
    assert any("alert(1)" in element.value for element in app.text)
    assert app.dataframe[0].value["Why"].iloc[0].startswith("![x]")


def test_hostile_data_is_plain_text_too(served, reported):
    data = {"name": HOSTILE, "fingerprint": "<b>x"}
    odd = {"<script>": HOSTILE}
    folder = Registry().path(Registry().publish(replace(reported, manifest={**reported.manifest, "data": data})))
    (folder / MANIFEST).write_bytes(sealed(bundle.read_manifest(folder) | {"settings": odd}))
    assert "<script>" not in str(chart(models("Trend"), "Line chart")["data"])
    settings = table(models(), "Meaning")
    assert settings.index.tolist() == ["\\<script\\>"]
    assert settings["Value"].iloc[0].startswith("\\!\\[x\\]")
    differing = models("Compare").table[-1].value.loc["Data"]
    assert "![x]" not in str(differing["Version"])


def test_a_damaged_version_is_named_and_the_rest_stays(two, own_registry):
    victim = own_registry / two[0] / "report.json"
    assert "It cannot answer" not in said(models(version=two[0]))
    victim.write_bytes(victim.read_bytes()[:-9])
    app = models(version=two[0])
    assert "It cannot answer" in said(app)
    assert f"report.json of {two[0]} is damaged" in said(app)
    states = app.dataframe[0].value.set_index("Version")["State"]
    assert states.drop(BASELINES).to_dict() == {two[1]: "Answers", two[0]: "Answered before, Damaged"}
    assert "Two versions that can be read" in said(models("Compare"))


def test_when_nothing_can_answer_the_shelf_is_still_shown(served, own_registry):
    (own_registry / served.version / "model.json").write_bytes(b"{}")
    app = models()
    assert "No version can answer" in said(app)
    assert app.dataframe[0].value["Version"].tolist() == [served.version, BASELINES]


def test_the_trend_has_each_version_and_its_words(two, served):
    app = models("Trend")
    app.selectbox(key="models_metric").set_value("rmse").run()
    shown, rmse = chart(app, "Line chart over versions"), served.report.value("rmse")
    newest = Registry().load_active().recommender.report
    (line,) = shown["data"]
    assert line["y"] == pytest.approx([rmse, 0.9 * rmse])
    assert line["marker"]["symbol"] == ["circle", "star"]
    assert f"{two[1]} (answers): {0.9 * rmse:.4g}" in shown["alt"]
    name, value = min((newest.value("rmse", model), model) for model in ("bias", "majority"))[::-1]
    best = {"bias": "damped bias", "majority": "commonest star"}[name]
    assert f"Typical miss (less is better; {best} {value:.3f})" in shown["alt"]


def test_two_versions_are_compared_on_what_both_hold_out(two, served):
    app = models("Compare")
    assert [app.selectbox(key=side).value for side in ("version", "models_other")] == list(two[::-1])
    shown = table(app, "In short")
    assert shown.loc["Typical miss", "Version"] == f"{served.report.value('rmse'):.3f}"
    assert shown.loc["Typical miss", "In short"] == "Not clear"
    assert re.fullmatch(r"\S\d\.\d{4} to \S\d\.\d{4}|0\.0000 to 0\.0000", shown.loc["Typical miss", "95 % interval"])
    assert f"On the {len(served.report.held_out):,} ratings" in said(app)
    assert "None: the same recipe on the same data." in said(app)


def test_where_only_some_ratings_are_shared_it_says_why_ndcg_is_lower(two, served):
    rows = len(served.report.held_out)
    assert "Bonferroni" in said(models("Compare"))
    assert "count as hits" not in said(models("Compare"))
    half = served.report.held_out.iloc[: rows // 2].reset_index(drop=True)
    baselines = {
        name: Predictions(other.rating[: rows // 2], other.expected[: rows // 2], None)
        for name, other in served.report.baselines.items()
    }
    fewer = replace(served.report, held_out=half, baselines=baselines)
    Registry().add(replace(served, report=fewer))
    app = models("Compare", version=two[0])
    app.selectbox(key="models_other").set_value(Registry().versions()[0]).run()
    wanted = f"Only movies among these {rows // 2:,} ratings count as hits, not all that one version holds out"
    assert wanted in said(app)


def test_an_address_says_which_version_is_compared(two):
    app = models("Compare", version=two[0])
    assert [app.selectbox(key=side).value for side in ("version", "models_other")] == list(two)
    app.selectbox(key="version").set_value(two[1]).run()
    assert app.selectbox(key="models_other").value == two[0]


def test_one_person_s_lists_stand_side_by_side(two, served):
    app = models("Compare", user=6)
    lists = [each.value for each in app.dataframe if "Change" in each.value]
    titles = served.recommend(6)["title"]
    assert len(lists) == 2
    assert all(len(each) == len(titles) for each in lists)
    assert set(lists[0]["Change"]) == {"Same place"}
    assert f"0 entered, 0 left, 0 moved, {len(titles)} kept their place" in said(app)


def test_only_the_version_that_answers_stays_in_memory(two, monkeypatch):
    opened_by, real = [], bundle.load
    monkeypatch.setattr(bundle, "load", lambda folder: opened_by.append(folder.name) or real(folder))
    models("Compare", user=6)
    models("Compare", user=6)
    assert opened_by == [two[1], two[0]], "each once: the lists are kept, the other model is not"


def test_a_person_whom_the_other_does_not_know_gets_a_sentence(two, reported, tiny):
    fewer = tiny.with_ratings(tiny.ratings[tiny.ratings["user_id"] > 10])
    catalogue = reported.catalogue
    people = Interactions.from_frames(fewer.ratings, None, catalogue)
    other = Registry().add(replace(reported, interactions=people))
    app = models("Compare", user=6)
    app.selectbox(key="models_other").set_value(other).run()
    assert not app.exception
    assert "11 to 60" in said(app)
    assert not [each for each in app.dataframe if "Change" in each.value]


def test_an_unknown_person_gets_a_sentence(two):
    assert "9999" in said(models("Compare", user=9999))
    assert "Known ids go from 1 to 60" in said(models("Compare", user="x"))


def test_the_journal_is_shown_as_it_is(two):
    transitions.pin(Registry(), two[0], HOSTILE, HOSTILE)
    rows = models("Journal").dataframe[0].value
    assert rows["What"].tolist() == ["Pinned", "Published", "Published"]
    assert rows["Version"].tolist() == [two[0], two[1], two[0]]
    assert rows["Why"].iloc[0].startswith("![x]")
