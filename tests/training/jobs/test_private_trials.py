"""A private trial: in a folder of its own, invisible to other sessions, gone with its own session."""

from __future__ import annotations

import gc
import itertools
import time
from dataclasses import replace

import pytest

from recsys.errors import InputError, JobError
from recsys.registry import Registry
from recsys.settings import models_folder
from recsys.training import jobs
from recsys.training.jobs import JobStatus, private_trials


class FakeJobs:
    """Stands in for the child process: its orders, its status, and the version that it publishes."""

    def __init__(self, model) -> None:
        self.model, self.orders, self.shared, self.cancelled = model, [], JobStatus(), False
        self.current, self._times = JobStatus(), itertools.count(time.time())

    def start(self, **order) -> JobStatus:
        self.orders.append(order)
        self.current = JobStatus("running", started=float(next(self._times)))
        return self.current

    def status(self, folder=None) -> JobStatus:
        return self.current if folder else self.shared

    def cancel(self, folder) -> None:
        self.cancelled = True
        self.fail("It was cancelled.")

    def finish(self) -> None:
        version = Registry(models_folder() / "trials").publish(self.model)
        self.current = replace(self.current, state="done", version=version)

    def fail(self, detail: str) -> None:
        self.current = replace(self.current, state="failed", detail=detail)


@pytest.fixture
def fake_jobs(tiny_version, monkeypatch):
    fake = FakeJobs(tiny_version)
    for name in ("start", "status", "cancel"):
        monkeypatch.setattr(jobs, name, getattr(fake, name))
    monkeypatch.setattr(private_trials, "_references", [])
    return fake


def finished_trial(fake_jobs) -> private_trials.Trial:
    trial = private_trials.begin(0, {})
    fake_jobs.finish()
    private_trials.poll(trial)
    return trial


def on_disk() -> list[str]:
    return Registry(models_folder() / "trials").versions()


def test_it_is_small_and_in_a_folder_of_its_own(fake_jobs, monkeypatch):
    monkeypatch.setenv("RECSYS_MEMORY_MB", "300")
    private_trials.begin(7, {"trees": 9})
    (order,) = fake_jobs.orders
    assert order["folder"] == models_folder() / "trials"
    assert order["limits"] == jobs.Limits(300, private_trials.SECONDS, with_parent=True)
    assert (order["preset"], order["dataset"], order["seed"], order["settings"]) == (
        "quick",
        "ml-100k",
        7,
        {"trees": 9},
    )


def test_its_model_is_loaded_and_removed_from_the_disk(fake_jobs):
    trial = finished_trial(fake_jobs)
    assert trial.recommender.manifest["seconds"] == fake_jobs.model.manifest["seconds"]
    assert trial.verdict.passed
    assert not on_disk()
    assert Registry().active_version() is None


def test_the_gate_compares_it_with_the_served_model(fake_jobs, tiny_version):
    version = Registry().publish(tiny_version)
    verdict = finished_trial(fake_jobs).verdict
    assert verdict.champion == version
    assert not verdict.passed  # too few ratings are held out


def test_so_many_models_at_most_are_in_memory_over_all_sessions(fake_jobs):
    trials = [finished_trial(fake_jobs) for _ in range(private_trials.MAX_MODELS + 1)]
    assert [trial.recommender is not None for trial in trials] == [False, *[True] * private_trials.MAX_MODELS]
    assert "replaced by newer trials" in trials[0].ended


def test_a_session_that_ended_leaves_no_files(fake_jobs):
    trial = private_trials.begin(0, {})
    fake_jobs.finish()
    assert on_disk()
    del trial
    gc.collect()
    private_trials.begin(0, {})
    assert not on_disk()


def test_the_next_server_removes_the_files_of_a_server_that_ended(fake_jobs):
    private_trials.remove_stale()
    assert not (models_folder() / "trials").exists(), "where there was no trial, no folder is made"
    private_trials.begin(0, {})
    fake_jobs.finish()
    Registry(models_folder() / "trials").path(fake_jobs.current.version).with_name(
        ".new-20260101-000000-abcdef-9"
    ).mkdir()
    fake_jobs.current = replace(fake_jobs.current, state="running")
    private_trials.remove_stale()
    assert on_disk(), "a running trial keeps its files"
    fake_jobs.current = replace(fake_jobs.current, state="failed")
    private_trials.remove_stale()
    assert [path.name for path in (models_folder() / "trials").iterdir()] == ["registry.lock"]


def test_a_finished_trial_is_loaded_before_the_next_begins(fake_jobs):
    first = private_trials.begin(0, {})
    fake_jobs.finish()
    private_trials.begin(0, {})
    assert first.recommender is not None


def test_one_at_a_time_and_never_beside_a_training_of_the_served_model(fake_jobs):
    private_trials.begin(0, {})
    with pytest.raises(JobError, match="Another visitor"):
        private_trials.begin(0, {})
    fake_jobs.fail("It was ended.")
    fake_jobs.shared = JobStatus("running")
    with pytest.raises(JobError, match="shared model is being trained"):
        private_trials.begin(0, {})
    assert len(fake_jobs.orders) == 1


def test_a_visitor_s_message_of_a_full_disk_names_no_folder(fake_jobs, monkeypatch):
    def full_disk(**_):
        raise JobError("/srv/models/trials cannot be written.") from OSError(28, "No space left on device")

    monkeypatch.setattr(jobs, "start", full_disk)
    with pytest.raises(JobError, match="disk is full or not writable") as raised:
        private_trials.begin(0, {})
    assert "/srv" not in str(raised.value)


def test_wrong_settings_start_nothing(fake_jobs):
    with pytest.raises(InputError, match="trees"):
        private_trials.begin(0, {"trees": 10**9})
    assert not fake_jobs.orders


def test_the_reason_without_a_model_does_not_change(fake_jobs):
    trial = private_trials.begin(0, {})
    fake_jobs.fail("It was not done after 60 seconds.")
    private_trials.poll(trial)
    fake_jobs.current = JobStatus()
    private_trials.poll(trial)
    assert trial.ended == "It was not done after 60 seconds."


def test_a_session_cancels_only_its_own_trial(fake_jobs):
    own = private_trials.begin(0, {})
    fake_jobs.fail("x")
    private_trials.begin(0, {})
    private_trials.cancel(own)
    assert not fake_jobs.cancelled
    assert private_trials.status().running


def test_a_running_trial_is_cancelled(fake_jobs):
    trial = private_trials.begin(0, {})
    private_trials.cancel(trial)
    assert fake_jobs.cancelled
    assert trial.ended == "It was cancelled."


def test_a_damaged_model_is_a_reason(fake_jobs):
    trial = private_trials.begin(0, {})
    fake_jobs.finish()
    (models_folder() / "trials" / fake_jobs.current.version / "manifest.json").write_text("{}", "utf-8")
    private_trials.poll(trial)
    assert trial.recommender is None
    assert "manifest" in trial.ended


@pytest.mark.parametrize(("limit", "ends"), [("300", True), ("4000", False)])
def test_it_ends_for_a_training_of_the_served_model_where_memory_is_limited(fake_jobs, monkeypatch, limit, ends):
    private_trials.begin(0, {})
    monkeypatch.setenv("RECSYS_MEMORY_MB", limit)
    private_trials.cancel_all()
    assert fake_jobs.cancelled == ends


def test_too_many_ratings_of_the_owner_are_refused(fake_jobs, tiny_version, monkeypatch, tmp_path):
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path / "own"))
    data = tiny_version.manifest["data"] | {"name": "own", "ratings": private_trials.RATINGS + 1}
    Registry().publish(replace(tiny_version, manifest=tiny_version.manifest | {"data": data}))
    with pytest.raises(JobError, match="100,001 ratings"):
        private_trials.begin(0, {})
    assert not fake_jobs.orders


def test_a_trial_that_runs_after_a_restart_belongs_to_another_session(fake_jobs):
    own = private_trials.begin(0, {})
    fake_jobs.current = JobStatus("running", started=own.started + 9)  # another server's child
    private_trials.cancel(own)
    assert not fake_jobs.cancelled
    assert "gone" in own.ended
