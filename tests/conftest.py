"""Shared worlds: a tiny one whose right answers are known, and real MovieLens 100K."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command line does, before XGBoost is loaded

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

import recsys
from recsys.core.file_lock import ProcessLock
from recsys.core.keyed_random import uniform
from recsys.data import Dataset
from recsys.evaluation import AUDIT_COLUMNS, Report
from recsys.evaluation.slices import slices
from recsys.registry import Registry
from recsys.training import held_out_report, pipeline

# How long an example takes says nothing on a busy machine.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

USERS, MOVIES = 60, 40
TINY_SETTINGS = {"trees": 20, "depth": 3, "learning_rate": 0.1, "min_child_weight": 1.0, "disabled_features": ""}


@pytest.fixture(autouse=True)
def own_registry(tmp_path_factory, monkeypatch):
    """No test ever sees or touches the models of this checkout."""
    folder = tmp_path_factory.mktemp("models")
    monkeypatch.setenv("RECSYS_MODELS", str(folder))
    return folder


def tiny_frames() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Even users love even movies, odd users odd ones; who loves what also shows in gender and genre."""
    user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(1, USERS + 1), np.arange(1, MOVIES + 1)))
    seen = uniform(user, movie, 77) < 0.7
    user, movie = user[seen], movie[seen]
    loved = user % 2 == movie % 2
    high = uniform(user, movie, 78) < 0.6
    ratings = pd.DataFrame(
        {
            "user_id": user,
            "movie_id": movie,
            "rating": np.where(loved, np.where(high, 5, 4), np.where(high, 1, 2)),
            "timestamp": 900_000_000 + user * 1000 + movie,
        }
    )
    movies = pd.DataFrame(
        {
            "movie_id": np.arange(1, MOVIES + 1),
            "title": [f"Movie {number}, The ({1950 + number})" for number in range(1, MOVIES + 1)],
            "year": 1950.0 + np.arange(1, MOVIES + 1),
            "release_date": "",
            "genres": ["Even|Drama" if number % 2 == 0 else "Odd" for number in range(1, MOVIES + 1)],
        }
    )
    users = pd.DataFrame(
        {
            "user_id": np.arange(1, USERS + 1),
            "gender": np.where(np.arange(1, USERS + 1) % 2 == 0, "F", "M"),
            "age": 20.0 + np.arange(1, USERS + 1) % 40,
            "occupation": "writer",
        }
    )
    return ratings, movies, users


def slices_of(recommender: recsys.Recommender) -> pd.DataFrame:
    """The slices of a recommender's own report."""
    interactions, catalogue = recommender.interactions, recommender.catalogue
    return slices(recommender.report, interactions, catalogue, recommender.features.vocabulary)


PASSED_AUDIT = pd.DataFrame([("sides", True, 0, 9, "")], columns=list(AUDIT_COLUMNS))


@contextmanager
def star_metrics_only() -> Iterator[None]:
    """Train without leakage audit and top-N lists, which have tests of their own and take most of the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pipeline, "audit", lambda audit_input: PASSED_AUDIT)
        patched.setattr(held_out_report, "with_lists", lambda report, fitted: report)
        yield


@contextmanager
def alone_with(folder: Path) -> Iterator[None]:
    """No other worker of this test run has this folder meanwhile."""
    lock = ProcessLock(folder.with_suffix(".lock"))
    assert lock.try_acquire(wait=240)
    try:
        yield
    finally:
        lock.release()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> Path:
    """A folder that all workers of this test run share."""
    own_folder = tmp_path_factory.getbasetemp()
    return own_folder.parent if "PYTEST_XDIST_WORKER" in os.environ else own_folder


@pytest.fixture(scope="session")
def first_start_models(run_folder) -> Path:
    """The models folder of the browser test that starts with nothing and ends with a model of MovieLens 100K.

    That test, which comes first of all, holds the lock of the folder meanwhile.
    """
    return run_folder / "first start"


@pytest.fixture(scope="session")
def tiny() -> Dataset:
    """The tiny known world as a checked dataset."""
    return Dataset.from_frames(*tiny_frames(), name="tiny")


@pytest.fixture(scope="session")
def tiny_model(tiny):
    """A recommender trained on every row of the tiny world."""
    return recsys.train(tiny, preset="quick", **TINY_SETTINGS)


@pytest.fixture(scope="session")
def tiny_version(tiny, run_folder):
    """A training of the tiny world as it is published, loaded from its registry; trained once for all workers."""
    registry = Registry(run_folder / "tiny registry")
    with alone_with(registry.folder), pytest.MonkeyPatch.context() as patched:
        if registry.active_version() is None:
            patched.setattr(pipeline, "load_dataset", lambda name, progress=None, scale=None: tiny)
            pipeline.train_and_publish("tiny", "quick", registry=registry, **TINY_SETTINGS)
    return registry.load_active().recommender


@pytest.fixture(scope="session")
def tiny_report(tiny_version) -> Report:
    """The report of `recsys.evaluate` on the tiny world, as its version stores it."""
    return tiny_version.report


@pytest.fixture
def tiny_folder(tmp_path):
    """The tiny world as files that a person might bring."""
    ratings, movies, _ = tiny_frames()
    folder = tmp_path / "tiny"
    folder.mkdir()
    names = {"user_id": "userId", "movie_id": "movieId"}
    ratings.rename(columns=names).to_csv(folder / "ratings.csv", index=False)
    movies.rename(columns=names)[["movieId", "title", "genres"]].to_csv(folder / "movies.csv", index=False)
    return folder


@pytest.fixture(scope="session")
def ml_100k() -> Dataset:
    """Real MovieLens 100K from this checkout's data folder, fetched at first use; never skipped in CI."""
    try:
        return recsys.load_dataset("ml-100k")
    except recsys.RecsysError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"MovieLens 100K cannot be had here: {error}")


@pytest.fixture(scope="session")
def real_version(ml_100k, run_folder, first_start_models):
    """The model of MovieLens 100K that the first start has published, else one of the same settings; one for all."""
    with alone_with(first_start_models):
        registry = Registry(first_start_models)
    if registry.active_version() is None:
        registry = Registry(run_folder / "real registry")
        with alone_with(registry.folder):
            if registry.active_version() is None:
                pipeline.train_and_publish("ml-100k", "quick", registry=registry)
    return registry.load_active().recommender


class Clock:
    """A clock that stands still until a test sets `now`, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


FIRST = ("browser", "real_data", "slow")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Long files first, so that no worker is left alone with one at the end; browser and real data tests are slow."""
    marks_by_file = defaultdict(set)
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        marks_by_file[item.path] |= marks
        if marks & {"browser", "real_data"}:
            item.add_marker("slow")
    items.sort(key=lambda item: [name not in marks_by_file[item.path] for name in FIRST])


def pytest_collection_finish():
    """The garbage collector need not look at modules and tests again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Under CI=true a skipped real-data or browser test is a failure."""
    report = yield
    required = {"real_data", "browser"} & {mark.name for mark in item.iter_markers()}
    if report.skipped and required and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI must run it: {report.longrepr}"
    return report
