"""A sample of benchmarks/crash_safety.py: after any kill the active model is the one before or the new one, intact."""

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
from recsys.registry.active import activated_versions
from recsys.registry.archive import packed, unpack

pytestmark = pytest.mark.slow

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
    predictions = {model.manifest["preset"]: model.predict(pairs) for model in named}
    assert not predictions["a"].equals(predictions["b"])
    registry.publish(named[0])
    stopped, problems, loaded_versions = threading.Event(), [], set()

    def load_and_predict() -> None:
        while not stopped.is_set():
            loaded = registry.load_active()
            model = loaded.recommender
            loaded_versions.add(loaded.version)
            if loaded.warning or not model.predict(pairs).equals(predictions[model.manifest["preset"]]):
                problems.append(loaded.warning or loaded.version)

    threads = [threading.Thread(target=load_and_predict) for _ in range(6)]
    for thread in threads:
        thread.start()
    for number in range(12):
        version, began = registry.publish(named[number % 2]), time.monotonic()
        while version not in loaded_versions and time.monotonic() - began < 10:
            time.sleep(0.01)
    stopped.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(loaded_versions) == 13


CHANGES = {
    "promote": lambda registry, versions, model, exported: transitions.promote(registry, versions[-1], "me", "better"),
    "roll back": lambda registry, versions, model, exported: transitions.roll_back(registry, "me", "worse"),
    "publish": lambda registry, versions, model, exported: registry.publish(model, "me"),
    "submit": lambda registry, versions, model, exported: transitions.submit(registry, model, "me", "new"),
    "import": lambda registry, versions, model, exported: unpack(registry, exported, "me"),
    "delete": lambda registry, versions, model, exported: transitions.delete(registry, versions[-1], "me"),
}


@pytest.fixture(scope="module")
def three_versions(models, tmp_path_factory):
    """A registry of three versions whose middle one is active, and the zip of a fourth."""
    registry = Registry(tmp_path_factory.mktemp("three") / "models")
    elsewhere = Registry(tmp_path_factory.mktemp("elsewhere"))
    for model in (models[0], models[1], models[0]):
        registry.publish(model)
    transitions.roll_back(registry, "me")
    return registry, packed(elsewhere, elsewhere.publish(models[1]))


@FORKS
@pytest.mark.parametrize("change", CHANGES)
def test_event_log_and_pointer_agree_after_a_kill_at_any_step(three_versions, models, tmp_path, change):
    before, exported = three_versions
    step = 0
    for step in itertools.count(1):
        registry = Registry(tmp_path / str(step))
        shutil.copytree(before.folder, registry.folder)
        process = crash_safety.start_forked(
            partial(_killed_at, step, registry, CHANGES[change], before.versions(), models[1], exported)
        )
        process.join(60)
        existing = set(registry.versions())
        registry.remove_stale()
        loaded, log = registry.load_active(), registry.event_log()
        assert loaded.warning == ""
        assert loaded.version in (before.active_version(), before.versions()[-1], before.versions()[0], max(existing))
        assert activated_versions(log)[0] == loaded.version == registry.active_version()
        assert registry.previous_version() is not None
        assert not list(registry.folder.glob(".*"))
        transitions.pin(registry, loaded.version, "me")  # and the next change is made
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
    assert step > 3, "it was killed at some steps"


def _killed_at(step: int, registry: Registry, change, *change_args) -> None:
    """Change a registry and be killed before the writing step of this number in its folder, counted from 1."""
    steps, folder = itertools.count(1), str(registry.folder)

    def hook(event: str, args: tuple) -> None:
        writes = event in STEPS or (event == "open" and isinstance(args[2], int) and args[2] & WRITING)
        if writes and folder in str(args[0]) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    change(registry, *change_args)


@FORKS
def test_an_interrupted_promotion_is_reconciled_at_start(three_versions, tmp_path):
    registry = Registry(tmp_path / "models")
    shutil.copytree(three_versions[0].folder, registry.folder)
    active, oldest = registry.active_version(), registry.versions()[-1]
    registry.log_event("promoted", oldest, "Ann", "better")  # as far as a killed process came
    registry.remove_stale()
    entry, promoted = registry.event_log()[:2]
    assert (promoted.what, promoted.version) == ("promoted", oldest)
    assert (entry.what, entry.version) == ("confirmed", active)
    assert oldest in entry.why
    assert registry.load_active().version == active
    registry.remove_stale()
    assert registry.event_log()[0] == entry, "it is logged once"
    (registry.folder / "active.json").write_bytes(b"")
    assert registry.active_version() == active, "the event log names it now"
