"""Latency of a bundle in process: loading, one prediction, every movie for one user, a list, an explanation.

    python benchmarks/serving.py                     # both presets; trains them once and caches them
    python benchmarks/serving.py --presets quick

Prints and writes benchmarks/results/serving.md and serving.json. Libraries are imported before the clocks start, and
one call in ten is a warm-up. Everything runs in a second thread, as in pages and routes, and also for the user with the
most ratings. Ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

import recsys  # noqa: E402
from benchmarks import result_files, run_cache  # noqa: E402
from benchmarks.times import Latencies, text_table, timed  # noqa: E402
from recsys.config import PRESET_NAMES  # noqa: E402
from recsys.registry import bundle  # noqa: E402

LOAD_LIMIT, ONE_MOVIE_LIMIT, CATALOGUE_LIMIT = 500.0, 5.0, 60.0  # milliseconds at p95
LOADS, PREDICTIONS, USERS, CALLS_PER_USER = 10, 300, 100, 50
# Milliseconds at p95 of a prediction, a list and an explanation, for the most active user and for a typical one.
MOST_ACTIVE_LIMITS, TYPICAL_LIMITS, TYPICAL_RATINGS = (20.0, 40.0, 150.0), (3.0, 8.0, 15.0), 39
NEWCOMER_RATINGS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every preset, then write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--presets", nargs="+", choices=PRESET_NAMES, default=PRESET_NAMES)
    options = parser.parse_args(arguments)
    with ThreadPoolExecutor(1) as second:
        measurements = {preset: second.submit(measure, trained_bundle(preset)).result() for preset in options.presets}
    write(measurements)
    print("\n\n".join(f"{preset}\n{text_table(rows)}" for preset, rows in measurements.items()))
    return 0 if all(row.within_limit for rows in measurements.values() for row in rows) else 1


def trained_bundle(preset: str) -> Path:
    """The bundle of a preset on all ratings, trained unless cached."""
    folder = run_cache.folder() / f"bundle-{preset}-{bundle.FORMAT}-{run_cache.source_digest()}"
    if not folder.exists():
        recsys.save(recsys.train(recsys.load_dataset("ml-100k"), preset), folder)
    return folder


def measure(folder: Path) -> list[Latencies]:
    """Every operation of a bundle, in the calling thread."""
    random = np.random.default_rng(0)
    model = bundle.load(folder)
    ids = model.movies["movie_id"].to_numpy()
    counts = model.interactions.counts
    users = random.choice(model.user_ids, PREDICTIONS)
    pairs = [pd.DataFrame({"user_id": [user], "movie_id": random.choice(ids, 1)}) for user in users]
    catalogues = [pd.DataFrame({"user_id": user, "movie_id": ids}) for user in users[:USERS]]
    draws = [random.choice(ids, NEWCOMER_RATINGS + 1, replace=False).tolist() for _ in users]
    newcomers = [(dict.fromkeys(movies[1:], model.stars[-1]), movies[:1]) for movies in draws]
    return [
        Latencies("load the bundle", timed([lambda: bundle.load(folder)] * LOADS), LOAD_LIMIT),
        Latencies("one movie, known user", timed([lambda p=p: model.predict(p) for p in pairs]), ONE_MOVIE_LIMIT),
        Latencies(
            f"one movie, newcomer with {NEWCOMER_RATINGS} ratings",
            timed([lambda h=h, m=m: model.predict(movie_ids=m, history=h) for h, m in newcomers]),
            ONE_MOVIE_LIMIT,
        ),
        Latencies(
            f"{len(ids):,} movies, known user",
            timed([lambda p=p: model.predict(p) for p in catalogues]),
            CATALOGUE_LIMIT,
        ),
        *measure_user(model, int(counts.argmax()), MOST_ACTIVE_LIMITS, random),
        *measure_user(model, int(np.abs(counts - TYPICAL_RATINGS).argmin()), TYPICAL_LIMITS, random),
    ]


def measure_user(
    model: recsys.Recommender, row: int, limits: Sequence[float], random: np.random.Generator
) -> list[Latencies]:
    """A prediction, a list and an explanation of one user, again and again, for random movies."""
    user, ratings = int(model.user_ids[row]), int(model.interactions.counts[row])
    movies = random.choice(model.movies["movie_id"].to_numpy(), CALLS_PER_USER)
    calls: dict[str, Callable[[int], object]] = {
        "one movie": lambda movie: model.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]})),
        "a list of ten": lambda movie: model.recommend(user),
        "one explanation": lambda movie: model.explain(user, movie_id=movie),
    }
    times = {operation: timed([partial(call, movie) for movie in movies.tolist()]) for operation, call in calls.items()}
    return [
        Latencies(f"{operation}, user with {ratings} ratings", milliseconds, limit)
        for (operation, milliseconds), limit in zip(times.items(), limits, strict=True)
    ]


def write(measurements: dict[str, list[Latencies]]) -> None:
    """Write serving.json and serving.md."""
    record = {preset: [_record(row) for row in rows] for preset, rows in measurements.items()}
    rows = [
        [preset, row["operation"], row["calls"], f"{row['p50']:.1f}", f"{row['p95']:.1f}", f"{row['limit']:.0f}"]
        for preset, rows in record.items()
        for row in rows
    ]
    environment = (
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores."
    )
    lines = [
        "# Latency in process",
        "",
        "MovieLens 100K; written by `python benchmarks/serving.py`. Milliseconds, in a second thread. " + environment,
        "",
        *result_files.markdown_table(["preset", "operation", "calls", "p50", "p95", "limit at p95"], rows),
    ]
    result_files.write("serving", lines, record)


def _record(row: Latencies) -> dict[str, Any]:
    percentiles = {"p50": round(row.p50, 2), "p95": round(row.p95, 2)}
    limit = {"limit": row.limit, "within_limit": row.within_limit}
    return {"operation": row.operation, "calls": len(row.milliseconds), **percentiles, **limit}


if __name__ == "__main__":
    sys.exit(main())
