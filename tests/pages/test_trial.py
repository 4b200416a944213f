"""A visitor's private trial on the pages: asked for, watched, cancelled, used in one session and in no other."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from recsys.registry import promotion_gate
from recsys.settings import models_folder
from recsys.training import jobs
from recsys.training.jobs import JobStatus, private_trials
from recsys.training.jobs.private_trials import Trial
from recsys.ui.common import trial_model
from tests.pages.conftest import open_app, opened, said
from tests.pages.test_predict import HOSTILE

OWN = "20990101-000000-abcdef"
BEGAN = 1000.0
pytestmark = pytest.mark.usefixtures("visitor")


@pytest.fixture
def slot(monkeypatch):
    """Sets what the trials' job says of itself; that of all is at rest."""

    def says(**values):
        status = JobStatus(**{"updated": time.time(), "started": BEGAN} | values)
        monkeypatch.setattr(jobs, "status", lambda folder=None: status if folder else JobStatus())

    return says


@pytest.fixture
def own(reported) -> Trial:
    """A trial that is done, of the tiny world."""
    model = replace(reported, manifest=reported.manifest | {"version": OWN})
    return Trial(BEGAN, model, promotion_gate.Verdict(False, (f"It is worse. {HOSTILE}",)))


def train(trial: Trial | None = None, page: str = "pages/train.py"):
    app = open_app()
    app.switch_page(page)
    if trial is not None:
        app.session_state[trial_model.TRIAL] = trial
    app.run()
    assert not app.exception, app.exception
    return app


def press(app, label: str):
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception, app.exception
    return app


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def test_a_visitor_starts_a_trial_and_nothing_else(served, slot, monkeypatch):
    started = []

    def start(**options):
        started.append(options)
        slot(state="running", phase="fetch")
        return jobs.status("trials")

    monkeypatch.setattr(jobs, "start", start)
    slot(state="none")
    app = train()
    app.number_input(key="train_quick_trees").set_value(11)
    app.number_input(key="trial_seed").set_value(3).run()
    press(app, "Start a trial")
    (asked,) = started
    assert (asked["preset"], asked["settings"], asked["seed"]) == ("quick", {"trees": 11}, 3)
    assert asked["folder"] == models_folder() / "trials"
    assert asked["limits"].seconds == private_trials.SECONDS
    assert "Your trial is running" in said(app)


def test_what_takes_longer_than_a_trial_may_is_refused(served, slot):
    slot()
    app = train()
    app.number_input(key="train_quick_trees").set_value(2000).run()
    assert "may take 60 seconds here. Open Every setting, and choose fewer trees" in said(app)
    assert next(button for button in app.button if button.label == "Start a trial").disabled


def test_what_may_take_longer_on_a_busy_host_is_a_warning(served, slot):
    slot()
    app = train()
    app.number_input(key="train_quick_trees").set_value(400).run()
    assert "ended after 60 seconds. You can try" in said(app)
    assert not next(button for button in app.button if button.label == "Start a trial").disabled


def test_ones_own_is_watched_and_cancelled(served, slot, monkeypatch):
    ended = []
    monkeypatch.setattr(jobs, "cancel", ended.append)
    slot(state="running", phase="trees", fraction=0.5, points=[{"round": 3, "log_loss": 1.2, "of": 25}])
    app = train(Trial(BEGAN))
    words = said(app)
    assert "Your trial is running" in words
    assert "After 3 of 25 rounds" in words
    press(app, "Cancel")
    assert len(ended) == 1


def test_anothers_is_waited_for_and_cannot_be_cancelled(served, slot):
    slot(state="running", phase="trees", fraction=0.5)
    app = train()
    assert "Another visitor's trial is running" in said(app)
    assert not {"Cancel", "Start a trial"} & set(labels(app))


def test_why_it_has_no_model_is_said_and_another_can_be_asked_for(served, slot):
    slot(state="failed", detail=HOSTILE)
    app = train(Trial(BEGAN))
    assert "Your trial has no model" in said(app)
    assert "Start a trial" in labels(app)


def test_it_answers_in_its_session_alone_until_sent_back(served, slot, own):
    slot(state="done")
    app = train(own)
    assert "The gate would not let it answer for everybody" in said(app)
    press(app, "Let it answer, for me alone")
    app.switch_page("pages/home.py").run()
    assert OWN in said(app)
    assert OWN not in said(opened("pages/home.py"))
    press(app, "Back to everybody's model")
    assert OWN not in said(app)


@pytest.mark.parametrize("page", ["predict", "rate", "recommend", "evaluate", "data", "models"])
def test_every_page_opens_while_it_answers(served, slot, own, page):
    slot(state="done")
    app = open_app()
    app.switch_page(f"pages/{page}.py")
    app.session_state[trial_model.TRIAL] = own
    app.session_state[trial_model.IN_USE] = True
    app.run()
    assert not app.exception, app.exception
    assert (OWN in said(app)) == (page != "models")
