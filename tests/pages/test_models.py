"""Models: the versions in the registry, their comparison and the event log."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from recsys.data.interactions import Interactions
from recsys.evaluation.baselines import Predictions
from recsys.glossary import model_name
from recsys.registry import Registry, bundle, transitions
from recsys.registry.manifest import MANIFEST, sealed
from recsys.registry.promotion_gate import MAX_SHORT_REASONS
from recsys.ui.models.versions import BASELINES, SETTINGS_OPENED
from tests.pages.conftest import chart, name_of, open_page, table, text_of

HOSTILE = "![x](http://evil/x.png) <script>alert(1)</script> **bold** :red[no]"


def models(section: str | None = None, **query: object):
    return open_page("pages/models.py", **({"section": section} if section else {}), **query)


def opened_settings() -> pd.DataFrame:
    """The settings of the active version, which are drawn when they are opened."""
    assert not any("Meaning" in each.value for each in models().table)
    return table(open_page("pages/models.py", {SETTINGS_OPENED: True}), "Meaning")


@pytest.fixture
def two(served, measured_model):
    """Two measured versions, the newer one active."""
    gate = {"passed": True, "reasons": [], "champion": served.version, "pairs": 2500, "differences": {}}
    gate["differences"] = {"log_loss": [-0.0113, -0.0143, -0.0084], "rmse": [0.0021, -0.0004, 0.0046]}
    origin = {"who": HOSTILE, "why": HOSTILE}
    scaled_report = replace(
        measured_model.report, table=measured_model.report.table.assign(value=lambda table: table["value"] * 0.9)
    )
    newer_model = replace(
        measured_model, report=scaled_report, manifest={**measured_model.manifest, "gate": gate, "made": origin}
    )
    return served.version, Registry().publish(newer_model)


def test_an_empty_registry_tells_how_to_fill_it(started_jobs):
    assert "No models yet" in text_of(models())
    assert started_jobs == []


def test_the_details_of_one_version_are_shown(served):
    app = models()
    text = text_of(app)
    assert f"Live: {name_of(served.version)}." in text
    facts = table(app, "Fact")["Fact"].str.replace("\\", "", regex=False)
    assert facts["Data"].startswith(f"tiny: {served.manifest['data']['ratings']:,} ratings")
    assert facts["Id"] == served.version
    assert "without the promotion gate" in text
    metrics_table, row = table(app, "Best baseline"), served.report.row("rmse")
    assert metrics_table.loc["RMSE", "This version"] == f"{row['value']:.3f}"
    assert metrics_table.loc["RMSE", "95% interval"] == f"{row['low']:.3f} – {row['high']:.3f}"
    users = served.report.row("ndcg@10")["n"]
    assert f"Tested on {row['n']:,} held-out ratings; {users:,} users for the ranking metrics." in text
    strongest_rmse = min(served.report.value("rmse", model) for model in served.report.baselines)
    assert metrics_table.loc["RMSE", "Best baseline"].endswith(f"{strongest_rmse:.3f}")
    assert opened_settings().loc["Trees", "Value"] == str(served.config.boosting.trees)


def test_the_table_ends_with_the_strongest_baselines(two):
    rows = models().dataframe[0].value.set_index("Version")
    assert rows.index.tolist() == [*map(name_of, two[::-1]), BASELINES]
    newest = Registry().load_active().recommender.report
    popular = newest.value("ndcg@10", "popularity")
    assert rows.loc[BASELINES, "NDCG@10"] == f"{popular:.3f}"
    assert rows.loc[name_of(two[1]), "NDCG@10"] == f"{newest.value('ndcg@10'):.3f}"
    assert rows.loc[BASELINES, "State"] == ""


def test_the_gate_s_verdict_has_its_differences(two):
    text = text_of(models(version=two[1]))
    assert (
        f"Accepted: no worse than {name_of(two[0])}, within the margin. On 2,500 ratings that neither has seen, its "
        "log-loss is 0.0113 lower and its RMSE is 0.0021 higher (lower is better)."
    ) in text
    assert "over users and movies: log-loss −0.0143 to −0.0084; RMSE −0.0004" in text


def test_a_refused_version_has_every_reason_as_text(served, measured_model):
    gate = {"passed": False, "reasons": ["It says the same of everybody.", HOSTILE]}
    refused = Registry().add(replace(measured_model, manifest={**measured_model.manifest, "gate": gate}))
    app = models(version=refused)
    assert "It says the same of everybody." in text_of(app)
    (warning,) = app.warning
    assert "![x](http" not in warning.value
    assert "<script>" not in warning.value.replace("\\", "\\\\<")
    assert app.dataframe[0].value.set_index("Version").loc[name_of(refused), "State"] == "Rejected"


def test_the_first_of_many_reasons_are_shown_and_all_can_be_opened(served, measured_model):
    reasons = ["Its RMSE may be worse by 0.1.", *(f"Reason {number}." for number in range(29))]
    gate = {"passed": False, "reasons": reasons, "pairs": 9}
    gate["differences"] = {"rmse": [0.1, 0.1, 0.1], "log_loss": [0.2, 0.1, 0.3]}
    refused = Registry().add(replace(measured_model, manifest={**measured_model.manifest, "gate": gate}))
    app = models(version=refused)
    (warning,) = app.warning
    assert warning.value.count("\n- ") == MAX_SHORT_REASONS + 1
    assert warning.value.count("RMSE") == 1, "a figure is told once"
    assert "its log-loss is 0.2000 higher" in warning.value, "what no reason tells"
    assert "And 25 more" in text_of(app)
    (expander,) = [element for element in app.expander if element.label == "All 30 reasons"]
    assert expander.markdown[0].value.count("- ") == 30


def test_the_trend_marks_refused_versions(served, measured_model):
    gate = {"passed": False, "reasons": ["Reason."]}
    refused = Registry().add(replace(measured_model, manifest={**measured_model.manifest, "gate": gate}))
    trend_chart = chart(models("Trend"), "Line chart over versions")
    assert f"{name_of(refused)} (rejected)" in trend_chart["alt"]
    (line,) = trend_chart["data"]
    assert line["marker"]["symbol"] == ["star", "circle-open"]


def test_hostile_names_and_reasons_are_plain_text(two):
    app = models(version=two[1])
    for element in [*app.markdown, *app.caption, *app.success, *app.warning, *app.info]:
        assert "evil" not in element.value
    assert table(app, "Fact").loc["Reason", "Fact"].startswith("\\!\\[x\\]"), "Markdown is escaped"
    assert app.dataframe[0].value["Reason"].iloc[0].startswith("![x]")


def test_hostile_data_is_plain_text_too(served, measured_model):
    data = {"name": HOSTILE, "fingerprint": "<b>x"}
    odd = {"<script>": HOSTILE}
    folder = Registry().path(
        Registry().publish(replace(measured_model, manifest={**measured_model.manifest, "data": data}))
    )
    (folder / MANIFEST).write_bytes(sealed(bundle.read_manifest(folder) | {"settings": odd}))
    assert "<script>" not in str(chart(models("Trend"), "Line chart")["data"])
    settings = opened_settings()
    assert settings.index.tolist() == ["\\<script\\>"]
    assert settings["Value"].iloc[0].startswith("\\!\\[x\\]")
    differing = models("Compare").table[-1].value.loc["Data"]
    assert "![x]" not in str(differing["v2"])
    assert "evil" in str(differing["v2"])


def test_a_damaged_version_is_named_and_the_others_are_shown(two, own_registry):
    report_file = own_registry / two[0] / "report.json"
    assert "It cannot be loaded" not in text_of(models(version=two[0]))
    report_file.write_bytes(report_file.read_bytes()[:-9])
    app = models(version=two[0])
    assert "It cannot be loaded" in text_of(app)
    assert f"report.json of {two[0]} is damaged" in text_of(app)
    states = app.dataframe[0].value.set_index("Version")["State"]
    assert states.drop(BASELINES).to_dict() == {name_of(two[1]): "Live", name_of(two[0]): "Previous, Damaged"}
    assert "Two versions are needed" in text_of(models("Compare"))


def test_without_a_usable_version_the_table_is_still_shown(served, own_registry):
    (own_registry / served.version / "model.json").write_bytes(b"{}")
    app = models()
    assert "No version can be loaded" in text_of(app)
    assert app.dataframe[0].value["Version"].tolist() == [name_of(served.version), BASELINES]


def test_the_trend_has_each_version_and_its_text_alternative(two, served):
    app = models("Trend")
    app.selectbox(key="models_metric").set_value("rmse").run()
    trend_chart, rmse = chart(app, "Line chart over versions"), served.report.value("rmse")
    newest = Registry().load_active().recommender.report
    (line,) = trend_chart["data"]
    assert line["y"] == pytest.approx([rmse, 0.9 * rmse])
    assert line["marker"]["symbol"] == ["circle", "star"]
    assert f"{name_of(two[1])} (live): {0.9 * rmse:.4g}" in trend_chart["alt"]
    name, value = min((newest.value("rmse", model), model) for model in served.report.baselines)[::-1]
    label = model_name(name).lower()
    assert f"RMSE (lower is better; {label} {value:.3f})" in trend_chart["alt"]


def test_one_version_has_no_trend_and_nothing_to_compare(served, visitor):
    assert "The trend starts with the second." in text_of(models("Trend"))
    app = models("Compare")
    assert "Two versions are needed" in text_of(app)
    assert "Train another" not in [link.proto.label for link in app.get("page_link")], "only the owner can"


def test_two_versions_are_compared_on_common_held_out_ratings(two, served):
    app = models("Compare")
    assert [app.selectbox(key=key).value for key in ("version", "models_other")] == list(two[::-1])
    comparison_table = table(app, "v2 is")
    assert comparison_table.loc["RMSE", "v2"] == f"{served.report.value('rmse'):.3f}"
    assert comparison_table.loc["RMSE", "v2 is"] == "not clearly different"
    assert re.fullmatch(r"\S\d\.\d{4} to \S\d\.\d{4}|0\.0000 to 0\.0000", comparison_table.loc["RMSE", "95% interval"])
    assert f"On the {len(served.report.held_out):,} ratings" in text_of(app)
    assert "None: same settings, same data." in text_of(app)


def test_with_few_common_ratings_the_lower_ndcg_is_explained(two, served):
    rows = len(served.report.held_out)
    assert "paired" in text_of(models("Compare"))
    assert "count as hits" not in text_of(models("Compare"))
    half = served.report.held_out.iloc[: rows // 2].reset_index(drop=True)
    baselines = {
        name: Predictions(predictions.rating[: rows // 2], predictions.expected[: rows // 2], None)
        for name, predictions in served.report.baselines.items()
    }
    fewer = replace(served.report, held_out=half, baselines=baselines, feature_sample=None)
    Registry().add(replace(served, report=fewer))
    app = models("Compare", version=two[0])
    app.selectbox(key="models_other").set_value(Registry().versions()[0]).run()
    message = f"Only movies among these {rows // 2:,} ratings count as hits (the versions held out"
    assert message in text_of(app)


def test_the_url_selects_the_compared_version(two):
    app = models("Compare", version=two[0])
    assert [app.selectbox(key=key).value for key in ("version", "models_other")] == list(two)
    app.selectbox(key="version").set_value(two[1]).run()
    assert app.selectbox(key="models_other").value == two[0]


def test_the_lists_of_one_user_are_side_by_side(two, served):
    app = models("Compare", user=6)
    lists = [each.value for each in app.dataframe if "Change" in each.value]
    titles = served.recommend(6)["title"]
    assert len(lists) == 2
    assert all(len(each) == len(titles) for each in lists)
    assert set(lists[0]["Change"]) == {"Same rank"}
    assert f"0 new, 0 removed, 0 moved, {len(titles)} unchanged" in text_of(app)


def test_only_the_active_version_stays_in_memory(two, monkeypatch):
    loaded, load = [], bundle.load
    monkeypatch.setattr(bundle, "load", lambda folder: loaded.append(folder.name) or load(folder))
    models("Compare", user=6)
    models("Compare", user=6)
    assert loaded == [two[1], two[0]], "each once: the lists are kept, the other model is not"


def test_a_user_unknown_to_the_other_version_is_answered(two, measured_model, tiny):
    fewer = tiny.with_ratings(tiny.ratings[tiny.ratings["user_id"] > 10])
    catalogue = measured_model.catalogue
    interactions = Interactions.from_frames(fewer.ratings, None, catalogue)
    other_version = Registry().add(replace(measured_model, interactions=interactions))
    app = models("Compare", user=6)
    app.selectbox(key="models_other").set_value(other_version).run()
    assert not app.exception
    assert "11 to 60" in text_of(app)
    assert not [each for each in app.dataframe if "Change" in each.value]


def test_an_unknown_user_is_answered(two):
    assert "9999" in text_of(models("Compare", user=9999))
    assert "User ids go from 1 to 60" in text_of(models("Compare", user="x"))


def test_the_event_log_is_shown(two):
    transitions.pin(Registry(), two[0], HOSTILE, HOSTILE)
    rows = models("Event log").dataframe[0].value
    assert rows["Event"].tolist() == ["Pinned", "Published", "Published"]
    assert rows["Version"].tolist() == [name_of(version) for version in (two[0], two[1], two[0])]
    assert rows["Reason"].iloc[0].startswith("![x]")
