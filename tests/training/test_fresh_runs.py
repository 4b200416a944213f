"""Fresh evaluations: every row is held out once, what is kept is what was measured, nothing is served."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import recsys
from recsys.__main__ import main
from recsys.config import TrainingConfig
from recsys.errors import BundleError, InputError
from recsys.registry import Registry
from recsys.training import jobs
from recsys.training.evaluation_store import Evaluation, Evaluations
from recsys.training.fresh_runs import EvaluationPlan, evaluate_afresh
from tests.conftest import TINY_SETTINGS

FAST = TINY_SETTINGS | {"trees": 3}


@pytest.fixture(scope="module")
def kept(tiny, tmp_path_factory):
    """A models folder with a cross-validation and another split in it, and what progress was told."""
    models, told = tmp_path_factory.mktemp("models"), []
    found = evaluate_afresh(
        tiny,
        EvaluationPlan.checked(["user-last"], 3),
        "quick",
        models=models,
        progress=lambda *said: told.append(said),
        **FAST,
    )
    return models, found, told


def test_what_is_kept_is_what_was_measured(kept):
    models, found, _ = kept
    store = Evaluations(models)
    assert sorted(store.names()) == sorted(one.name for one in found)
    for one in found:
        read = store.read(one.name)
        assert read.about == one.about
        for name in ("table", "audit", "slices"):
            pd.testing.assert_frame_equal(getattr(read, name), getattr(one, name), check_exact=True)
    assert not [path for path in store.folder.iterdir() if path.name.startswith(".")]


def test_nothing_is_served(kept):
    assert Registry(kept[0]).active_version() is None


def test_folds_hold_out_every_rating_once(tiny, kept):
    (folds,) = (one for one in kept[1] if one.split == "folds")
    rows = folds.table[(folds.table["metric"] == "accuracy") & (folds.table["model"] == "model")]
    assert rows["split"].tolist() == ["fold 1 of 3", "fold 2 of 3", "fold 3 of 3"]
    assert rows["n"].sum() == len(tiny.ratings)
    assert folds.audit.groupby("split").size().tolist() == [5, 5, 5]
    assert folds.audit["passed"].all()


def test_spread_by_hand(kept):
    (folds,) = (one for one in kept[1] if one.split == "folds")
    spread = folds.spread().set_index(["model", "slice", "metric"])
    values = folds.table[
        (folds.table["metric"] == "rmse") & (folds.table["model"] == "bias") & (folds.table["slice"] == "all")
    ]["value"].to_numpy()
    row = spread.loc["bias", "all", "rmse"]
    assert row["mean"] == pytest.approx(values.sum() / 3)
    assert row["sd"] == pytest.approx(np.sqrt(((values - values.mean()) ** 2).sum() / 2))
    assert (row["lowest"], row["highest"], row["parts"]) == (values.min(), values.max(), 3)


def test_the_other_split_is_the_one_that_was_asked_for(tiny, kept):
    (last,) = (one for one in kept[1] if one.split == "user-last")
    same = recsys.evaluate(tiny, "user-last", "quick", **FAST)
    pd.testing.assert_frame_equal(last.table, same.table)
    assert last.spread()["sd"].isna().all()
    assert {"gender", "genre", "activity"} <= set(last.slices["slice"])


def test_progress_goes_through_every_training(kept):
    told = pd.DataFrame(kept[2], columns=["name", "number", "of", "fraction", "message"])
    assert list(dict.fromkeys(told["name"])) == ["user-last", "fold 1 of 3", "fold 2 of 3", "fold 3 of 3"]
    assert set(told["of"]) == {4}
    whole = told["number"] + told["fraction"]
    assert whole.is_monotonic_increasing
    assert told["fraction"].between(0, 1).all()


def test_of_the_same_data_and_settings_whatever_the_seed(kept):
    one = kept[1][0]
    same = {"settings": {**one.about["settings"], "seed": 7}, "data": one.about["data"]}
    assert one.of_same(same)
    assert not one.of_same({**same, "settings": {**same["settings"], "trees": 4}})
    assert not one.of_same({**same, "data": {**one.about["data"], "fingerprint": "other"}})


def test_a_setting_that_came_later_has_its_default_in_what_was_made_before(kept):
    one = kept[1][0]
    older = {name: value for name, value in one.about["settings"].items() if name != "relevance_threshold"}
    made_before = replace(one, about={**one.about, "settings": older})
    assert one.of_same({"settings": older, "data": one.about["data"]})
    assert made_before.of_same(one.about)
    assert not made_before.of_same({**one.about, "settings": {**older, "relevance_threshold": 0.5}})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 9}', b'{"format": 1, "about": {}, "table": 3}'])
def test_a_damaged_file_is_passed_over_and_said(kept, tmp_path, content):
    store = Evaluations(tmp_path)
    name = store.keep(kept[1][0])
    bad = store.folder / "20990101-000000-abcdef.json"
    bad.write_bytes(content)
    assert [one.name for one in store.all()] == [name]
    with pytest.raises(BundleError, match="20990101-000000-abcdef is not legible"):
        store.read(bad.stem)
    with pytest.raises(BundleError, match="no evaluation"):
        store.read("../active")


def test_a_full_disk_leaves_nothing(kept, tmp_path, monkeypatch):
    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recsys.training.evaluation_store.os.replace", full)
    with pytest.raises(BundleError, match="No space left"):
        Evaluations(tmp_path).keep(kept[1][0])
    assert list((tmp_path / "evaluations").iterdir()) == []


def test_what_could_not_be_kept_is_refused_before_minutes_are_spent_on_it(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("recsys.training.fresh_runs.train_and_score", lambda *_: pytest.fail("it was trained"))
    (tmp_path / "evaluations").write_text("a file where the folder would be")
    with pytest.raises(BundleError, match="can't be kept"):
        evaluate_afresh(tiny, EvaluationPlan.checked(folds=2), "quick", models=tmp_path, **FAST)
    Evaluations(tmp_path / "elsewhere").require_room()
    assert list((tmp_path / "elsewhere" / "evaluations").iterdir()) == [], "asking leaves nothing"


@pytest.mark.parametrize("folds", [1, 21, -1])
def test_folds_out_of_range(folds):
    with pytest.raises(InputError, match=rf"folds: received {folds}.*2 to 20"):
        EvaluationPlan.checked(folds=folds)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--split", "foo", "--folds", "1"], ["split: received 'foo'", "folds: received 1"]),
        (["--folds", "2", "--seed", "-1", "--set", "depth=99"], ["depth: received 99", "seed: received -1"]),
        (
            ["--ablation", "--set", "disabled_features=histograms,activity,demographics,genre_pca,ease"],
            ["ablation: received"],
        ),
        (["--folds", "2", "--set", "preset=quick"], ["--set: received 'preset=quick'", "Use one of these"]),
        (["--folds", "2", "--set", "seed=3"], ["--set: received 'seed=3'", "Give it as --seed."]),
        (["--ablation", "--report", "card.html"], ["without --split, --folds and --ablation"]),
    ],
)
def test_wrong_input_is_refused_before_anything_is_read(monkeypatch, capsys, asked, words):
    monkeypatch.setattr("recsys.data.load_dataset", lambda *_, **__: pytest.fail("it was read"))
    assert main(["evaluate", *asked]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert all(each in said for each in words)


def test_the_command_prints_and_keeps(tiny_folder, capsys):
    settings = [f"--set={name}={value}" for name, value in FAST.items()]
    asked = [
        "evaluate",
        "--data",
        str(tiny_folder),
        "--preset",
        "quick",
        "--split",
        "user-last",
        "--folds",
        "2",
        *settings,
    ]
    assert main([*asked, "--json"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)["evaluations"]
    assert [one["split"] for one in found] == ["user-last", "folds"]
    assert [one["name"] for one in found] == sorted(Evaluations().names())
    assert "fold 2 of 2" in printed.err
    assert main(asked) == 0
    said = capsys.readouterr().out
    accuracy = next(row for row in found[1]["spread"] if (row["model"], row["metric"]) == ("model", "accuracy"))
    assert f"{accuracy['mean']:.4f} ±{accuracy['sd']:.4f}" in said
    assert "2 stratified folds" in said


def test_it_runs_as_a_job(tiny_folder, own_registry, monkeypatch):
    command = EvaluationPlan.checked(["user-last"]).command(own_registry, "quick", data=str(tiny_folder))
    command += [f"--set={name}={value}" for name, value in FAST.items()]
    told = []
    jobs.start(folder=own_registry, command=command)
    while (status := jobs.status(own_registry)).running:
        told.append(status.fraction)
    assert status.state == "done", status.detail
    assert told == sorted(told)
    assert isinstance(Evaluations(own_registry).all()[0], Evaluation)


def test_an_ablation_is_the_same_rows_without_one_signal_after_the_other(tiny, own_registry):
    settings = FAST | {"disabled_features": "ease,activity,histograms"}
    (found,) = evaluate_afresh(tiny, EvaluationPlan.checked(ablation=True), "quick", models=own_registry, **settings)
    assert found.split == "ablation"
    assert found.table["split"].unique().tolist() == ["all signals", "without demographics", "without genre_pca"]
    overall = found.table[found.table["slice"] == "all"].set_index(["split", "model", "metric"])
    whole = recsys.evaluate(tiny, preset="quick", **settings)
    assert overall.loc[("all signals", "model", "log_loss"), "value"] == whole.value("log_loss")
    without = recsys.evaluate(
        tiny, preset="quick", **settings | {"disabled_features": settings["disabled_features"] + ",genre_pca"}
    )
    change = overall.loc[("without genre_pca", "change", "log_loss")]
    assert change["value"] == pytest.approx(without.value("log_loss") - whole.value("log_loss"))
    assert change["low"] < change["value"] < change["high"]
    assert change["n"] == len(whole.held_out)
    assert Evaluations(own_registry).read(found.name).table["model"].tolist().count("change") > 10


def test_an_ablation_on_the_command_line_tells_the_changes(tiny_folder, capsys):
    settings = [f"--set={name}={value}" for name, value in FAST.items() if name != "disabled_features"]
    asked = ["evaluate", "--data", str(tiny_folder), "--preset", "quick", "--ablation", *settings]
    assert main([*asked, "--set=disabled_features=ease,activity,histograms,demographics"]) == 0
    said = capsys.readouterr().out
    assert "above 0: the signal helps" in said
    (line,) = (line for line in said.splitlines() if line.startswith("without genre_pca"))
    (one,) = Evaluations().all()
    change = one.table[(one.table["model"] == "change") & (one.table["metric"] == "log_loss")].iloc[0]
    assert f"{change['value']:+.4f} ({change['low']:+.4f} to {change['high']:+.4f})" in line


def test_how_many_trainings_that_makes_and_the_job_s_command(own_registry):
    config = TrainingConfig.of("quick")
    wanted = EvaluationPlan.checked(["user-last"], 3, ablation=True)
    assert wanted.trainings(config) == 1 + 3 + 5
    command = wanted.command(own_registry, "quick", settings=config.as_dict() | {"trees": 7})
    assert [part for part in command if part.startswith("--set") or part == "--ablation"] == [
        "--ablation",
        "--set=trees=7",
    ]
