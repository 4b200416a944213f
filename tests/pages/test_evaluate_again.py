"""Fresh evaluations on the page: stored ones are shown, others can be run in the background and cancelled."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation.split_comparison import USER_LAST, split_comparison
from recsys.glossary import metric, model_name
from recsys.registry import Registry
from recsys.training import jobs
from recsys.training.evaluation_runner import EvaluationPlan, run_evaluations
from recsys.training.evaluation_store import Evaluation, EvaluationStore
from recsys.training.jobs import EVALUATION, TRAINING
from recsys.ui.common import auth, later_ratings
from recsys.ui.common.approximate_duration import approximate_duration
from recsys.ui.evaluate import running
from tests.conftest import TINY_SETTINGS
from tests.pages.conftest import chart, evaluate, home, text_of

pytestmark = [pytest.mark.usefixtures("owner"), pytest.mark.slow]
KIND = {"kind": EVALUATION}
LOG_LOSS_CHANGES = {"demographics": -0.0004, "genre_pca": 0.02}  # by feature extractor


@pytest.fixture(scope="session")
def evaluations(tiny, tmp_path_factory):
    """A cross-validation in two folds and another split, with the settings of `measured_model`."""
    models = tmp_path_factory.mktemp("measured")
    return run_evaluations(tiny, EvaluationPlan.checked(["user-last"], 2), "quick", models=models, **TINY_SETTINGS)


@pytest.fixture
def model(measured_model, tiny):
    """The tiny model in the registry, with the manifest of a training."""
    data = {"name": "ml-100k", "fingerprint": tiny.fingerprint, "ratings": len(tiny.ratings)}
    manifest = {**measured_model.manifest, "data": data, "preset": "quick", "seconds": 3.0}
    Registry().publish(replace(measured_model, manifest=manifest))
    return Registry().load_active().recommender


def evaluation_of(evaluations, split: str) -> Evaluation:
    (evaluation,) = (evaluation for evaluation in evaluations if evaluation.split == split)
    return evaluation


def values(table: pd.DataFrame, metric: str, model: str) -> list[float]:
    rows = table[(table["metric"] == metric) & (table["model"] == model) & (table["slice"] == "all")]
    return rows["value"].tolist()


def test_without_stored_evaluations_they_are_offered(model):
    app = evaluate("Splits")
    text = text_of(app)
    assert "See below how to fill it." in text
    assert "Not measured yet: each user's last ratings and the last 20% of all ratings." in text
    assert "Not measured yet for this data and these settings" in text
    everything = EvaluationPlan(("user-last", "global-time"), 5, ablation=True)
    assert [button.label for button in app.button] == [
        "Test it on later ratings (about 10 seconds)",
        f"Run everything missing (about {approximate_duration(3.0 * everything.trainings(model.config))})",
        "Run 5-fold cross-validation (about 20 seconds)",
        "Evaluate on the other splits (about 10 seconds)",
    ]
    trace = chart(app, "Accuracy on each split")["data"][0]
    assert trace["x"] == [pytest.approx(model.report.value("accuracy"))]


def test_folds_and_splits_are_the_stored_ones(model, evaluations):
    for evaluation in evaluations:
        EvaluationStore().keep(evaluation)
    app = evaluate("Splits")
    app.selectbox(key="evaluate_repeated_metric").set_value("mae").run()
    folds = evaluation_of(evaluations, "folds").table
    points = {trace["name"]: trace["x"] for trace in chart(app, "MAE in each fold")["data"]}
    assert points["This model"] == pytest.approx(values(folds, "mae", "model"))
    assert points["User and movie averages"] == pytest.approx(values(folds, "mae", "bias"))
    mean = sum(points["This model"]) / 2
    assert f"This model: mean {mean:.3f}" in chart(app, "MAE in each fold")["alt"]
    splits = chart(app, "MAE on each split")
    model_trace = next(trace for trace in splits["data"] if trace["name"] == "This model")
    user_last = evaluation_of(evaluations, "user-last").table
    assert model_trace["x"] == pytest.approx([model.report.value("mae"), *values(user_last, "mae", "model")])
    bias = next(trace for trace in splits["data"] if trace["name"] == "User and movie averages")
    assert bias["x"] == pytest.approx([model.report.value("mae", "bias"), *values(user_last, "mae", "bias")])
    n = user_last[(user_last["metric"] == "mae") & (user_last["model"] == "model")]["n"].item()
    assert f"{n:,} ratings" in splits["alt"]
    deviation = np.std(values(folds, "mae", "model"), ddof=1)
    text = text_of(app)
    assert f"Standard deviation of this model over the folds: {deviation:.3f}." in text
    assert f"sd {deviation:.3f} over 2 folds" in text, "on the card of the metric, beside its interval"
    assert "Not measured yet: the last 20% of all ratings." in text_of(app)


def test_evaluations_of_other_settings_are_not_shown(model, evaluations):
    evaluation = evaluation_of(evaluations, "folds")
    EvaluationStore().keep(
        replace(
            evaluation, about={**evaluation.about, "settings": {**evaluation.about["settings"], "boosting.trees": 7}}
        )
    )
    assert "Not measured yet for this data and these settings" in text_of(evaluate("Splits"))


def test_a_leak_in_an_evaluation_is_an_error(model, evaluations):
    folds = evaluation_of(evaluations, "folds")
    audit = folds.audit.copy()
    audit.loc[0, ["passed", "measured"]] = [False, "3 of 9 held-out ratings were learned from."]
    EvaluationStore().keep(replace(folds, audit=audit))
    app = evaluate("Splits")
    assert "Leakage audit failed in the evaluation" in app.error[0].proto.title
    assert "3 of 9 held-out ratings" in text_of(app)


def test_the_ablation_is_the_stored_one(model, evaluations):
    base = evaluation_of(evaluations, "user-last")
    assert "Not measured yet for this data and these settings. It trains" in text_of(evaluate("Features"))
    row = {"split": "", "model": "change", "slice": "all", "metric": "log_loss", "low": -0.01, "high": 0.03, "n": 9}
    rows = [row | {"split": f"without {name}", "value": value} for name, value in LOG_LOSS_CHANGES.items()]
    about = {**base.about, "split": "ablation"}
    EvaluationStore().keep(replace(base, about=about, table=pd.DataFrame(rows)[list(base.table)]))
    forest_chart = chart(evaluate("Features"), "Change of log-loss without each feature group")
    points = dict(zip(forest_chart["data"][0]["y"], forest_chart["data"][0]["x"], strict=True))
    assert points == {"Favourite genres (PCA)": 0.02, "Age, gender, occupation": -0.0004}
    assert list(points) == ["Favourite genres (PCA)", "Age, gender, occupation"], "the most useful first"
    assert "Favourite genres (PCA): +0.0200 (−0.0100 to +0.0300)" in forest_chart["alt"]
    assert "Age, gender, occupation: −0.0004" in forest_chart["alt"]


def order_of(job_options) -> dict:
    """The order of a job's command."""
    return json.loads(job_options["command"][-1])


def test_an_ablation_can_be_run(model, started_jobs):
    app = evaluate("Features")
    app.button(key="run_Run the ablation").click().run()
    assert order_of(started_jobs[0])["ablation"] is True


@pytest.mark.parametrize("section", ["Splits", "Features"])
def test_one_click_runs_everything_that_is_missing(model, evaluations, started_jobs, section):
    app = evaluate(section)
    app.button(key="run_Run everything missing").click().run()
    order = order_of(started_jobs[0])
    assert (order["splits"], order["folds"], order["ablation"]) == (["user-last", "global-time"], 5, True)
    EvaluationStore().keep(evaluation_of(evaluations, "folds"))
    EvaluationStore().keep(evaluation_of(evaluations, "user-last"))
    app = evaluate(section)
    app.button(key="run_Run everything missing").click().run()
    order = order_of(started_jobs[1])
    assert (order["splits"], order["folds"], order["ablation"]) == (["global-time"], 0, True)


def test_a_single_missing_evaluation_has_its_own_button_alone(model, evaluations):
    for split in ("folds", "user-last", "global-time"):
        base = evaluation_of(evaluations, "folds" if split == "folds" else "user-last")
        EvaluationStore().keep(replace(base, about={**base.about, "split": split}))
    labels = [button.label for button in evaluate("Features").button]
    assert [label.split(" (")[0] for label in labels] == ["Run the ablation"]


def test_a_run_is_started_with_the_model_s_own_settings(model, started_jobs):
    app = evaluate("Splits")
    app.button(key="run_Evaluate on the other splits").click().run()
    (options,) = started_jobs
    assert options["kind"] == EVALUATION
    order = order_of(options)
    assert (order["kind"], order["splits"], order["preset"]) == (EVALUATION, ["user-last", "global-time"], "quick")
    assert order["settings"]["boosting.trees"] == TINY_SETTINGS["trees"]
    assert "seed" not in order["settings"]


def test_ratings_from_a_file_cannot_be_evaluated_again(served):
    app = evaluate("Splits")
    assert "trained on a file" in text_of(app)
    assert not app.button


def test_a_running_evaluation_shows_how_far_it_is_and_can_be_cancelled(model, job, monkeypatch):
    cancelled = []
    monkeypatch.setattr(jobs, "cancel", lambda: cancelled.append(True))
    job(state="running", phase="trees", fraction=0.5, message="fold 2 of 5", **KIND)
    app = evaluate("Splits")
    bar = app.get("progress")[0].proto
    assert bar.value == 50
    assert "50%" in bar.text
    assert "fold 2 of 5" in bar.text
    assert re.search(r"about (49|5\d) s left", bar.text)
    app.button(key="cancel_evaluation").click().run()
    assert cancelled == [True]


def test_a_training_cannot_be_cancelled_here(model, job):
    job(state="running", phase="trees", fraction=0.5, kind=TRAINING)
    app = evaluate("Splits")
    assert "A training is running" in text_of(app)
    assert not app.button


@pytest.mark.parametrize(
    ("state", "words"), [("done", "The evaluation is done"), ("failed", "The disk is full. Free some space.")]
)
def test_only_the_session_that_started_it_sees_the_outcome(model, job, state, words):
    job(state=state, detail="The disk is full. Free some space." if state == "failed" else "", **KIND)
    assert words not in text_of(evaluate("Splits")), "other sessions get no message"
    app = evaluate("Splits")
    app.session_state[running.STARTED] = time.time() - 60
    app.run()
    assert words in text_of(app)


def test_a_visitor_cannot_start_or_stop_one(model, job, visitor):
    app = evaluate("Splits")
    assert "The owner can run cross-validation" in text_of(app)
    assert not [button for button in app.button if button.key and button.key.startswith("run_")]
    job(state="running", phase="trees", fraction=0.5, **KIND)
    assert "Cancel" not in [button.label for button in evaluate("Splits").button]


def test_a_forged_evaluation_is_refused_on_the_server(model, monkeypatch, started_jobs):
    app = evaluate("Splits")
    monkeypatch.setattr(auth, "role", lambda: "visitor")
    monkeypatch.setattr(auth, "is_owner", lambda: True)  # as a page that forgot to hide it
    next(button for button in app.button if button.key and button.key.startswith("run_")).click().run()
    assert "Only the owner can evaluate models" in text_of(app)
    assert not started_jobs


@pytest.mark.parametrize("page", [home, evaluate])
def test_later_ratings_stand_beside_the_random_ones(model, evaluations, page):
    """On Home and on Evaluate, with the strongest baseline of each split; so does what to expect tomorrow."""
    EvaluationStore().keep(evaluation := evaluation_of(evaluations, USER_LAST))
    text, accuracy = text_of(page()), metric("accuracy")
    rows = split_comparison({"stratified": model.report.table, USER_LAST: evaluation.table})
    for row in rows.to_dict("records"):
        entry, name = metric(row["metric"]), model_name(row["baseline"])
        assert f"{entry.write(row['value'])}{name} {entry.write(row['baseline_value'])}" in text
    later = rows[(rows["split"] == USER_LAST) & (rows["metric"] == "accuracy")].iloc[0]
    expected = f"{accuracy.write(later['value'])} of your next ratings, once it knows you (best baseline: "
    assert f"Expect it to be exactly right for {expected}{accuracy.write(later['baseline_value'])})." in text
    assert later_ratings.RANDOM_ONLY not in text


def test_one_click_on_evaluate_measures_later_ratings(model, started_jobs):
    app = evaluate()
    assert later_ratings.RANDOM_ONLY in text_of(app)
    (button,) = (button for button in app.button if button.label.startswith("Test it on later ratings"))
    button.click().run()
    (started,) = started_jobs
    assert '"splits": ["user-last", "global-time"]' in started["command"][-1]
