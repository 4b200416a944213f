"""A sample of benchmarks/kills.py: whoever is killed, the active model answers as before or as the new one."""

from __future__ import annotations

import multiprocessing
import threading
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import recsys
from benchmarks import kills
from recsys.data import Dataset
from recsys.registry import Shelf


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "data"
    return folder, Dataset.from_frames(*kills.world(folder))


@pytest.fixture(scope="module")
def models(data):
    return [recsys.train(data[1], preset="quick", seed=seed, **kills.SETTINGS) for seed in (0, 1)]


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="kills a forked process")
def test_a_killed_publish_loses_nothing(models, tmp_path):
    shelf = Shelf(tmp_path / "models")
    assert list(kills.publishes(shelf, models, 10, np.random.default_rng(1))) == []


def test_a_killed_training_loses_nothing(data, tmp_path):
    assert list(kills.trainings(Shelf(tmp_path / "models"), data[0], 2, np.random.default_rng(1))) == []


def test_many_threads_never_see_two_versions_mixed(models, tmp_path):
    shelf, pairs = Shelf(tmp_path / "models"), pd.DataFrame({"user_id": [1, 2, 60], "movie_id": [3, 40, 1]})
    named = [replace(model, manifest={"preset": name}) for model, name in zip(models, "ab", strict=True)]
    said = {model.manifest["preset"]: model.predict(pairs) for model in named}
    assert not said["a"].equals(said["b"])
    shelf.publish(named[0])
    ended, problems, seen = threading.Event(), [], set()

    def ask() -> None:
        while not ended.is_set():
            loaded = shelf.load_active()
            found = loaded.recommender
            seen.add(loaded.version)
            if loaded.warning or not found.predict(pairs).equals(said[found.manifest["preset"]]):
                problems.append(loaded.warning or loaded.version)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for turn in range(12):
        version, began = shelf.publish(named[turn % 2]), time.monotonic()
        while version not in seen and time.monotonic() - began < 10:
            time.sleep(0.01)
    ended.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(seen) == 13
