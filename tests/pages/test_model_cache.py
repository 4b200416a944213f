"""One model in memory for everybody, changed over when another is published."""

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
    """Counts the times that a bundle is read."""
    counted, real, guard = [], Registry.load_active, threading.Lock()

    def load(self):
        with guard:
            counted.append(1)
        return real(self)

    monkeypatch.setattr(Registry, "load_active", load)
    return counted


def test_no_model_is_an_error_of_its_own_and_is_asked_again(reported):
    with pytest.raises(NoModelError):
        model_cache.get_recommender()
    version = Registry().publish(reported)
    assert model_cache.get_recommender().version == version


def test_racing_threads_load_once(served, loads):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: model_cache.get_recommender(), range(32)))
    assert len({id(one) for one in found}) == 1
    assert len(loads) == 1


def test_a_published_version_takes_over_once(served, reported, loads):
    assert model_cache.get_recommender().version == served.version
    newer = Registry().publish(reported)
    assert model_cache.get_recommender().version == newer
    model_cache.get_recommender()
    assert len(loads) == 2


def test_a_fall_back_is_not_loaded_again_on_each_access(served, reported, own_registry, loads):
    newest = Registry().publish(reported)
    (own_registry / newest / "model.json").write_bytes(b"{}")
    assert model_cache.get_loaded().warning
    model_cache.get_loaded()
    assert len(loads) == 1


def test_a_pointer_that_is_lost_while_the_server_runs_is_told_and_logged(served, reported, own_registry, loads, caplog):
    transitions.promote(Registry(), Registry().publish(reported), "me", "x")
    transitions.promote(Registry(), served.version, "me", "it was better")
    assert model_cache.get_loaded().warning == ""
    (own_registry / "active.json").write_bytes(b"")
    found = model_cache.get_loaded()
    assert found.version == served.version
    assert "active.json" in found.warning
    assert found.warning in caplog.text
    model_cache.get_loaded()
    assert len(loads) == 2


def test_a_warm_start_never_raises(monkeypatch):
    monkeypatch.setattr(model_cache.jobs, "ensure_ready", lambda retry: 1 / 0)
    model_cache.warm()


def test_a_warm_start_replaces_a_shelf_of_damaged_models(served, own_registry, monkeypatch):
    started = []
    monkeypatch.setattr(model_cache.jobs, "start", lambda who: started.append(who))
    model_cache.warm()
    assert not started
    (own_registry / served.version / "model.json").write_bytes(b"{}")
    model_cache.st.cache_resource.clear()
    model_cache.warm()
    assert started == [model_cache.jobs.SERVER]


def test_a_warm_start_removes_what_trials_have_left(served, own_registry):
    left = own_registry / "trials" / served.version
    left.mkdir(parents=True)
    model_cache.warm()
    assert not left.exists()
    assert served.version in Registry().versions()


def test_a_warm_start_tries_again_what_failed_before(monkeypatch):
    asked = []
    monkeypatch.setattr(
        model_cache.jobs, "ensure_ready", lambda retry: asked.append(retry) or model_cache.jobs.JobStatus()
    )
    model_cache.warm()
    assert asked == [True]


def test_what_stays_for_good_is_left_out_of_every_pages_garbage_collection(served):
    gc.unfreeze()
    model_cache.get_recommender()
    assert gc.get_freeze_count() > 10_000
