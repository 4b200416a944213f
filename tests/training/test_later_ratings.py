"""After a full training the same settings are measured on later ratings: once for the same data and settings."""

from __future__ import annotations

import json

import pytest

from recsys.errors import BundleError
from recsys.evaluation.split_comparison import LATER_SPLITS
from recsys.registry import Registry
from recsys.registry.bundle import read_manifest
from recsys.training import later_ratings
from recsys.training.evaluation_store import EvaluationStore
from recsys.training.job_order import JobOrder
from recsys.training.jobs.child import run_training
from tests.conftest import TINY_SETTINGS, tiny_frames


@pytest.fixture
def order(own_registry, tmp_path):
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name, frame in zip(("ratings", "movies", "users"), tiny_frames(), strict=True):
        frame = frame.assign(genres=frame["genres"].str.join("|")) if "genres" in frame else frame
        frame.to_csv(folder / f"{name}.csv", index=False)
    settings = {**TINY_SETTINGS, "folds": 2, "em_iterations": 1}
    return JobOrder(str(own_registry), data=str(folder), preset="full", settings=settings)


def test_a_full_training_stores_both_splits_by_time_once(order, own_registry):
    version = run_training(order)
    store, manifest = EvaluationStore(own_registry), read_manifest(Registry(own_registry).path(version))
    evaluations = store.all()
    assert {evaluation.split for evaluation in evaluations} == set(LATER_SPLITS)
    assert all(evaluation.of_same(manifest) for evaluation in evaluations)
    assert later_ratings.missing_splits(manifest, store) == ()
    later_ratings.measure(order, manifest, lambda *arguments: pytest.fail("it is measured already"))
    status = json.loads((own_registry / "jobs" / "status.json").read_text())
    assert (status["state"], status["version"], status["phase"]) == ("done", version, later_ratings.PHASE)


def test_a_model_goes_live_even_if_the_measurement_fails(order, own_registry, monkeypatch, capsys):
    def no_room(self):
        raise BundleError("The disk is full.")

    monkeypatch.setattr(EvaluationStore, "require_room", no_room)
    version = run_training(order)
    assert Registry(own_registry).active_version() == version
    assert "was not measured on later ratings. The disk is full." in capsys.readouterr().err


def test_stopping_the_measurement_keeps_the_model(order, own_registry, monkeypatch, capsys):
    def stop(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(later_ratings, "run_evaluations", stop)
    version = run_training(order)
    assert Registry(own_registry).active_version() == version
    assert "The model stays." in capsys.readouterr().err


def test_the_quick_preset_is_not_measured(order, own_registry):
    manifest = {"settings": {}, "data": {"fingerprint": "x"}}
    quick = JobOrder(order.models, data=order.data, preset="quick")
    later_ratings.measure(quick, manifest, lambda *arguments: pytest.fail("quick is for the first start"))
