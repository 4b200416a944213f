"""A visitor's private trial on the pages: started, watched, cancelled, and used in one session only."""

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
from recsys.ui.train import advanced_settings
from tests.pages.conftest import open_app, open_page, text_of
from tests.pages.test_predict import HOSTILE

TRIAL_VERSION = "20990101-000000-abcdef"
STARTED = 1000.0
BANNER = "You are using your own trial model."
pytestmark = pytest.mark.usefixtures("visitor")


@pytest.fixture
def trial_job(monkeypatch):
    """A function that sets the status of the trial job; the public job is idle."""

    def set_status(**values):
        status = JobStatus(**{"updated": time.time(), "started": STARTED} | values)
        monkeypatch.setattr(jobs, "status", lambda folder=None: status if folder else JobStatus())

    return set_status


@pytest.fixture
def finished_trial(measured_model) -> Trial:
    """A finished trial of the tiny world."""
    model = replace(measured_model, manifest=measured_model.manifest | {"version": TRIAL_VERSION})
    return Trial(STARTED, model, promotion_gate.Verdict(False, (f"It is worse. {HOSTILE}",)))


def train(trial: Trial | None = None, page: str = "pages/train.py"):
    app = open_app()
    app.switch_page(page)
    if trial is not None:
        app.session_state[trial_model.TRIAL] = trial
    app.run()
    assert not app.exception, app.exception
    return app


def with_open_settings():
    return open_page("pages/train.py", {advanced_settings.OPENED: True})


def press(app, label: str):
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception, app.exception
    return app


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def test_a_visitor_starts_a_trial_and_nothing_else(served, trial_job, monkeypatch):
    started = []

    def start(**options):
        started.append(options)
        trial_job(state="running", phase="fetch")
        return jobs.status("trials")

    monkeypatch.setattr(jobs, "start", start)
    trial_job(state="none")
    app = with_open_settings()
    app.number_input(key="train_quick_boosting.trees").set_value(11)
    app.number_input(key="trial_seed").set_value(3).run()
    press(app, "Start a trial")
    (options,) = started
    assert (options["preset"], options["settings"], options["seed"]) == ("quick", {"boosting.trees": 11}, 3)
    assert options["folder"] == models_folder() / "trials"
    assert options["limits"].seconds == private_trials.SECONDS
    assert "Your trial is running" in text_of(app)


def test_a_trial_over_the_time_limit_is_refused(served, trial_job):
    trial_job()
    app = with_open_settings()
    app.number_input(key="train_quick_boosting.trees").set_value(2000).run()
    assert "the limit is 60 seconds. Open Advanced settings and choose fewer trees" in text_of(app)
    assert next(button for button in app.button if button.label == "Start a trial").disabled


def test_a_trial_near_the_time_limit_gets_a_warning(served, trial_job):
    trial_job()
    app = with_open_settings()
    app.number_input(key="train_quick_boosting.trees").set_value(400).run()
    assert "it is stopped after 60 seconds. You can try" in text_of(app)
    assert not next(button for button in app.button if button.label == "Start a trial").disabled


def test_the_session_s_trial_is_watched_and_cancelled(served, trial_job, monkeypatch):
    cancelled = []
    monkeypatch.setattr(jobs, "cancel", cancelled.append)
    trial_job(state="running", phase="trees", fraction=0.5, points=[{"round": 3, "log_loss": 1.2, "of": 25}])
    app = train(Trial(STARTED))
    text = text_of(app)
    assert "Your trial is running" in text
    assert "After 3 of 25 boosting rounds" in text
    press(app, "Cancel")
    assert len(cancelled) == 1


def test_another_session_s_trial_is_waited_for_and_cannot_be_cancelled(served, trial_job):
    trial_job(state="running", phase="trees", fraction=0.5)
    app = train()
    assert "Another visitor's trial is running" in text_of(app)
    assert not {"Cancel", "Start a trial"} & set(labels(app))


def test_a_failed_trial_tells_why_and_another_can_be_started(served, trial_job):
    trial_job(state="failed", detail=HOSTILE)
    app = train(Trial(STARTED))
    assert "Your trial failed" in text_of(app)
    assert "Start a trial" in labels(app)


def test_the_trial_s_model_is_used_in_its_session_only_until_switched_back(served, trial_job, finished_trial):
    trial_job(state="done")
    app = train(finished_trial)
    assert "The promotion gate would reject it" in text_of(app)
    press(app, "Use this model (only for me)")
    app.switch_page("pages/home.py").run()
    assert BANNER in text_of(app)
    assert BANNER not in text_of(open_page("pages/home.py"))
    press(app, "Use the shared model")
    assert BANNER not in text_of(app)


@pytest.mark.parametrize("page", ["predict", "rate", "recommend", "evaluate", "data", "models"])
def test_every_page_opens_with_the_trial_s_model(served, trial_job, finished_trial, page):
    trial_job(state="done")
    app = open_app()
    app.switch_page(f"pages/{page}.py")
    app.session_state[trial_model.TRIAL] = finished_trial
    app.session_state[trial_model.IN_USE] = True
    app.run()
    assert not app.exception, app.exception
    assert (BANNER in text_of(app)) == (page != "models")
