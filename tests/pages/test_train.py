"""Train: who may, what it will cost, how it goes, what came of it; in every state."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from recsys.config import TrainingConfig
from recsys.core.process import machine
from recsys.registry import Registry
from recsys.registry.listing import listing
from recsys.training import jobs
from recsys.training.cost_estimates import estimate
from recsys.training.jobs import EVALUATION
from recsys.ui.common import auth, progress
from recsys.ui.train import start, train_form
from tests.pages.conftest import chart, metrics, opened, said
from tests.pages.test_predict import HOSTILE

pytestmark = pytest.mark.usefixtures("owner")


@pytest.fixture
def registry(reported, tiny):
    """The tiny model on the shelf, as a training leaves it."""
    data = {"name": "ml-100k", "fingerprint": tiny.fingerprint, "ratings": len(tiny.ratings)}
    costs = {"seconds": 30.0, "peak_own_mb": 432, "processor_phases": {"save": 40.0}, "host": machine()}
    manifest = {**reported.manifest, "data": data, "preset": "full", **costs}
    version = Registry().publish(replace(reported, manifest=manifest))
    return Registry().path(version)


def button(app, label: str):
    return next(button for button in app.button if button.label == label)


def train():
    return opened("pages/train.py")


def test_a_start_asks_for_what_the_form_says(registry, no_child):
    app = train()
    app.number_input(key="train_full_trees").set_value(77)
    app.number_input(key="train_seed").set_value(5)
    app.text_input(key="train_why").set_value(" new\nratings ")
    app.multiselect(key="train_full_disabled_features").set_value(["genres"])
    app.run()
    assert "Trees 77; Features left out Genres they favour" in said(app)
    button(app, "Start training").click()
    app.run()
    assert not app.exception
    (started,) = [options for options in no_child if options.get("who")]
    assert started["settings"] == {"trees": 77, "disabled_features": "genre_pca"}
    assert (started["seed"], started["why"], started["who"]) == (5, "new ratings", "the owner, in the browser")


def test_every_setting_of_the_recipe_can_be_set():
    named = {name for names in train_form.GROUPS.values() for name in names} | {"seed", "disabled_features"}
    assert named == set(TrainingConfig().as_dict())


@pytest.mark.parametrize("preset", ["quick", "full"])
def test_untouched_settings_are_those_of_the_preset(registry, no_child, preset):
    app = train()
    app.segmented_control(key="train_preset").set_value(preset).run()
    button(app, "Start training").click()
    app.run()
    (started,) = [options for options in no_child if options.get("who")]
    assert not started["settings"]


def test_the_cost_is_told_before_the_start(registry):
    words, (row,) = said(train()), listing(Registry())
    expected = estimate(TrainingConfig(), "full", row["data"]["ratings"], [row])
    assert 20 <= expected.seconds <= 40
    assert f"About {expected.seconds:.0f} s and 432 MB" in words
    assert f"as {registry.name} took here" in words


def test_what_the_host_cannot_bear_is_refused(registry, no_child, monkeypatch):
    monkeypatch.setenv("RECSYS_MEMORY_MB", "400")
    app = train()
    assert "about 432 MB" in said(app)
    assert button(app, "Start training").disabled


def test_a_wrong_limit_is_said(registry, monkeypatch):
    monkeypatch.setenv("RECSYS_MEMORY_MB", "lots")
    assert "RECSYS_MEMORY_MB" in said(train())


def test_a_visitor_cannot_ask_for_the_model_of_all(registry, visitor):
    app = train()
    assert "Only the owner retrains" in said(app)
    assert "Start training" not in [button.label for button in app.button]


def test_a_forged_start_is_refused_on_the_server(registry, monkeypatch, no_child):
    """The page is drawn for the owner; the click comes from a session that is no longer theirs."""
    app = train()
    monkeypatch.setattr(auth, "role", lambda: "visitor")
    starting_asked = train_form.TrainingForm("ml-100k", "quick", 0, {}, "")
    monkeypatch.setattr(auth, "is_owner", lambda: True)  # as a page that forgot to hide it
    button(app, "Start training").click()
    app.run()
    assert "Only the owner may retrain models" in said(app)
    assert not no_child
    assert starting_asked.config() == TrainingConfig.of("quick")


def test_a_forged_cancel_is_refused_on_the_server(registry, job, monkeypatch):
    ended = []
    monkeypatch.setattr(jobs, "cancel", lambda: ended.append(True))
    job(state="running", phase="trees", fraction=0.5)
    app = train()
    monkeypatch.setattr(auth, "role", lambda: "visitor")
    button(app, "Cancel").click()
    app.run()
    assert not ended


def test_the_owner_cancels(registry, job, monkeypatch):
    ended = []
    monkeypatch.setattr(jobs, "cancel", lambda: ended.append(True))
    job(state="running", phase="trees", fraction=0.5)
    button(train(), "Cancel").click().run()
    assert ended


def test_a_running_training_is_shown_to_everybody(registry, visitor, job):
    points = [{"round": 0, "majority": 1.4}, {"round": 3, "log_loss": 1.2, "of": 60}]
    job(state="running", phase="trees", fraction=0.5, message="growing", who=HOSTILE, points=points)
    app = train()
    words = said(app)
    assert "A training is running" in words
    assert "Grow the trees" in words
    assert chart(app, "After 3 of 60 rounds")["data"][0]["y"] == [1.2]
    assert "how common each star is: 1.4000" in words
    assert "Cancel" not in [button.label for button in app.button]
    assert not app.number_input


def test_the_time_left_counts_down_while_a_step_lasts(registry, job, monkeypatch):
    began = 1000.0
    app = None
    for seconds, fraction, left in ((50, 0.5, "50 s"), (60, 0.5, "40 s"), (75, 0.75, "25 s"), (80, 0.75, "20 s")):
        monkeypatch.setattr(progress, "time", SimpleNamespace(time=lambda now=began + seconds: now))
        job(state="running", phase="trees", fraction=fraction, started=began)
        app = app.run() if app else train()
        assert f"about {left} left" in app.get("progress")[0].proto.text


def test_an_evaluation_is_not_taken_for_a_training(registry, job):
    job(state="running", kind=EVALUATION, fraction=0.2)
    assert "An evaluation is running" in said(train())


def test_one_that_passed(registry, job):
    job(state="done", version=registry.name)
    app = train()
    assert "gate" in said(app)
    assert metrics(app)["Typical miss"]
    assert "Start training" in [button.label for button in app.button]


def test_one_that_the_gate_refused(registry, reported, job):
    verdict = {
        "passed": False,
        "reasons": [f"It is worse. {HOSTILE}"],
        "champion": registry.name,
        "pairs": 9,
        "differences": {},
    }
    manifest = {**reported.manifest, "gate": verdict}
    refused = Registry().add(replace(reported, manifest=manifest))
    job(state="done", version=refused)
    words = said(train())
    assert "how far it is from the version that answers" in words
    assert f"The gate refused {refused}" in words
    assert "It is worse." in words


@pytest.mark.parametrize("detail", ["It was cancelled.", "The disk is full (No space left). Free some space.", HOSTILE])
def test_one_that_failed_says_why_and_the_form_is_there(registry, job, detail):
    job(state="failed", detail=detail)
    app = train()
    assert "did not finish" in said(app)
    assert "Start training" in [button.label for button in app.button]


def test_an_empty_shelf_can_be_trained_too(no_child):
    app = train()
    assert "measured on two cores elsewhere" in said(app) or "not known" in said(app)
    assert not button(app, "Start training").disabled


def test_zips_that_the_owner_brought_can_be_chosen(registry, tmp_path, monkeypatch):
    (tmp_path / "uploads").mkdir()
    for name in ("ml-1m.zip", "ml-100k.zip", "uploads/abc.zip"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path))
    found = train_form.datasets(None)
    assert list(found.values()) == ["MovieLens 100K", "ml-1m.zip", "abc.zip"]
    assert next(iter(train_form.datasets({"data": {"name": "ml-1m"}}).values())) == "ml-1m.zip"


def test_how_many_ratings_is_known_from_a_version_of_the_same_data():
    rows = [{"data": {"name": "ml-1m", "ratings": 7}}, {"data": {"name": "ml-100k", "ratings": 5}}, {"problem": "x"}]
    wanted = train_form.TrainingForm("ml-100k", "quick", 0, {}, "")
    assert start.ratings_in(wanted, rows) == 5
    assert start.ratings_in(replace(wanted, dataset="/data/ml-1m.zip"), rows) == 7
    assert start.ratings_in(replace(wanted, dataset="/data/other.zip"), rows) == 0
