"""Train: permissions, estimated cost, progress and outcome, in every state."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from recsys.config import SETTINGS, TrainingConfig
from recsys.core.process import machine
from recsys.registry import Registry, bundle
from recsys.registry.listing import listing
from recsys.registry.manifest import MANIFEST, sealed
from recsys.training import jobs
from recsys.training.cost_estimates import estimate
from recsys.training.jobs import EVALUATION
from recsys.ui.common import auth, progress
from recsys.ui.train import advanced_settings, start, train_form
from tests.pages.conftest import chart, metrics, name_of, open_page, text_of
from tests.pages.test_predict import HOSTILE

pytestmark = pytest.mark.usefixtures("owner")


@pytest.fixture
def version_folder(measured_model, tiny):
    """The folder of the tiny model in the registry, with the manifest of a training."""
    data = {"name": "ml-100k", "fingerprint": tiny.fingerprint, "ratings": len(tiny.ratings)}
    costs = {"seconds": 30.0, "peak_own_mb": 432, "processor_phases": {"save": 40.0}, "host": machine()}
    manifest = {**measured_model.manifest, "data": data, "preset": "full", **costs}
    version = Registry().publish(replace(measured_model, manifest=manifest))
    return Registry().path(version)


def button(app, label: str):
    return next(button for button in app.button if button.label == label)


def train(**state):
    return open_page("pages/train.py", state)


def with_open_settings():
    return train(**{advanced_settings.OPENED: True})


def test_a_job_starts_with_the_values_of_the_form(version_folder, started_jobs):
    app = with_open_settings()
    app.number_input(key="train_full_boosting.trees").set_value(77)
    app.number_input(key="train_seed").set_value(5)
    app.text_input(key="train_why").set_value(" new\nratings ")
    app.multiselect(key="train_full_disabled_features").set_value(["genre_pca"])
    app.run()
    assert "Trees 77; Disabled features Favourite genres (PCA)" in text_of(app)
    app.session_state[advanced_settings.OPENED] = False
    app.run()
    assert not app.multiselect, "closed settings are not drawn, and keep their values"
    assert "Trees 77; Disabled features Favourite genres (PCA)" in text_of(app)
    button(app, "Start training").click()
    app.run()
    assert not app.exception
    (job_options,) = [options for options in started_jobs if options.get("who")]
    assert job_options["settings"] == {"boosting.trees": 77, "disabled_features": "genre_pca"}
    assert (job_options["seed"], job_options["why"], job_options["who"]) == (
        5,
        "new ratings",
        "the owner, in the browser",
    )


def test_every_setting_is_in_the_form():
    form_settings = {*advanced_settings.OFFERED, "seed", "disabled_features"}
    missing = {name for name, setting in SETTINGS.items() if setting.metadata["on_train_page"]} - form_settings
    assert {name.partition(".")[0] for name in missing} == {
        "als_any",
        "als_liked",
        "als_broad",
        "ranker_boosting",
        "ranker_softmax_regression",
    }


def test_the_labels_of_the_settings_differ(version_folder):
    labels = [field.label for field in with_open_settings().number_input]
    assert len(labels) == len(set(labels)) == len(advanced_settings.OFFERED) + 1
    assert {"EASE: penalty (ridge)", "Softmax regression: penalty (ridge)"} <= set(labels)


@pytest.mark.parametrize("preset", ["quick", "full"])
def test_untouched_settings_are_those_of_the_preset(version_folder, started_jobs, preset):
    app = train()
    app.segmented_control(key="train_preset").set_value(preset).run()
    button(app, "Start training").click()
    app.run()
    (job_options,) = [options for options in started_jobs if options.get("who")]
    assert not job_options["settings"]


def test_the_cost_is_estimated_before_the_start(version_folder):
    text, (row,) = text_of(train()), listing(Registry())
    cost = estimate(TrainingConfig(), "full", row["data"]["ratings"], [row])
    assert 20 <= cost.seconds <= 40
    assert f"About {round(cost.seconds, -1):.0f} seconds and 432 MB of memory" in text
    assert "judging by the last training here" in text
    assert "a guess" not in text


def test_an_estimate_for_a_preset_never_trained_here_says_that_it_is_a_guess(version_folder):
    app = train()
    app.segmented_control(key="train_preset").set_value("quick").run()
    assert "a guess from the last training with the Full preset: Quick was never trained here." in text_of(app)


def test_a_training_over_the_memory_limit_is_refused(version_folder, started_jobs, monkeypatch):
    monkeypatch.setenv("RECSYS_MEMORY_MB", "400")
    app = train()
    assert "about 432 MB" in text_of(app)
    assert button(app, "Start training").disabled


def test_an_invalid_limit_is_named(version_folder, monkeypatch):
    monkeypatch.setenv("RECSYS_MEMORY_MB", "lots")
    assert "RECSYS_MEMORY_MB" in text_of(train())


def test_a_visitor_cannot_retrain(version_folder, visitor):
    app = train()
    assert "Only the owner can retrain" in text_of(app)
    assert "Start training" not in [button.label for button in app.button]


def test_a_forged_start_is_refused_on_the_server(version_folder, monkeypatch, started_jobs):
    """The page is drawn for the owner; the click comes from a session that is no longer signed in."""
    app = train()
    monkeypatch.setattr(auth, "role", lambda: "visitor")
    form = train_form.TrainingForm("ml-100k", "quick", 0, {}, "")
    monkeypatch.setattr(auth, "is_owner", lambda: True)  # as a page that forgot to hide it
    button(app, "Start training").click()
    app.run()
    assert "Only the owner can retrain models" in text_of(app)
    assert not started_jobs
    assert form.config() == TrainingConfig.of("quick")


def test_a_forged_cancel_is_refused_on_the_server(version_folder, job, monkeypatch):
    cancelled = []
    monkeypatch.setattr(jobs, "cancel", lambda: cancelled.append(True))
    job(state="running", phase="trees", fraction=0.5)
    app = train()
    monkeypatch.setattr(auth, "role", lambda: "visitor")
    button(app, "Cancel").click()
    app.run()
    assert not cancelled


def test_the_owner_cancels(version_folder, job, monkeypatch):
    cancelled = []
    monkeypatch.setattr(jobs, "cancel", lambda: cancelled.append(True))
    job(state="running", phase="trees", fraction=0.5)
    button(train(), "Cancel").click().run()
    assert cancelled


def test_a_running_training_is_shown_to_everybody(version_folder, visitor, job):
    points = [{"round": 0, "majority": 1.4}, {"round": 3, "log_loss": 1.2, "of": 60}]
    job(state="running", phase="trees", fraction=0.5, message="growing", who=HOSTILE, points=points)
    app = train()
    text = text_of(app)
    assert "A training is running" in text
    assert "Train the model" in text
    assert chart(app, "After 3 of 60 boosting rounds")["data"][0]["y"] == [1.2]
    assert "the overall star frequencies: 1.4000" in text
    assert "Cancel" not in [button.label for button in app.button]
    assert not app.number_input


def test_the_time_left_counts_down_while_a_step_lasts(version_folder, job, monkeypatch):
    started = 1000.0
    app = None
    for seconds, fraction, time_left in ((50, 0.5, "50 s"), (60, 0.5, "40 s"), (75, 0.75, "25 s"), (80, 0.75, "20 s")):
        monkeypatch.setattr(progress, "time", SimpleNamespace(time=lambda now=started + seconds: now))
        job(state="running", phase="trees", fraction=fraction, started=started)
        app = app.run() if app else train()
        assert f"about {time_left} left" in app.get("progress")[0].proto.text


def test_a_running_evaluation_is_named(version_folder, job):
    job(state="running", kind=EVALUATION, fraction=0.2)
    assert "An evaluation is running" in text_of(train())


def test_a_training_that_passed_the_gate(version_folder, measured_model, job):
    verdict = {"passed": True, "reasons": [], "champion": "", "pairs": 0, "differences": {}}
    (version_folder / MANIFEST).write_bytes(sealed(bundle.read_manifest(version_folder) | {"gate": verdict}))
    job(state="done", version=version_folder.name)
    app = train()
    report = measured_model.report
    best = min(report.value("rmse", model) for model in report.baselines)
    assert f"was accepted: better than every baseline. Its RMSE is {report.value('rmse'):.3f}; that of" in text_of(app)
    assert f"is {best:.3f}. It is now live." in text_of(app)
    assert metrics(app)["RMSE"]
    assert "Start training" in [button.label for button in app.button]


def test_a_training_that_the_gate_refused(version_folder, measured_model, job):
    verdict = {
        "passed": False,
        "reasons": [f"It is worse. {HOSTILE}"],
        "champion": version_folder.name,
        "pairs": 9,
        "differences": {},
    }
    manifest = {**measured_model.manifest, "gate": verdict}
    refused = Registry().add(replace(measured_model, manifest=manifest))
    job(state="done", version=refused)
    text = text_of(train())
    assert "difference from the live version" in text
    assert f"{name_of(refused)} was rejected by the promotion gate" in text
    assert "It is worse." in text


@pytest.mark.parametrize("detail", ["It was cancelled.", "The disk is full (No space left). Free some space.", HOSTILE])
def test_a_failed_training_tells_why_and_the_form_is_there(version_folder, job, detail):
    job(state="failed", detail=detail)
    app = train()
    assert "The last training failed" in text_of(app)
    assert "Start training" in [button.label for button in app.button]


def test_a_training_can_start_with_an_empty_registry(started_jobs):
    app = train()
    assert "measured on another machine" in text_of(app) or "unknown" in text_of(app)
    assert not button(app, "Start training").disabled


def test_uploaded_zips_can_be_selected(version_folder, tmp_path, monkeypatch):
    (tmp_path / "uploads").mkdir()
    for name in ("ml-1m.zip", "ml-100k.zip", "uploads/abc.zip"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path))
    datasets = train_form.datasets(None)
    assert list(datasets.values()) == ["MovieLens 100K", "ml-1m.zip", "abc.zip"]
    assert next(iter(train_form.datasets({"data": {"name": "ml-1m"}}).values())) == "ml-1m.zip"


def test_the_number_of_ratings_comes_from_a_version_of_the_same_data():
    rows = [{"data": {"name": "ml-1m", "ratings": 7}}, {"data": {"name": "ml-100k", "ratings": 5}}, {"problem": "x"}]
    form = train_form.TrainingForm("ml-100k", "quick", 0, {}, "")
    assert start.ratings_in(form, rows) == 5
    assert start.ratings_in(replace(form, dataset="/data/ml-1m.zip"), rows) == 7
    assert start.ratings_in(replace(form, dataset="/data/other.zip"), rows) == 0
