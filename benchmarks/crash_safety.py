"""SIGKILL at random moments of publishing and of training: does the registry ever lose a model?

    python -m benchmarks.crash_safety [--publishes 200] [--trainings 50]

On a tiny dataset, in a temporary folder; prints every problem and writes no file. Ends with code 1 if there is one.
Publishing is killed in a forked process, so this needs a system that can fork.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from recsys.core.file_lock import ProcessLock
from recsys.data import Dataset
from recsys.registry import Registry
from recsys.serving.recommender import Recommender
from recsys.settings import REPOSITORY
from recsys.training import pipeline
from recsys.training.jobs.files import JobFolder

SETTINGS = {"trees": 10, "depth": 3}
LOCK_SECONDS = 1.0
REGISTRY_FILES = {"active.json", "journal.jsonl", "registry.lock", "jobs", "pinned"}  # beside the version folders
JOB_FILES = {"status.json", "log.txt", "running.lock", "exclusive.lock"}


def main() -> int:
    """Kill, check and print the problems; the exit code says whether there are any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--publishes", type=int, default=200, help="kills of a publish (default 200)")
    parser.add_argument("--trainings", type=int, default=50, help="kills of a training (default 50)")
    options, random = parser.parse_args(), np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        frames = tiny_dataset(Path(folder) / "data")
        models = [pipeline.train(Dataset.from_frames(*frames), "quick", seed, **SETTINGS) for seed in (0, 1)]
        problems = list(killed_publishes(Registry(Path(folder) / "one"), models, options.publishes, random))
        problems += killed_trainings(Registry(Path(folder) / "two"), Path(folder) / "data", options.trainings, random)
    print("\n".join(problems) or "Nothing was lost.")
    return 1 if problems else 0


def tiny_dataset(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ratings and movies of sixty users who love even or odd movies; also written as files for a training."""
    user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(1, 61), np.arange(1, 41)))
    stars = np.where(user % 2 == movie % 2, 4 + (user * movie) % 3 // 2, 1 + (user + movie) % 5 // 4)
    ratings = pd.DataFrame({"user_id": user, "movie_id": movie, "rating": stars})[(user * 7 + movie * 3) % 10 < 7]
    ids = np.arange(1, 41)
    titles = [f"Movie {number} ({1950 + number})" for number in ids]
    movies = pd.DataFrame({"movie_id": ids, "title": titles, "genres": np.where(ids % 2 == 0, "Even", "Odd")})
    folder.mkdir(parents=True)
    renamed = {"user_id": "userId", "movie_id": "movieId"}
    ratings.rename(columns=renamed).to_csv(folder / "ratings.csv", index=False)
    movies.rename(columns=renamed).to_csv(folder / "movies.csv", index=False)
    return ratings, movies


def killed_publishes(
    registry: Registry, models: Sequence[Recommender], kills: int, random: np.random.Generator
) -> Iterator[str]:
    """Kill publishes of two alternating models; one message per problem."""
    expected = {name: all_predictions(model) for name, model in zip("ab", models, strict=True)}
    named = {name: replace(model, manifest={"preset": name}) for name, model in zip("ab", models, strict=True)}
    began = time.monotonic()
    before = registry.publish(named["a"])
    duration = time.monotonic() - began
    for kill in range(kills):
        model = named["ab"[kill % 2]]
        process = start_forked(lambda model=model: registry.publish(model))
        time.sleep(random.uniform(0, 1.3 * duration))
        process.kill()
        process.join()
        versions = set(registry.versions())
        yield from (
            f"publish, kill {kill}: {problem}"
            for problem in (
                *_lock_problems(registry),
                *_model_problems(registry, before, versions, expected),
                *_leftover_files(registry),
            )
        )
        before = registry.load_active().version


def killed_trainings(registry: Registry, data: Path, kills: int, random: np.random.Generator) -> Iterator[str]:
    """Kill trainings of the command line, then let one end; one message per problem."""
    began = time.monotonic()
    _train(registry, data).wait()
    duration = time.monotonic() - began
    before = registry.load_active().version
    expected = {"quick": all_predictions(registry.load_active().recommender)}
    for kill in range(kills):
        process = _train(registry, data)
        time.sleep(random.uniform(0.3, 1.1) * duration)
        process.send_signal(signal.SIGKILL)
        process.wait()
        problems = (
            *_lock_problems(registry),
            *_model_problems(registry, before, set(registry.versions()), expected),
        )
        yield from (f"training, kill {kill}: {problem}" for problem in problems)
        before = registry.load_active().version
    if code := _train(registry, data).wait():
        yield f"the training after the kills ended with code {code}"
    yield from _leftover_files(registry)


def start_forked(action: Callable[[], object]) -> BaseProcess:
    """A started, forked process that runs an action on one thread.

    A fork has none of its parent's threads and would wait for them for ever.
    """

    def single_threaded() -> None:
        with threadpool_limits(1):
            action()

    process = multiprocessing.get_context("fork").Process(target=single_threaded)
    process.start()
    return process


def all_predictions(model: Recommender) -> bytes:
    """Predictions of every movie for every user, as bytes."""
    pairs = pd.DataFrame([(user, movie) for user in model.user_ids for movie in model.movies["movie_id"]])
    return model.predict(pairs.set_axis(["user_id", "movie_id"], axis=1)).to_numpy(np.float64).tobytes()


def _train(registry: Registry, data: Path) -> subprocess.Popen[bytes]:
    options = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    command = [sys.executable, "-m", "recsys", "train", "--data", str(data), "--preset", "quick", *options]
    environment = os.environ | {"RECSYS_MODELS": str(registry.folder)}
    discard = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=discard, stderr=discard)


def _lock_problems(registry: Registry) -> Iterator[str]:
    for lock in (ProcessLock(registry.folder / "registry.lock"), JobFolder.of(registry.folder).lock()):
        if lock.path.parent.exists() and not lock.try_acquire(wait=LOCK_SECONDS):
            yield f"{lock.path.name} was not free after {LOCK_SECONDS} seconds"
        lock.release()


def _model_problems(registry: Registry, before: str, versions: set[str], expected: dict[str, bytes]) -> Iterator[str]:
    """The active version is the one before or the newest, and predicts as expected for its preset."""
    loaded = registry.load_active()
    if loaded.warning:
        yield f"another model is live: {loaded.warning}"
    if loaded.version != before and loaded.version != max(versions):
        yield f"{loaded.version} is live, neither the version before nor the new one"
    if all_predictions(loaded.recommender) != expected[loaded.recommender.manifest["preset"]]:
        yield f"{loaded.version} has changed its predictions"


def _leftover_files(registry: Registry) -> Iterator[str]:
    """Files of no version and no job that survive the cleanup of the next start."""
    registry.remove_stale()
    names = {path.name for path in registry.folder.iterdir()} - REGISTRY_FILES - set(registry.versions())
    jobs = JobFolder.of(registry.folder).folder
    names |= {path.name for path in jobs.glob("*")} - JOB_FILES
    yield from (f"{name} was left behind" for name in sorted(names))


if __name__ == "__main__":
    sys.exit(main())
