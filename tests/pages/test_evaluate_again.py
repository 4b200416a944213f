"""Fresh evaluations on the page: what is kept is shown, what is not can be run in the background and cancelled."""

from __future__ import annotations

import time
from dataclasses import replace

import pandas as pd
import pytest

from recsys.registry import Registry
from recsys.training import jobs
from recsys.training.evaluation_runner import EvaluationPlan, run_evaluations
from recsys.training.evaluation_store import Evaluation, EvaluationStore
from recsys.training.job_order import JobOrder
from recsys.training.jobs import EVALUATION, TRAINING
from recsys.ui.common import auth
from recsys.ui.evaluate import running
from tests.conftest import TINY_SETTINGS
from tests.pages.conftest import chart, evaluate, said

pytestmark = pytest.mark.usefixtures("owner")
KINDS = {"kind": EVALUATION}
WORTH = {"demographics": -0.0004, "genre_pca": 0.02}  # log-loss


@pytest.fixture(scope="session")
def measured(tiny, tmp_path_factory):
    """A cross-validation in two folds and another split, of the very settings of `reported`."""
    models = tmp_path_factory.mktemp("measured")
    return run_evaluations(tiny, EvaluationPlan.checked(["user-last"], 2), "quick", models=models, **TINY_SETTINGS)


@pytest.fixture
def model(reported, tiny):
    """The tiny model on the shelf, with all that a training writes of it."""
    data = {"name": "ml-100k", "fingerprint": tiny.fingerprint, "ratings": len(tiny.ratings)}
    manifest = {**reported.manifest, "data": data, "preset": "quick", "seconds": 3.0}
    Registry().publish(replace(reported, manifest=manifest))
    return Registry().load_active().recommender


def of(measured, split: str) -> Evaluation:
    (found,) = (one for one in measured if one.split == split)
    return found


def values(table: pd.DataFrame, metric: str, model: str) -> list[float]:
    own = table[(table["metric"] == metric) & (table["model"] == model) & (table["slice"] == "all")]
    return own["value"].tolist()


def test_nothing_kept_yet_is_said_and_offered(model):
    app = evaluate("Repeated")
    words = said(app)
    assert "Not measured yet: user-last, global-time." in words
    assert "Not measured yet for this model's data and settings" in words
    assert [button.label for button in app.button] == [
        "Cross-validate in 5 folds (about 15 s)",
        "Measure on the other splits (about 6 s)",
    ]
    shown = chart(app, "Exactly right on each split")["data"][0]
    assert shown["x"] == [pytest.approx(model.report.value("accuracy"))]


def test_folds_and_splits_are_those_kept(model, measured):
    for one in measured:
        EvaluationStore().keep(one)
    app = evaluate("Repeated")
    app.selectbox(key="evaluate_repeated_metric").set_value("mae").run()
    folds = of(measured, "folds").table
    points = {trace["name"]: trace["x"] for trace in chart(app, "Mean miss of each fold")["data"]}
    assert points["This model"] == pytest.approx(values(folds, "mae", "model"))
    assert points["Damped bias"] == pytest.approx(values(folds, "mae", "bias"))
    mean = sum(points["This model"]) / 2
    assert f"This model: mean {mean:.3f}" in chart(app, "Mean miss of each fold")["alt"]
    splits = chart(app, "Mean miss on each split")
    ours = next(trace for trace in splits["data"] if trace["name"] == "This model")
    last = of(measured, "user-last").table
    assert ours["x"] == pytest.approx([model.report.value("mae"), *values(last, "mae", "model")])
    bias = next(trace for trace in splits["data"] if trace["name"] == "Damped bias")
    assert bias["x"] == pytest.approx([model.report.value("mae", "bias"), *values(last, "mae", "bias")])
    n = last[(last["metric"] == "mae") & (last["model"] == "model")]["n"].item()
    assert f"n {n:,}" in splits["alt"]
    assert "Not measured yet: global-time." in said(app)


def test_evaluations_of_other_settings_are_not_shown(model, measured):
    other = of(measured, "folds")
    EvaluationStore().keep(replace(other, about={**other.about, "settings": {**other.about["settings"], "trees": 7}}))
    assert "Not measured yet for this model's data and settings" in said(evaluate("Repeated"))


def test_a_leak_in_an_evaluation_is_loud(model, measured):
    folds = of(measured, "folds")
    audit = folds.audit.copy()
    audit.loc[0, ["passed", "measured"]] = [False, "3 of 9 held-out ratings were learned from."]
    EvaluationStore().keep(replace(folds, audit=audit))
    app = evaluate("Repeated")
    assert "leakage audit failed in an evaluation" in app.error[0].proto.title
    assert "3 of 9 held-out ratings" in said(app)


def test_what_each_signal_is_worth_is_the_kept_change(model, measured):
    base = of(measured, "user-last")
    assert "Not measured yet for this model's data and settings: it is trained" in said(evaluate("Inside"))
    change = {"split": "", "model": "change", "slice": "all", "metric": "log_loss", "low": -0.01, "high": 0.03, "n": 9}
    rows = [change | {"split": f"without {name}", "value": value} for name, value in WORTH.items()]
    about = {**base.about, "split": "ablation"}
    EvaluationStore().keep(replace(base, about=about, table=pd.DataFrame(rows)[list(base.table)]))
    found = chart(evaluate("Inside"), "Change of the log-loss without each signal")
    points = dict(zip(found["data"][0]["y"], found["data"][0]["x"], strict=True))
    assert points == {"Genres they favour": 0.02, "Age, gender, occupation": -0.0004}
    assert list(points) == ["Genres they favour", "Age, gender, occupation"], "the most useful first"
    assert "Genres they favour: +0.0200 (−0.0100 to +0.0300)" in found["alt"]
    assert "Age, gender, occupation: −0.0004" in found["alt"]


def test_an_ablation_can_be_run(model, no_child):
    app = evaluate("Inside")
    app.button(key="run_Measure what each signal is worth").click().run()
    assert JobOrder.parse(no_child[0]["command"][-1]).ablation


def test_a_run_is_started_with_the_model_s_own_settings(model, no_child):
    app = evaluate("Repeated")
    app.button(key="run_Measure on the other splits").click().run()
    (started,) = no_child
    assert started["kind"] == EVALUATION
    order = JobOrder.parse(started["command"][-1])
    assert (order.kind, order.splits, order.preset) == (EVALUATION, ("user-last", "global-time"), "quick")
    assert order.settings["trees"] == TINY_SETTINGS["trees"]
    assert "seed" not in order.settings


def test_ratings_from_a_file_cannot_be_had_again(served):
    app = evaluate("Repeated")
    assert "came from a file" in said(app)
    assert not app.button


def test_a_running_evaluation_shows_how_far_it_is_and_can_be_cancelled(model, job, monkeypatch):
    cancelled = []
    monkeypatch.setattr(jobs, "cancel", lambda: cancelled.append(True))
    job(state="running", phase="trees", fraction=0.5, message="fold 2 of 5", **KINDS)
    app = evaluate("Repeated")
    bar = app.get("progress")[0].proto
    assert bar.value == 50
    assert "50 %" in bar.text
    assert "fold 2 of 5" in bar.text
    assert "about 50 s left" in bar.text or "about 49 s left" in bar.text
    app.button(key="cancel_evaluation").click().run()
    assert cancelled == [True]


def test_a_training_is_not_cancelled_here(model, job):
    job(state="running", phase="trees", fraction=0.5, kind=TRAINING)
    app = evaluate("Repeated")
    assert "A training is running" in said(app)
    assert not app.button


@pytest.mark.parametrize(
    ("state", "words"), [("done", "done and kept"), ("failed", "The disk is full. Free some space.")]
)
def test_the_one_who_started_it_is_told_how_it_ended(model, job, state, words):
    job(state=state, detail="The disk is full. Free some space." if state == "failed" else "", **KINDS)
    assert words not in said(evaluate("Repeated")), "others are not told"
    app = evaluate("Repeated")
    app.session_state[running.STARTED] = time.time() - 60
    app.run()
    assert words in said(app)


def test_a_visitor_cannot_start_or_stop_one(model, job, visitor):
    app = evaluate("Repeated")
    assert "The owner can measure it afresh" in said(app)
    assert not [button for button in app.button if button.key and button.key.startswith("run_")]
    job(state="running", phase="trees", fraction=0.5, **KINDS)
    assert "Cancel" not in [button.label for button in evaluate("Repeated").button]


def test_a_forged_evaluation_is_refused_on_the_server(model, monkeypatch, no_child):
    app = evaluate("Repeated")
    monkeypatch.setattr(auth, "role", lambda: "visitor")
    monkeypatch.setattr(auth, "is_owner", lambda: True)  # as a page that forgot to hide it
    next(button for button in app.button if button.key and button.key.startswith("run_")).click().run()
    assert "Only the owner may evaluate models" in said(app)
    assert not no_child
