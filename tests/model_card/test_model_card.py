"""The model card: well formed, asking nothing of a network, and every figure on it the report's own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from recsys.__main__ import main
from recsys.errors import NoModelError
from recsys.glossary import metric
from recsys.model_card import facts, page
from recsys.registry import Registry

HOSTILE = '<script>alert("x")</script> & "ml"'


@pytest.fixture(scope="module")
def told(tiny_version):
    return facts(tiny_version)


@pytest.fixture(scope="module")
def made(told):
    return page(told)


def parsed(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document.removeprefix("<!DOCTYPE html>\n"))


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def section(document: str, title: str) -> ElementTree.Element:
    return next(part for part in parsed(document).iter("section") if part.find("h2").text == title)


def test_it_is_well_formed_and_stands_alone(made):
    root = parsed(made)
    assert root.tag == "html"
    tags = {element.tag for element in root.iter()}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert not [element for element in root.iter() if {"src", "href", "action"} & set(element.attrib)]
    assert "url(" not in made
    assert "@import" not in made


def test_it_follows_the_readers_light_or_dark(made):
    assert "prefers-color-scheme: dark" in made
    assert "color-scheme: light dark" in made


def test_json_holds_all_of_it(told):
    again = json.loads(json.dumps(told, allow_nan=False))
    assert again["version"] == told["version"]
    assert set(again) >= {"data", "config", "metrics", "gains", "confusion", "audit", "slices", "limits", "reproduce"}


def test_every_metric_stands_beside_its_baselines_with_its_interval(told, made, tiny_version):
    report = tiny_version.report
    said = words(section(made, "Every figure beside its baselines"))
    for row in told["metrics"]:
        entry = metric(row["metric"])
        assert entry.formula in said
        for model, values in row["values"].items():
            stored = report.row(row["metric"], model)
            assert values["value"] == pytest.approx(stored["value"], nan_ok=True) or values["value"] is None
            assert entry.write(stored["value"]) in said
            if model == "model" and np.isfinite(stored["low"]):
                assert entry.write_interval(stored["low"], stored["high"]) in said
    assert {"majority", "bias"} <= set(told["metrics"][0]["values"])


def test_the_confusion_matrix_has_the_truth_in_its_rows(made, tiny_version):
    table = section(made, "Star by star").find(".//table")
    rows = [[cell.find("small").text for cell in row.iter("td")] for row in table.find("tbody").iter("tr")]
    counts = [[int(text.replace(",", "")) for text in row] for row in rows]
    assert counts == tiny_version.report.confusion.tolist()
    assert counts != np.transpose(counts).tolist()


def test_reliability_has_a_text_alternative_and_a_mark_for_each_bin(told, made):
    figure = section(made, "Star by star").find(".//svg")
    marks = list(figure.iter("circle"))
    assert len(marks) == len(told["reliability"])
    for one in told["reliability"]:
        assert f"said {one['said']:.0%}, seen {one['seen']:.0%} of {one['n']:,}" in figure.get("aria-label")
    assert sum(one["n"] for one in told["reliability"]) == told["test_rows"]


def test_a_failed_audit_is_an_alarm(tiny_version):
    report = tiny_version.report
    failed = replace(report, audit=report.audit.assign(passed=[True, False, True, True, True]))
    part = section(page(facts(replace(tiny_version, report=failed))), "Leakage audit")
    alarm = part.find("p[@class='alarm failed']")
    assert words(alarm) == "The audit failed: the figures of this card are too good to be true. 4 of 5 checks passed."
    assert [words(cell) for cell in part.iter("span")].count("FAILED") == 1


def test_what_comes_from_data_is_text_and_never_markup(tiny_version):
    manifest = {**tiny_version.manifest, "data": {**tiny_version.manifest["data"], "name": HOSTILE}}
    document = page(facts(replace(tiny_version, manifest=manifest)))
    assert "<script" not in document
    assert HOSTILE in words(parsed(document))


def test_groups_too_small_to_compare_are_grey(told, made):
    part = section(made, "For whom, and for what")
    grey = [words(row.find("td")) for row in part.iter("tr") if row.get("class") == "few"]
    small = {row["group"] for row in told["slices"] if row["n"] < 200 or row["users"] < 10}
    assert grey
    assert set(grey) == small


def test_limits_have_this_models_own_figures(told, tiny_version):
    said = " ".join(told["limits"])
    assert "The data has 60 people and 40 movies" in said
    assert "age and gender" in said
    recall = tiny_version.report.table.query("metric == 'recall' and model == 'model'")
    worst = recall.loc[recall["value"].idxmin()]
    assert f"of {worst['n']:,} held-out ratings of {worst['slice'].removeprefix('star=')}" in said
    assert metric("recall").write(worst["value"]) in said


def test_commands_make_the_same_model_again(told, tiny_version):
    command = told["reproduce"][0]
    assert command.startswith("python -m recsys train --data tiny --preset quick --seed 0")
    settings = dict(part.split("=") for part in re.findall(r"--set (\S+)", command))
    assert settings["trees"] == str(tiny_version.config.trees)
    assert "em_iterations" not in settings  # as the preset has it


def test_a_model_without_a_report_has_no_card(tiny_model):
    with pytest.raises(NoModelError, match="without a report"):
        facts(tiny_model)


def test_the_licence_of_other_data_is_not_made_up(told):
    assert told["data"]["licence"].startswith("Not known")
    assert told["data"]["citation"] == ""


def test_movielens_is_cited(tiny_version):
    manifest = {**tiny_version.manifest, "data": {**tiny_version.manifest["data"], "name": "ml-100k"}}
    said = words(section(page(facts(replace(tiny_version, manifest=manifest))), "Data and licence"))
    assert "GroupLens" in said
    assert "10.1145/2827872" in said


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
    ("options", "said"),
    [
        (["--report", "card.pdf"], ".html or .json"),
        (["--report", "/no/such/folder/card.html"], "No such file"),
        (["--report", "card.html", "--folds", "2"], "without --split, --folds and --ablation"),
    ],
)
def test_a_card_that_cannot_be_written_is_a_sentence(published, capsys, options, said):
    assert main(["evaluate", *options]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err
