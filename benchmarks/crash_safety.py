"""SIGKILL at random moments of publishing and of training: does the shelf ever lose a model?

    python -m benchmarks.kills [--publishes 200] [--trainings 50]

On a tiny world, in a folder of its own; prints what broke and writes nothing. Ends with code 1 when anything did.
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
LASTING = {"active.json", "journal.jsonl", "registry.lock", "jobs", "pinned"}  # beside the versions
JOB_FILES = {"status.json", "log.txt", "running.lock", "exclusive.lock"}


def main() -> int:
    """Kill, look, print; the exit code says whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--publishes", type=int, default=200, help="kills of a publish (default 200)")
    parser.add_argument("--trainings", type=int, default=50, help="kills of a training (default 50)")
    given, random = parser.parse_args(), np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        data = world(Path(folder) / "data")
        models = [pipeline.train(Dataset.from_frames(*data), "quick", seed, **SETTINGS) for seed in (0, 1)]
        problems = list(publishes(Registry(Path(folder) / "one"), models, given.publishes, random))
        problems += trainings(Registry(Path(folder) / "two"), Path(folder) / "data", given.trainings, random)
    print("\n".join(problems) or "Nothing was lost.")
    return 1 if problems else 0


def world(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sixty people who love even or odd movies; also written as files that a training can read."""
    user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(1, 61), np.arange(1, 41)))
    stars = np.where(user % 2 == movie % 2, 4 + (user * movie) % 3 // 2, 1 + (user + movie) % 5 // 4)
    ratings = pd.DataFrame({"user_id": user, "movie_id": movie, "rating": stars})[(user * 7 + movie * 3) % 10 < 7]
    ids = np.arange(1, 41)
    names = [f"Movie {number} ({1950 + number})" for number in ids]
    movies = pd.DataFrame({"movie_id": ids, "title": names, "genres": np.where(ids % 2 == 0, "Even", "Odd")})
    folder.mkdir(parents=True)
    renamed = {"user_id": "userId", "movie_id": "movieId"}
    ratings.rename(columns=renamed).to_csv(folder / "ratings.csv", index=False)
    movies.rename(columns=renamed).to_csv(folder / "movies.csv", index=False)
    return ratings, movies


def publishes(
    registry: Registry, models: Sequence[Recommender], kills: int, random: np.random.Generator
) -> Iterator[str]:
    """Kill a publish of one of two models again and again; a sentence for each thing that is not as it must be."""
    said = {name: answers(model) for name, model in zip("ab", models, strict=True)}
    named = {name: replace(model, manifest={"preset": name}) for name, model in zip("ab", models, strict=True)}
    began = time.monotonic()
    before = registry.publish(named["a"])
    longest = time.monotonic() - began
    for kill in range(kills):
        model = named["ab"[kill % 2]]
        process = forked(lambda model=model: registry.publish(model))
        time.sleep(random.uniform(0, 1.3 * longest))
        process.kill()
        process.join()
        started = set(registry.versions())
        for problem in (*_locks(registry), *_answer(registry, before, started, said), *_rubbish(registry)):
            yield f"publish, kill {kill}: {problem}"
        before = registry.load_active().version


def trainings(registry: Registry, data: Path, kills: int, random: np.random.Generator) -> Iterator[str]:
    """Kill the command's training again and again, then let one end; a sentence for each thing that is wrong."""
    began = time.monotonic()
    _train(registry, data).wait()
    longest = time.monotonic() - began
    before = registry.load_active().version
    said = {"quick": answers(registry.load_active().recommender)}
    for kill in range(kills):
        process = _train(registry, data)
        time.sleep(random.uniform(0.3, 1.1) * longest)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = (*_locks(registry), *_answer(registry, before, set(registry.versions()), said))
        yield from (f"training, kill {kill}: {problem}" for problem in found)
        before = registry.load_active().version
    if code := _train(registry, data).wait():
        yield f"the training after the kills ended with code {code}"
    yield from _rubbish(registry)


def forked(act: Callable[[], object]) -> multiprocessing.process.BaseProcess:
    """A started process that acts on one thread: a fork has none of its parent's, and would wait for them for ever."""

    def alone() -> None:
        with threadpool_limits(1):
            act()

    process = multiprocessing.get_context("fork").Process(target=alone)
    process.start()
    return process


def answers(model: Recommender) -> bytes:
    """What a model says of everybody and everything, to the last bit."""
    pairs = pd.DataFrame([(user, movie) for user in model.user_ids for movie in model.movies["movie_id"]])
    return model.predict(pairs.set_axis(["user_id", "movie_id"], axis=1)).to_numpy(np.float64).tobytes()


def _train(registry: Registry, data: Path) -> subprocess.Popen[bytes]:
    options = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    command = [sys.executable, "-m", "recsys", "train", "--data", str(data), "--preset", "quick", *options]
    environment = os.environ | {"RECSYS_MODELS": str(registry.folder)}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=quiet, stderr=quiet)


def _locks(registry: Registry) -> Iterator[str]:
    for lock in (ProcessLock(registry.folder / "registry.lock"), JobFolder.of(registry.folder).lock()):
        if lock.path.parent.exists() and not lock.try_acquire(wait=LOCK_SECONDS):
            yield f"{lock.path.name} was not free after {LOCK_SECONDS} seconds"
        lock.release()


def _answer(registry: Registry, before: str, versions: set[str], said: dict[str, bytes]) -> Iterator[str]:
    loaded = registry.load_active()
    if loaded.warning:
        yield f"another model answers: {loaded.warning}"
    if loaded.version != before and loaded.version != max(versions):
        yield f"{loaded.version} answers, neither the one before nor the new one"
    if answers(loaded.recommender) != said[loaded.recommender.manifest["preset"]]:
        yield f"{loaded.version} answers otherwise than it did"


def _rubbish(registry: Registry) -> Iterator[str]:
    """What is left in the folder after the next start, and belongs to nothing."""
    registry.remove_stale()
    found = {path.name for path in registry.folder.iterdir()} - LASTING - set(registry.versions())
    jobs = JobFolder.of(registry.folder).folder
    found |= {path.name for path in jobs.glob("*")} - JOB_FILES
    yield from (f"{name} was left behind" for name in sorted(found))


if __name__ == "__main__":
    sys.exit(main())
