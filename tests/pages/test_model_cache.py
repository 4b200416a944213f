"""One model in memory for every session, replaced when another version becomes active."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from recsys.errors import NoModelError
from recsys.registry import Registry, transitions
from recsys.ui.common import model_cache


@pytest.fixture
def loads(monkeypatch):
    """One entry for each time that a bundle is loaded."""
    loads, load_active, lock = [], Registry.load_active, threading.Lock()

    def load(self):
        with lock:
            loads.append(1)
        return load_active(self)

    monkeypatch.setattr(Registry, "load_active", load)
    return loads


def test_no_model_raises_no_model_error_until_one_is_published(measured_model):
    with pytest.raises(NoModelError):
        model_cache.get_recommender()
    version = Registry().publish(measured_model)
    assert model_cache.get_recommender().version == version


def test_racing_threads_load_once(served, loads):
    with ThreadPoolExecutor(8) as pool:
        recommenders = list(pool.map(lambda _: model_cache.get_recommender(), range(32)))
    assert len({id(recommender) for recommender in recommenders}) == 1
    assert len(loads) == 1


def test_a_published_version_is_loaded_once(served, measured_model, loads):
    assert model_cache.get_recommender().version == served.version
    newer = Registry().publish(measured_model)
    assert model_cache.get_recommender().version == newer
    model_cache.get_recommender()
    assert len(loads) == 2


def test_a_fall_back_is_loaded_once(served, measured_model, own_registry, loads):
    newest = Registry().publish(measured_model)
    (own_registry / newest / "model.json").write_bytes(b"{}")
    assert model_cache.get_loaded().warning
    model_cache.get_loaded()
    assert len(loads) == 1


def test_a_lost_active_pointer_gives_a_warning_and_a_log_entry(served, measured_model, own_registry, loads, caplog):
    transitions.promote(Registry(), Registry().publish(measured_model), "me", "x")
    transitions.promote(Registry(), served.version, "me", "it was better")
    assert model_cache.get_loaded().warning == ""
    (own_registry / "active.json").write_bytes(b"")
    loaded = model_cache.get_loaded()
    assert loaded.version == served.version
    assert "active.json" in loaded.warning
    assert loaded.warning in caplog.text
    model_cache.get_loaded()
    assert len(loads) == 2


def test_a_warm_start_never_raises(monkeypatch):
    monkeypatch.setattr(model_cache.jobs, "ensure_ready", lambda retry: 1 / 0)
    model_cache.warm()


def test_a_warm_start_trains_if_every_model_is_damaged(served, own_registry, monkeypatch):
    started = []
    monkeypatch.setattr(model_cache.jobs, "start", lambda who: started.append(who))
    model_cache.warm()
    assert not started
    (own_registry / served.version / "model.json").write_bytes(b"{}")
    model_cache.st.cache_resource.clear()
    model_cache.warm()
    assert started == [model_cache.jobs.SERVER]


def test_a_warm_start_removes_leftovers_of_trials(served, own_registry):
    leftover = own_registry / "trials" / served.version
    leftover.mkdir(parents=True)
    model_cache.warm()
    assert not leftover.exists()
    assert served.version in Registry().versions()


def test_a_warm_start_retries_a_failed_preparation(monkeypatch):
    retries = []
    monkeypatch.setattr(
        model_cache.jobs, "ensure_ready", lambda retry: retries.append(retry) or model_cache.jobs.JobStatus()
    )
    model_cache.warm()
    assert retries == [True]


def test_the_loaded_model_is_frozen_for_garbage_collection(served, monkeypatch):
    monkeypatch.setattr(model_cache, "gc", gc)
    gc.unfreeze()
    model_cache.get_recommender()
    assert gc.get_freeze_count() > 10_000
