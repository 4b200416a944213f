"""A sample of benchmarks/crash_safety.py: whoever is killed, the active model answers as before or as the new one."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

import recsys
from benchmarks import crash_safety
from recsys.data import Dataset
from recsys.registry import Registry, transitions
from recsys.registry.active import answered
from recsys.registry.archive import packed, unpack

FORKS = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="kills a forked process")
WRITING = os.O_WRONLY | os.O_RDWR
STEPS = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "data"
    return folder, Dataset.from_frames(*crash_safety.tiny_dataset(folder))


@pytest.fixture(scope="module")
def models(data):
    return [recsys.train(data[1], preset="quick", seed=seed, **crash_safety.SETTINGS) for seed in (0, 1)]


@FORKS
def test_a_killed_publish_loses_nothing(models, tmp_path):
    registry = Registry(tmp_path / "models")
    assert list(crash_safety.killed_publishes(registry, models, 10, np.random.default_rng(1))) == []


def test_a_killed_training_loses_nothing(data, tmp_path):
    assert (
        list(crash_safety.killed_trainings(Registry(tmp_path / "models"), data[0], 2, np.random.default_rng(1))) == []
    )


def test_many_threads_never_see_two_versions_mixed(models, tmp_path):
    registry, pairs = Registry(tmp_path / "models"), pd.DataFrame({"user_id": [1, 2, 60], "movie_id": [3, 40, 1]})
    named = [replace(model, manifest={"preset": name}) for model, name in zip(models, "ab", strict=True)]
    said = {model.manifest["preset"]: model.predict(pairs) for model in named}
    assert not said["a"].equals(said["b"])
    registry.publish(named[0])
    ended, problems, seen = threading.Event(), [], set()

    def ask() -> None:
        while not ended.is_set():
            loaded = registry.load_active()
            found = loaded.recommender
            seen.add(loaded.version)
            if loaded.warning or not found.predict(pairs).equals(said[found.manifest["preset"]]):
                problems.append(loaded.warning or loaded.version)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for exclusive in range(12):
        version, began = registry.publish(named[exclusive % 2]), time.monotonic()
        while version not in seen and time.monotonic() - began < 10:
            time.sleep(0.01)
    ended.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(seen) == 13


CHANGES = {
    "promote": lambda registry, versions, model, other: transitions.promote(registry, versions[-1], "me", "better"),
    "roll back": lambda registry, versions, model, other: transitions.roll_back(registry, "me", "worse"),
    "publish": lambda registry, versions, model, other: registry.publish(model, "me"),
    "submit": lambda registry, versions, model, other: transitions.submit(registry, model, "me", "new"),
    "import": lambda registry, versions, model, other: unpack(registry, other, "me"),
    "delete": lambda registry, versions, model, other: transitions.delete(registry, versions[-1], "me"),
}


@pytest.fixture(scope="module")
def three(models, tmp_path_factory):
    """A shelf whose middle version answers, and the zip of a fourth."""
    registry = Registry(tmp_path_factory.mktemp("three") / "models")
    elsewhere = Registry(tmp_path_factory.mktemp("elsewhere"))
    for model in (models[0], models[1], models[0]):
        registry.publish(model)
    transitions.roll_back(registry, "me")
    return registry, packed(elsewhere, elsewhere.publish(models[1]))


@FORKS
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_step_a_change_is_killed_at_log_and_pointer_agree(three, models, tmp_path, change):
    before, other = three
    for step in itertools.count(1):
        registry = Registry(tmp_path / str(step))
        shutil.copytree(before.folder, registry.folder)
        process = crash_safety.start_forked(
            partial(_killed_at, step, registry, CHANGES[change], before.versions(), models[1], other)
        )
        process.join(60)
        there = set(registry.versions())
        registry.remove_stale()
        loaded, log = registry.load_active(), registry.event_log()
        assert loaded.warning == ""
        assert loaded.version in (before.active_version(), before.versions()[-1], before.versions()[0], max(there))
        assert answered(log)[0] == loaded.version == registry.active_version()
        assert registry.previous_version() is not None
        assert not list(registry.folder.glob(".*"))
        transitions.pin(registry, loaded.version, "me")  # and the next change is made
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
    assert step > 3, "it was killed at some steps"


def _killed_at(step: int, registry: Registry, change, *given) -> None:
    """Change a shelf and be killed before that writing step in its folder, the first being 1."""
    steps, folder = itertools.count(1), str(registry.folder)

    def hook(event: str, given: tuple) -> None:
        writes = event in STEPS or (event == "open" and isinstance(given[2], int) and given[2] & WRITING)
        if writes and folder in str(given[0]) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    change(registry, *given)


@FORKS
def test_a_promotion_that_was_cut_short_is_set_right_at_start(three, tmp_path):
    registry = Registry(tmp_path / "models")
    shutil.copytree(three[0].folder, registry.folder)
    active, oldest = registry.active_version(), registry.versions()[-1]
    registry.log_event("promoted", oldest, "Ann", "better")  # as far as a killed process came
    registry.remove_stale()
    entry, promoted = registry.event_log()[:2]
    assert (promoted.what, promoted.version) == ("promoted", oldest)
    assert (entry.what, entry.version) == ("confirmed", active)
    assert oldest in entry.why
    assert registry.load_active().version == active
    registry.remove_stale()
    assert registry.event_log()[0] == entry, "once is enough"
    (registry.folder / "active.json").write_bytes(b"")
    assert registry.active_version() == active, "the log knows now"
