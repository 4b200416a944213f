"""A private trial: in a slot of its own, seen by nobody else, gone with whoever holds it."""

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


class Slot:
    """Stands in for the child process: what it was asked, how it stands, and the version that it leaves."""

    def __init__(self, model) -> None:
        self.model, self.asked, self.shared, self.ended = model, [], JobStatus(), False
        self.now, self._times = JobStatus(), itertools.count(time.time())

    def start(self, **asked) -> JobStatus:
        self.asked.append(asked)
        self.now = JobStatus("running", started=float(next(self._times)))
        return self.now

    def status(self, folder=None) -> JobStatus:
        return self.now if folder else self.shared

    def cancel(self, folder) -> None:
        self.ended = True
        self.fail("It was cancelled.")

    def finish(self) -> None:
        version = Registry(models_folder() / "trials").publish(self.model)
        self.now = replace(self.now, state="done", version=version)

    def fail(self, detail: str) -> None:
        self.now = replace(self.now, state="failed", detail=detail)


@pytest.fixture
def slot(tiny_version, monkeypatch):
    found = Slot(tiny_version)
    for name in ("start", "status", "cancel"):
        monkeypatch.setattr(jobs, name, getattr(found, name))
    monkeypatch.setattr(private_trials, "_known", [])
    return found


def done(slot) -> private_trials.Trial:
    trial = private_trials.begin(0, {})
    slot.finish()
    private_trials.poll(trial)
    return trial


def on_disk() -> list[str]:
    return Registry(models_folder() / "trials").versions()


def test_it_is_small_and_in_a_folder_of_its_own(slot, monkeypatch):
    monkeypatch.setenv("RECSYS_MEMORY_MB", "300")
    private_trials.begin(7, {"trees": 9})
    (asked,) = slot.asked
    assert asked["folder"] == models_folder() / "trials"
    assert asked["limits"] == jobs.Limits(300, private_trials.SECONDS, with_parent=True)
    assert (asked["preset"], asked["dataset"], asked["seed"], asked["settings"]) == (
        "quick",
        "ml-100k",
        7,
        {"trees": 9},
    )


def test_its_model_is_that_of_the_child_and_leaves_the_disk(slot):
    trial = done(slot)
    assert trial.recommender.manifest["seconds"] == slot.model.manifest["seconds"]
    assert trial.verdict.passed
    assert not on_disk()
    assert Registry().active_version() is None


def test_the_gate_compares_it_with_the_model_of_all(slot, tiny_version):
    version = Registry().publish(tiny_version)
    verdict = done(slot).verdict
    assert verdict.champion == version
    assert not verdict.passed  # too few ratings are held out to tell


def test_at_most_so_many_are_kept_over_all_sessions(slot):
    held = [done(slot) for _ in range(private_trials.KEPT + 1)]
    assert [trial.recommender is not None for trial in held] == [False, *[True] * private_trials.KEPT]
    assert "made room" in held[0].ended


def test_a_session_that_went_leaves_nothing(slot):
    trial = private_trials.begin(0, {})
    slot.finish()
    assert on_disk()
    del trial
    gc.collect()
    private_trials.begin(0, {})
    assert not on_disk()


def test_a_server_that_went_leaves_nothing_once_the_next_has_started(slot):
    private_trials.remove_stale()
    assert not (models_folder() / "trials").exists(), "and where there was no trial, nothing is made"
    private_trials.begin(0, {})
    slot.finish()
    Registry(models_folder() / "trials").path(slot.now.version).with_name(".new-20260101-000000-abcdef-9").mkdir()
    slot.now = replace(slot.now, state="running")
    private_trials.remove_stale()
    assert on_disk(), "what runs is left alone"
    slot.now = replace(slot.now, state="failed")
    private_trials.remove_stale()
    assert [path.name for path in (models_folder() / "trials").iterdir()] == ["registry.lock"]


def test_one_that_was_not_looked_at_yet_is_not_lost_to_the_next(slot):
    first = private_trials.begin(0, {})
    slot.finish()
    private_trials.begin(0, {})
    assert first.recommender is not None


def test_one_at_a_time_and_never_beside_a_training_for_all(slot):
    private_trials.begin(0, {})
    with pytest.raises(JobError, match="Another visitor"):
        private_trials.begin(0, {})
    slot.fail("It was ended.")
    slot.shared = JobStatus("running")
    with pytest.raises(JobError, match="everybody sees"):
        private_trials.begin(0, {})
    assert len(slot.asked) == 1


def test_a_visitor_is_told_of_a_full_disk_without_the_names_of_folders(slot, monkeypatch):
    def full(**asked):
        raise JobError("/srv/models/trials cannot be written.") from OSError(28, "No space left on device")

    monkeypatch.setattr(jobs, "start", full)
    with pytest.raises(JobError, match="disk is full or cannot be written") as told:
        private_trials.begin(0, {})
    assert "/srv" not in str(told.value)


def test_wrong_settings_start_nothing(slot):
    with pytest.raises(InputError, match="trees"):
        private_trials.begin(0, {"trees": 10**9})
    assert not slot.asked


def test_why_there_is_no_model_is_kept(slot):
    trial = private_trials.begin(0, {})
    slot.fail("It was not done after 60 seconds.")
    private_trials.poll(trial)
    slot.now = JobStatus()
    private_trials.poll(trial)
    assert trial.ended == "It was not done after 60 seconds."


def test_one_cancels_only_ones_own(slot):
    mine = private_trials.begin(0, {})
    slot.fail("x")
    private_trials.begin(0, {})
    private_trials.cancel(mine)
    assert not slot.ended
    assert private_trials.status().running


def test_a_trial_that_runs_is_cancelled(slot):
    trial = private_trials.begin(0, {})
    private_trials.cancel(trial)
    assert slot.ended
    assert trial.ended == "It was cancelled."


def test_a_damaged_model_is_said(slot):
    trial = private_trials.begin(0, {})
    slot.finish()
    (models_folder() / "trials" / slot.now.version / "manifest.json").write_text("{}", "utf-8")
    private_trials.poll(trial)
    assert trial.recommender is None
    assert "manifest" in trial.ended


@pytest.mark.parametrize(("limit", "ends"), [("300", True), ("4000", False)])
def test_it_makes_way_for_a_training_for_all_where_memory_is_limited(slot, monkeypatch, limit, ends):
    private_trials.begin(0, {})
    monkeypatch.setenv("RECSYS_MEMORY_MB", limit)
    private_trials.cancel_all()
    assert slot.ended == ends


def test_too_many_ratings_of_the_owner_s_own_are_refused(slot, tiny_version, monkeypatch, tmp_path):
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path / "mine"))
    data = tiny_version.manifest["data"] | {"name": "mine", "ratings": private_trials.RATINGS + 1}
    Registry().publish(replace(tiny_version, manifest=tiny_version.manifest | {"data": data}))
    with pytest.raises(JobError, match="100,001 ratings"):
        private_trials.begin(0, {})
    assert not slot.asked


def test_what_runs_after_a_restart_is_not_ones_own(slot):
    mine = private_trials.begin(0, {})
    slot.now = JobStatus("running", started=mine.started + 9)  # another server's child, of whom nobody here knows
    private_trials.cancel(mine)
    assert not slot.ended
    assert "gone" in mine.ended
