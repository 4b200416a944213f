"""Evaluations trained anew: every row is held out once, the store has what was measured, nothing is served."""

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
from recsys.training.evaluation_runner import EvaluationPlan, PlanProgress, run_evaluations
from recsys.training.evaluation_store import Evaluation, EvaluationStore
from recsys.training.job_order import EVALUATION, JobOrder
from tests.conftest import TINY_SETTINGS, star_metrics_only

pytestmark = pytest.mark.slow

FAST = TINY_SETTINGS | {"trees": 3}


@pytest.fixture(scope="module")
def stored(tiny, tmp_path_factory):
    """A models folder with a cross-validation and another split, these evaluations, and the calls of progress."""
    models, calls = tmp_path_factory.mktemp("models"), []
    plan = EvaluationPlan.checked(["user-last"], 3)
    evaluations = run_evaluations(tiny, plan, "quick", models=models, progress=lambda *call: calls.append(call), **FAST)
    return models, evaluations, calls


@pytest.fixture
def star_metrics():
    """Trainings without leakage audit and top-N lists."""
    with star_metrics_only():
        yield


def of_split(evaluations, split: str) -> Evaluation:
    (evaluation,) = (each for each in evaluations if each.split == split)
    return evaluation


def test_the_store_has_what_was_measured(stored):
    models, evaluations, _ = stored
    store = EvaluationStore(models)
    assert sorted(store.names()) == sorted(evaluation.name for evaluation in evaluations)
    for evaluation in evaluations:
        read = store.read(evaluation.name)
        assert read.about == evaluation.about
        for name in ("table", "audit", "slices"):
            pd.testing.assert_frame_equal(getattr(read, name), getattr(evaluation, name), check_exact=True)
    assert not [path for path in store.folder.iterdir() if path.name.startswith(".")]


def test_nothing_is_served(stored):
    assert Registry(stored[0]).active_version() is None


def test_folds_hold_out_every_rating_once(tiny, stored):
    folds = of_split(stored[1], "folds")
    is_accuracy = (folds.table["metric"] == "accuracy") & (folds.table["model"] == "model")
    rows = folds.table[is_accuracy & (folds.table["slice"] == "all")]
    assert rows["split"].tolist() == ["fold 1 of 3", "fold 2 of 3", "fold 3 of 3"]
    assert rows["n"].sum() == len(tiny.ratings)
    assert folds.audit.groupby("split").size().tolist() == [5, 5, 5]
    assert folds.audit["passed"].all()


def test_spread_by_hand(stored):
    folds = of_split(stored[1], "folds")
    spread = folds.spread().set_index(["model", "slice", "metric"])
    values = folds.table[
        (folds.table["metric"] == "rmse") & (folds.table["model"] == "bias") & (folds.table["slice"] == "all")
    ]["value"].to_numpy()
    row = spread.loc["bias", "all", "rmse"]
    assert row["mean"] == pytest.approx(values.sum() / 3)
    assert row["sd"] == pytest.approx(np.sqrt(((values - values.mean()) ** 2).sum() / 2))
    assert (row["lowest"], row["highest"], row["parts"]) == (values.min(), values.max(), 3)


def test_the_other_split_is_that_of_the_plan(tiny, stored):
    last = of_split(stored[1], "user-last")
    same = recsys.evaluate(tiny, "user-last", "quick", **FAST)
    pd.testing.assert_frame_equal(last.table, same.table)
    assert last.spread()["sd"].isna().all()
    assert {"gender", "genre", "activity"} <= set(last.slices["slice"])


def test_progress_goes_through_every_training(stored):
    calls = pd.DataFrame(stored[2], columns=["phase", "fraction", "message"])
    assert list(dict.fromkeys(calls["phase"])) == ["user-last", "fold 1 of 3", "fold 2 of 3", "fold 3 of 3"]
    assert calls.groupby("phase")["fraction"].apply(lambda fractions: fractions.is_monotonic_increasing).all()
    assert calls["fraction"].between(0, 1).all()


def test_the_progress_of_a_plan_is_that_of_its_trainings_in_a_row(stored):
    calls = []
    progress = PlanProgress(lambda *call: calls.append(call), trainings=4)
    for call in stored[2]:
        progress(*call)
    job = pd.DataFrame(calls, columns=["phase", "fraction", "message"])
    assert set(job["phase"]) == {"trees"}
    assert job["fraction"].is_monotonic_increasing
    assert job["fraction"].iloc[0] == 0
    assert 0.98 < job["fraction"].iloc[-1] <= 1
    assert job["message"].iloc[-1] == "fold 3 of 3"
    starts = job["message"].str.contains("ratings to train on")
    assert job.loc[starts, "fraction"].tolist() == [0, 0.25, 0.5, 0.75]
    assert job.loc[starts, "message"].iloc[0].startswith("user-last: ")


def test_of_the_same_data_and_settings_whatever_the_seed(stored):
    evaluation = stored[1][0]
    same = {"settings": {**evaluation.about["settings"], "seed": 7}, "data": evaluation.about["data"]}
    assert evaluation.of_same(same)
    assert not evaluation.of_same({**same, "settings": {**same["settings"], "boosting.trees": 4}})
    assert not evaluation.of_same({**same, "data": {**evaluation.about["data"], "fingerprint": "other"}})


def test_a_newer_setting_has_its_default_in_an_older_evaluation(stored):
    evaluation = stored[1][0]
    settings = {name: value for name, value in evaluation.about["settings"].items() if name != "relevance_threshold"}
    older = replace(evaluation, about={**evaluation.about, "settings": settings})
    assert evaluation.of_same({"settings": settings, "data": evaluation.about["data"]})
    assert older.of_same(evaluation.about)
    assert not older.of_same({**evaluation.about, "settings": {**settings, "relevance_threshold": 0.5}})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 9}', b'{"format": 1, "about": {}, "table": 3}'])
def test_a_damaged_file_is_skipped_in_lists_and_an_error_when_read(stored, tmp_path, content):
    store = EvaluationStore(tmp_path)
    name = store.keep(stored[1][0])
    damaged = store.folder / "20990101-000000-abcdef.json"
    damaged.write_bytes(content)
    assert [evaluation.name for evaluation in store.all()] == [name]
    with pytest.raises(BundleError, match="20990101-000000-abcdef cannot be read"):
        store.read(damaged.stem)
    with pytest.raises(BundleError, match="no evaluation"):
        store.read("../active")


def test_a_full_disk_leaves_no_file(stored, tmp_path, monkeypatch):
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recsys.training.evaluation_store.os.replace", full_disk)
    with pytest.raises(BundleError, match="No space left"):
        EvaluationStore(tmp_path).keep(stored[1][0])
    assert list((tmp_path / "evaluations").iterdir()) == []


def test_an_evaluation_that_could_not_be_stored_is_refused_before_the_training(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("recsys.training.evaluation_runner.fit_and_report", lambda *_: pytest.fail("it was trained"))
    (tmp_path / "evaluations").write_text("a file where the folder would be")
    with pytest.raises(BundleError, match="can't be stored"):
        run_evaluations(tiny, EvaluationPlan.checked(folds=2), "quick", models=tmp_path, **FAST)
    EvaluationStore(tmp_path / "elsewhere").require_room()
    assert list((tmp_path / "elsewhere" / "evaluations").iterdir()) == [], "the test for space leaves no file"


@pytest.mark.parametrize("folds", [1, 21, -1])
def test_folds_out_of_range(folds):
    with pytest.raises(InputError, match=rf"folds: received {folds}.*2 to 20"):
        EvaluationPlan.checked(folds=folds)


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (["--split", "foo", "--folds", "1"], ["split: received 'foo'", "folds: received 1"]),
        (["--folds", "2", "--seed", "-1", "--set", "depth=99"], ["depth: received 99", "seed: received -1"]),
        (
            ["--ablation", "--set", "disabled_features=histograms,activity,demographics,genre_pca,ease"],
            ["ablation: received"],
        ),
        (["--folds", "2", "--set", "preset=quick"], ["--set: received 'preset=quick'", "Use one of these"]),
        (["--folds", "2", "--set", "seed=3"], ["--set: received 'seed=3'", "Give it as --seed."]),
        (["--ablation", "--report", "card.html"], ["without --split, --folds, --ablation and --leaks"]),
    ],
)
def test_wrong_input_is_refused_before_anything_is_read(monkeypatch, capsys, options, texts):
    monkeypatch.setattr("recsys.data.load_dataset", lambda *_, **__: pytest.fail("it was read"))
    assert main(["evaluate", *options]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert all(text in message for text in texts)


@pytest.mark.usefixtures("star_metrics")
def test_the_command_prints_and_stores(tiny_folder, capsys):
    settings = [f"--set={name}={value}" for name, value in FAST.items()]
    plan = ["--split", "user-last", "--folds", "2"]
    command = ["evaluate", "--data", str(tiny_folder), "--preset", "quick", *plan, *settings]
    assert main([*command, "--json"]) == 0
    printed = capsys.readouterr()
    evaluations = json.loads(printed.out)["evaluations"]
    assert [evaluation["split"] for evaluation in evaluations] == ["user-last", "folds"]
    assert [evaluation["name"] for evaluation in evaluations] == sorted(EvaluationStore().names())
    assert "fold 2 of 2" in printed.err
    assert main(command) == 0
    lines = capsys.readouterr().out
    spread = evaluations[1]["spread"]
    accuracy = next(row for row in spread if (row["model"], row["metric"]) == ("model", "accuracy"))
    assert f"{accuracy['mean']:.4f} ±{accuracy['sd']:.4f}" in lines
    assert "2 stratified folds" in lines


def test_it_runs_as_a_job(tiny_folder, own_registry):
    plan = EvaluationPlan.checked(["user-last"])
    command = plan.command(own_registry, "quick", data=str(tiny_folder), settings=FAST)
    fractions = []
    jobs.start(folder=own_registry, command=command, kind=EVALUATION)
    while (status := jobs.status(own_registry)).running:
        fractions.append(status.fraction)
    assert status.state == "done", status.detail
    assert status.kind == EVALUATION
    assert fractions == sorted(fractions)
    assert isinstance(EvaluationStore(own_registry).all()[0], Evaluation)


@pytest.mark.usefixtures("star_metrics")
def test_an_ablation_leaves_out_one_extractor_after_the_other_on_the_same_rows(tiny, own_registry):
    settings = FAST | {"disabled_features": "ease,activity,histograms"}
    plan = EvaluationPlan.checked(ablation=True)
    (evaluation,) = run_evaluations(tiny, plan, "quick", models=own_registry, **settings)
    assert evaluation.split == "ablation"
    assert evaluation.table["split"].unique().tolist() == ["all features", "without demographics", "without genre_pca"]
    overall = evaluation.table[evaluation.table["slice"] == "all"].set_index(["split", "model", "metric"])
    complete = recsys.evaluate(tiny, preset="quick", **settings)
    assert overall.loc[("all features", "model", "log_loss"), "value"] == complete.value("log_loss")
    ablated = recsys.evaluate(
        tiny, preset="quick", **settings | {"disabled_features": settings["disabled_features"] + ",genre_pca"}
    )
    change = overall.loc[("without genre_pca", "change", "log_loss")]
    assert change["value"] == pytest.approx(ablated.value("log_loss") - complete.value("log_loss"))
    assert change["low"] < change["value"] < change["high"]
    assert change["n"] == len(complete.held_out)
    assert EvaluationStore(own_registry).read(evaluation.name).table["model"].tolist().count("change") > 10


@pytest.mark.usefixtures("star_metrics")
def test_an_ablation_on_the_command_line_prints_the_changes(tiny_folder, capsys):
    settings = [f"--set={name}={value}" for name, value in FAST.items() if name != "disabled_features"]
    command = ["evaluate", "--data", str(tiny_folder), "--preset", "quick", "--ablation", *settings]
    assert main([*command, "--set=disabled_features=ease,activity,histograms,demographics"]) == 0
    printed = capsys.readouterr().out
    assert "above 0: the group helps" in printed
    (line,) = (line for line in printed.splitlines() if line.startswith("without genre_pca"))
    (evaluation,) = EvaluationStore().all()
    table = evaluation.table
    change = table[(table["model"] == "change") & (table["metric"] == "log_loss")].iloc[0]
    assert f"{change['value']:+.4f} ({change['low']:+.4f} to {change['high']:+.4f})" in line


def test_a_leak_laboratory_is_stored_and_printed(tiny_folder, own_registry, capsys):
    assert main(["evaluate", "--data", str(tiny_folder), "--preset", "quick", "--leaks"]) == 0
    printed = capsys.readouterr().out
    (evaluation,) = EvaluationStore(own_registry).all()
    assert (evaluation.split, evaluation.about["folds"], len(evaluation.audit)) == ("leaks", 0, 0)
    overall = evaluation.table[evaluation.table["slice"] == "all"].set_index(["model", "metric"])["value"]
    for model, label in (("model", "without a mistake"), ("all_row_means_in_use", "all row means in use")):
        (line,) = (line for line in printed.splitlines() if line.startswith(f"{label}  "))
        assert line.split()[-3:] == [f"{overall[model, name]:.4f}" for name in ("accuracy", "rmse", "log_loss")]


def test_the_number_of_trainings_and_the_order_of_a_job(own_registry):
    config = TrainingConfig.of("quick")
    plan = EvaluationPlan.checked(["user-last"], 3, ablation=True, leaks=True)
    assert plan.trainings(config) == 1 + 3 + 5 + 1
    command = plan.command(own_registry, "quick", 4, "data.zip", config.as_dict() | {"boosting.trees": 7, "seed": 4})
    order = JobOrder.parse(command[-1])
    assert (order.kind, order.models) == (EVALUATION, str(own_registry))
    assert (order.splits, order.folds, order.ablation, order.leaks) == (("user-last",), 3, True, True)
    assert (order.preset, order.seed, order.data, order.settings) == ("quick", 4, "data.zip", {"boosting.trees": 7})
