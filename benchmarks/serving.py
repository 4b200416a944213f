"""How fast a trained bundle answers in process: loading it, one prediction, every movie for one user, a list, reasons.

    python benchmarks/serving.py                     # both presets; trains them once and keeps them
    python benchmarks/serving.py --presets quick

Prints and writes benchmarks/results/serving.md and serving.json. Libraries are imported before the clocks start, and
one call in ten is made beforehand. Everything is measured in a second thread, as pages and routes answer, and for the
user with the most ratings too. Ends with code 1 when a limit is not held.
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
from benchmarks import kept, sheet  # noqa: E402
from benchmarks.times import Measured, table, timed  # noqa: E402
from recsys.config import PRESET_NAMES  # noqa: E402
from recsys.registry import bundle  # noqa: E402

LOAD, ONE, ALL = 500.0, 5.0, 60.0  # milliseconds at p95
LOADS, PREDICTIONS, USERS, ASKED = 10, 300, 100, 50
# Milliseconds at p95 to predict, to list and to explain, for the heaviest user and for one with about so many ratings.
HEAVIEST, COMMON, COMMON_RATINGS = (20.0, 40.0, 150.0), (3.0, 8.0, 15.0), 39
GIVEN = 10  # ratings of a newcomer


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every preset, then write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--presets", nargs="+", choices=PRESET_NAMES, default=PRESET_NAMES)
    asked = parser.parse_args(arguments)
    with ThreadPoolExecutor(1) as second:
        found = {preset: second.submit(measure, trained(preset)).result() for preset in asked.presets}
    write(found)
    print("\n\n".join(f"{preset}\n{table(rows)}" for preset, rows in found.items()))
    return 0 if all(row.held for rows in found.values() for row in rows) else 1


def trained(preset: str) -> Path:
    """The bundle of a preset on all ratings, trained unless it is kept."""
    folder = kept.home() / f"bundle-{preset}-{bundle.FORMAT}-{kept.our_source()}"
    if not folder.exists():
        recsys.save(recsys.train(recsys.load_dataset("ml-100k"), preset), folder)
    return folder


def measure(folder: Path) -> list[Measured]:
    """Every way of asking a bundle, in the calling thread."""
    random = np.random.default_rng(0)
    model = bundle.load(folder)
    ids = model.movies["movie_id"].to_numpy()
    counts = model.interactions.counts
    users = random.choice(model.user_ids, PREDICTIONS)
    pairs = [pd.DataFrame({"user_id": [user], "movie_id": random.choice(ids, 1)}) for user in users]
    whole = [pd.DataFrame({"user_id": user, "movie_id": ids}) for user in users[:USERS]]
    given = [random.choice(ids, GIVEN + 1, replace=False).tolist() for _ in users]
    new = [(dict.fromkeys(movies[1:], model.stars[-1]), movies[:1]) for movies in given]
    return [
        Measured("load the bundle", timed([lambda: bundle.load(folder)] * LOADS), LOAD),
        Measured("one movie, known user", timed([lambda p=p: model.predict(p) for p in pairs]), ONE),
        Measured(
            f"one movie, newcomer with {GIVEN} ratings",
            timed([lambda h=h, m=m: model.predict(movie_ids=m, history=h) for h, m in new]),
            ONE,
        ),
        Measured(f"{len(ids):,} movies, known user", timed([lambda p=p: model.predict(p) for p in whole]), ALL),
        *of_user(model, int(counts.argmax()), HEAVIEST, random),
        *of_user(model, int(np.abs(counts - COMMON_RATINGS).argmin()), COMMON, random),
    ]


def of_user(
    model: recsys.Recommender, row: int, limits: Sequence[float], random: np.random.Generator
) -> list[Measured]:
    """One user asked again and again: a prediction, a list, an explanation, each of random movies."""
    user, ratings = int(model.user_ids[row]), int(model.interactions.counts[row])
    movies = random.choice(model.movies["movie_id"].to_numpy(), ASKED)
    calls: dict[str, Callable[[int], object]] = {
        "one movie": lambda movie: model.predict(pd.DataFrame({"user_id": [user], "movie_id": [movie]})),
        "a list of ten": lambda movie: model.recommend(user),
        "one explanation": lambda movie: model.explain(user, movie_id=movie),
    }
    times = {what: timed([partial(call, movie) for movie in movies.tolist()]) for what, call in calls.items()}
    return [
        Measured(f"{what}, user with {ratings} ratings", took, limit)
        for (what, took), limit in zip(times.items(), limits, strict=True)
    ]


def write(found: dict[str, list[Measured]]) -> None:
    """serving.json and serving.md."""
    told = {preset: [_numbers(row) for row in rows] for preset, rows in found.items()}
    rows = [
        [preset, row["what"], row["calls"], f"{row['p50']:.1f}", f"{row['p95']:.1f}", f"{row['limit']:.0f}"]
        for preset, rows in told.items()
        for row in rows
    ]
    about = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores."
    lines = [
        "# Answering in process",
        "",
        "MovieLens 100K; written by `python benchmarks/serving.py`. Milliseconds, in a second thread. " + about,
        "",
        *sheet.table(["preset", "what", "calls", "p50", "p95", "limit at p95"], rows),
    ]
    sheet.write("serving", lines, told)


def _numbers(row: Measured) -> dict[str, Any]:
    times = {"p50": round(row.middle, 2), "p95": round(row.high, 2)}
    return {"what": row.what, "calls": len(row.times), **times, "limit": row.limit, "held": row.held}


if __name__ == "__main__":
    sys.exit(main())
