"""The model card is well-formed HTML without external resources, and its numbers are those of the report."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from recsys.__main__ import main
from recsys.errors import NoModelError
from recsys.evaluation.group_gaps import gap_sentence
from recsys.glossary import group_label, metric, model_name
from recsys.model_card import facts, page
from recsys.model_card.limits import limits
from recsys.registry import Registry

HOSTILE = '<script>alert("x")</script> & "ml"'


@pytest.fixture(scope="module")
def card(tiny_version):
    return facts(tiny_version)


@pytest.fixture(scope="module")
def document(card):
    return page(card)


def parsed(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document.removeprefix("<!DOCTYPE html>\n"))


def text_of(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def find(element: ElementTree.Element, path: str) -> ElementTree.Element:
    child = element.find(path)
    assert child is not None, path
    return child


def section(document: str, title: str) -> ElementTree.Element:
    return next(each for each in parsed(document).iter("section") if find(each, "h2").text == title)


def test_it_is_well_formed_and_has_no_external_resources(document):
    root = parsed(document)
    assert root.tag == "html"
    tags = {element.tag for element in root.iter()}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert not [element for element in root.iter() if {"src", "href", "action"} & set(element.attrib)]
    assert "url(" not in document
    assert "@import" not in document


def test_it_has_a_light_and_a_dark_theme(document):
    assert "prefers-color-scheme: dark" in document
    assert "color-scheme: light dark" in document


def test_the_json_is_complete(card):
    loaded = json.loads(json.dumps(card, allow_nan=False))
    assert loaded["version"] == card["version"]
    assert set(loaded) >= {"data", "config", "metrics", "gains", "confusion", "audit", "slices", "limits", "reproduce"}


def test_every_metric_has_its_baselines_and_its_interval(card, document, tiny_version):
    report = tiny_version.report
    text = text_of(section(document, "All metrics, with baselines"))
    for row in card["metrics"]:
        entry = metric(row["metric"])
        assert entry.formula in text
        for model, values in row["values"].items():
            stored = report.row(row["metric"], model)
            assert values["value"] == pytest.approx(stored["value"], nan_ok=True) or values["value"] is None
            assert entry.write(stored["value"]) in text
            if model == "model" and np.isfinite(stored["low"]):
                assert entry.write_interval(stored["low"], stored["high"]) in text
    assert {"majority", "bias"} <= set(card["metrics"][0]["values"])


def test_the_confusion_matrix_has_the_actual_stars_in_its_rows(document, tiny_version):
    table = find(section(document, "Predicted stars"), ".//table")
    rows = [[find(cell, "small").text or "" for cell in row.iter("td")] for row in find(table, "tbody").iter("tr")]
    counts = [[int(text.replace(",", "")) for text in row] for row in rows]
    assert counts == tiny_version.report.confusion.tolist()
    assert counts != np.transpose(counts).tolist()


def test_reliability_has_a_text_alternative_and_a_mark_for_each_bin(card, document):
    figure = find(section(document, "Predicted stars"), ".//svg")
    marks = list(figure.iter("circle"))
    assert len(marks) == len(card["reliability"])
    for row in card["reliability"]:
        assert f"predicted {row['said']:.0%}, observed {row['seen']:.0%} of {row['n']:,}" in figure.get(
            "aria-label", ""
        )
    assert sum(row["n"] for row in card["reliability"]) == card["test_rows"]


def test_a_failed_audit_is_an_alarm(tiny_version):
    report = tiny_version.report
    failed = replace(report, audit=report.audit.assign(passed=[True, False, True, True, True]))
    audit = section(page(facts(replace(tiny_version, report=failed))), "Leakage audit")
    alarm = find(audit, "p[@class='alarm failed']")
    assert text_of(alarm) == "The audit failed: do not trust the metrics on this card. 4 of 5 checks passed."
    assert [text_of(cell) for cell in audit.iter("span")].count("FAILED") == 1


def test_names_from_data_are_text_and_never_markup(tiny_version):
    manifest = {**tiny_version.manifest, "data": {**tiny_version.manifest["data"], "name": HOSTILE}}
    html = page(facts(replace(tiny_version, manifest=manifest)))
    assert "<script" not in html
    assert HOSTILE in text_of(parsed(html))


def test_groups_too_small_to_compare_are_grey(card, document):
    slices = section(document, "Groups of users and movies")
    grey = [text_of(find(row, "td")) for row in slices.iter("tr") if row.get("class") == "few"]
    small = {group_label(row["slice"], row["group"]) for row in card["slices"] if row["n"] <= 200 or row["users"] < 10}
    assert grey
    assert set(grey) == small


def test_gaps_are_named_or_none_is_beyond_chance(card, document, tiny_version):
    text = text_of(section(document, "Groups of users and movies"))
    assert gap_sentence(card["gaps"], "rmse") in text
    groups = {"slice": "gender", "metric": "rmse", "lower": "M", "higher": "F"}
    found = [groups | {"gap": 0.07, "p_value": 0.0005, "beyond_chance": True}]
    sentence = "Beyond chance, RMSE is higher for women than for men (by 0.070, p < 0.001)."
    assert sentence in text_of(section(page({**card, "gaps": found}), "Groups of users and movies"))
    assert sentence in limits(tiny_version, tiny_version.report, found)


def test_biased_groups_are_named_or_none_is_beyond_chance(card):
    found = [{"slice": "gender", "group": "F", "metric": "mean_error", "value": -0.05, "beyond_chance": True}]
    sentence = "Beyond chance, expected ratings are too low for women (−0.050)."
    assert sentence in text_of(section(page({**card, "biases": found}), "Groups of users and movies"))
    none = [{**found[0], "beyond_chance": False}]
    text = text_of(section(page({**card, "biases": none}), "Groups of users and movies"))
    assert "For no group are expected ratings too high or too low beyond chance." in text


def test_limits_have_the_model_s_own_metrics(card, tiny_version):
    text = " ".join(card["limits"])
    assert "The data has 60 users and 40 movies" in text
    assert "age and gender" in text
    recall = tiny_version.report.table.query("metric == 'recall' and model == 'model'")
    worst = recall.loc[recall["value"].idxmin()]
    assert f"on {worst['n']:,} held-out ratings of {worst['slice'].removeprefix('star=')}" in text
    assert metric("recall").write(worst["value"]) in text


def test_the_commands_reproduce_the_model(card, tiny_version):
    command = card["reproduce"][0]
    assert command.startswith("python -m recsys train --data tiny --preset quick --seed 0")
    settings = dict(option.split("=") for option in re.findall(r"--set (\S+)", command))
    assert settings["boosting.trees"] == str(tiny_version.config.boosting.trees)
    assert "em_iterations" not in settings  # as the preset has it


def test_a_model_without_a_report_has_no_card(tiny_model):
    with pytest.raises(NoModelError, match="no evaluation report"):
        facts(tiny_model)


def test_the_licence_of_other_data_is_unknown(card):
    assert card["data"]["licence"].startswith("Unknown")
    assert card["data"]["citation"] == ""


def test_movielens_is_cited(tiny_version):
    manifest = {**tiny_version.manifest, "data": {**tiny_version.manifest["data"], "name": "ml-100k"}}
    text = text_of(section(page(facts(replace(tiny_version, manifest=manifest))), "Data and licence"))
    assert "GroupLens" in text
    assert "10.1145/2827872" in text


@pytest.fixture
def published(tiny_version, own_registry):
    return Registry().publish(tiny_version)


def test_the_command_writes_both_formats(published, tmp_path, capsys):
    assert main(["evaluate", "--report", str(tmp_path / "card.html"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["card"] == str(tmp_path / "card.html")
    assert published in (tmp_path / "card.html").read_text("utf-8")
    assert main(["evaluate", "--report", str(tmp_path / "card.json")]) == 0
    assert json.loads((tmp_path / "card.json").read_text("utf-8"))["version"] == published


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--report", "card.pdf"], ".html or .json"),
        (["--report", "/no/such/folder/card.html"], "No such file"),
        (["--report", "card.html", "--folds", "2"], "without --split, --folds, --ablation and --leaks"),
    ],
)
def test_a_card_that_cannot_be_written_is_an_error_message(published, capsys, options, message):
    assert main(["evaluate", *options]) == 2
    output = capsys.readouterr()
    assert message in output.err
    assert "Traceback" not in output.err


def test_later_ratings_have_a_row_for_each_split_with_its_strongest_baseline(tiny_version):
    later = {"user-last": tiny_version.report.table.assign(split="user-last")}
    card = facts(tiny_version, later)
    assert [row["split"] for row in card["splits"] if row["metric"] == "rmse"] == ["stratified", "user-last"]
    text = text_of(section(page(card), "Metrics"))
    row = next(row for row in card["splits"] if (row["split"], row["metric"]) == ("user-last", "rmse"))
    assert "Each user’s last ratings (20% of each)" in text
    assert f"{row['value']:.3f}{model_name(row['baseline'])} {row['baseline_value']:.3f}" in text.replace("\n", "")
    assert "Later ratings" not in page(facts(tiny_version))


def test_dislikes_are_told_with_their_probability(tiny_version):
    card = facts(tiny_version)
    text = " ".join(text_of(section(page(card), "Predicted stars")).split())
    dislikes = card["dislikes"]
    assert f"{dislikes['missed']:.1%} of {dislikes['ratings']:,} held-out ratings of 2 stars or less" in text
    assert f"average precision of {dislikes['average_precision']:.3f}" in text
