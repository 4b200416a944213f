"""How training time and memory grow: synthetic ratings with MovieLens-like skew at 100K, 300K and 1M.

    python benchmarks/growth.py                          # both presets; trains only what is missing
    python benchmarks/growth.py --presets quick --sizes 100000 300000
    python benchmarks/growth.py --busy                   # on a busy machine: keeps the last table's times

Each training runs alone, in a process of its own, and is cached under benchmarks/.kept until the code of the model
changes. Prints and writes benchmarks/results/growth.md and growth.json from all cached trainings: seconds, megabytes
and the exponent of each (the slope in logarithms: 1 is proportional). A preset that was measured at every size also
goes to recsys/training/costs.json, from which the app estimates the cost of a training.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks import result_files, run_cache  # noqa: E402
from recsys.config import PRESET_NAMES  # noqa: E402
from recsys.data import Dataset  # noqa: E402
from recsys.training.cost_estimates import COSTS  # noqa: E402

MOVIES = {100_000: 1700, 300_000: 2500, 1_000_000: 3700}
USERS = {100_000: 943, 300_000: 2200, 1_000_000: 6040}
GENRES = ("Action", "Comedy", "Crime", "Drama", "Horror", "Romance", "Sci-Fi", "Thriller")
FACTORS = 6
LEAST_RATINGS = 20  # of each user, as in MovieLens
SKEW = 5.0  # in logarithms, from the most to the least rated movie: near MovieLens's deciles
SEED = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every size and preset, then write the table."""
    options = option_parser().parse_args(arguments)
    if options.one:
        print(json.dumps(measure(int(options.one[0]), options.one[1])))
        return 0
    rows = []
    for preset, size in product(PRESET_NAMES, MOVIES):
        path = run_cache.folder() / f"growth-{preset}-{size}-{options.threads}-{run_cache.source_digest()}.json"
        if preset in options.presets and size in options.sizes and not path.exists():
            path.write_text(json.dumps(_in_own_process(size, preset, options.threads)), encoding="utf-8")
        if path.exists():
            row = {"preset": preset, "ratings": size} | json.loads(path.read_text(encoding="utf-8"))
            rows.append(row | (_previous_times(preset, size) if options.busy else {}))
    record = {"threads": options.threads, "rows": rows, "exponents": exponents(rows)}
    update_costs(rows)
    print(result_files.write("growth", markdown(record), record))
    return 0


def _previous_times(preset: str, size: int) -> dict[str, float]:
    """The times in the present table: on a busy machine only memory can be measured again."""
    rows = json.loads((result_files.FOLDER / "growth.json").read_text(encoding="utf-8"))["rows"]
    row = next(row for row in rows if (row["preset"], row["ratings"]) == (preset, size))
    return {name: row[name] for name in ("seconds", "processor_seconds")}


def update_costs(rows: Sequence[dict[str, Any]]) -> None:
    """Update costs.json, the basis of the app's cost estimates, for each preset that was measured at every size."""
    costs = json.loads(COSTS.read_text(encoding="utf-8"))
    for preset in PRESET_NAMES:
        preset_rows = [row for row in rows if row["preset"] == preset]
        if len(preset_rows) == len(MOVIES):
            costs[preset] = {
                "ratings": [row["rows"] for row in preset_rows],
                "seconds": [round(row["seconds"], 1) for row in preset_rows],
                "processor_seconds": [round(row["processor_seconds"], 1) for row in preset_rows],
                "megabytes": [round(row["peak_megabytes"]) for row in preset_rows],
            }
    COSTS.write_text(json.dumps(costs, indent=1) + "\n", encoding="utf-8")


def option_parser() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", nargs="+", type=int, choices=list(MOVIES), default=list(MOVIES))
    parser.add_argument("--presets", nargs="+", choices=PRESET_NAMES, default=PRESET_NAMES)
    parser.add_argument("--busy", action="store_true", help="keep the times of the last table, measure only memory")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", nargs=2, metavar=("SIZE", "PRESET"), help=argparse.SUPPRESS)
    return parser


def measure(size: int, preset: str) -> dict[str, float | None]:
    """Seconds and private megabytes (`memory.own_mb`) of one training in this process; None where unknown."""
    import recsys
    from recsys.core.memory import own_mb, peak_own_mb, return_freed_memory

    return_freed_memory()  # as the command line does
    dataset = synthetic_dataset(size)
    before, wall, processor = own_mb(os.getpid()), time.perf_counter(), time.process_time()
    recsys.train(dataset, preset=preset, seed=SEED)
    return {
        "rows": len(dataset.ratings),
        "seconds": time.perf_counter() - wall,
        "processor_seconds": time.process_time() - processor,
        "peak_megabytes": peak_own_mb(),
        "megabytes_before": before,
    }


def synthetic_dataset(size: int) -> Dataset:
    """About `size` ratings: skewed activity of users and popularity of movies, tastes with latent factors."""
    random = np.random.default_rng(SEED)
    users, movies = USERS[size], MOVIES[size]
    activity = random.lognormal(0, 1, users)
    lengths = LEAST_RATINGS + (size - LEAST_RATINGS * users) * activity / activity.sum()
    lengths = np.minimum(lengths, movies // 2).astype(int)
    log_popularity = -SKEW * np.arange(movies) / movies
    movies_of_user = [np.argpartition(-(log_popularity + random.gumbel(size=movies)), n)[:n] for n in lengths]
    user, movie = np.repeat(np.arange(users), lengths), np.concatenate(movies_of_user)
    ratings = {"user_id": user + 1, "movie_id": movie + 1, "rating": _stars(user, movie, users, movies, random)}
    times = 900_000_000 + random.integers(0, 20_000_000, len(user))
    return Dataset.from_frames(
        pd.DataFrame(ratings | {"timestamp": times}),
        _movies(movies, random),
        _users(users, random),
        f"synthetic {size}",
    )


def _stars(user: np.ndarray, movie: np.ndarray, users: int, movies: int, random: np.random.Generator) -> np.ndarray:
    user_factors, movie_factors = random.normal(0, 0.4, (users, FACTORS)), random.normal(0, 0.4, (movies, FACTORS))
    affinity = (user_factors[user] * movie_factors[movie]).sum(1) + random.normal(0, 0.4, users)[user]
    expected = 3.6 + affinity + random.normal(0, 0.5, movies)[movie] + random.normal(0, 0.9, len(user))
    return np.clip(np.round(expected), 1, 5)


def _movies(count: int, random: np.random.Generator) -> pd.DataFrame:
    years = random.integers(1930, 1998, count)
    genres = ["|".join(sorted(random.choice(GENRES, random.integers(1, 4), replace=False))) for _ in range(count)]
    return pd.DataFrame(
        {
            "movie_id": np.arange(count) + 1,
            "title": [f"Movie {number} ({year})" for number, year in enumerate(years, 1)],
            "year": years.astype(float),
            "release_date": [f"{year}-01-01" for year in years],
            "genres": genres,
        }
    )


def _users(count: int, random: np.random.Generator) -> pd.DataFrame:
    occupations = np.array(["artist", "doctor", "engineer", "student", "writer"])
    return pd.DataFrame(
        {
            "user_id": np.arange(count) + 1,
            "gender": random.choice(["F", "M"], count, p=[0.3, 0.7]),
            "age": random.integers(12, 75, count).astype(float),
            "occupation": random.choice(occupations, count),
        }
    )


def exponents(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The slope of log(measure) over log(ratings) by preset; memory in total, and above the memory of the data."""
    slopes = {}
    for preset in dict.fromkeys(row["preset"] for row in rows):
        table = pd.DataFrame([row for row in rows if row["preset"] == preset])
        table["megabytes_above"] = table["peak_megabytes"] - table["megabytes_before"]
        if len(table) > 1:
            names = ("seconds", "processor_seconds", "peak_megabytes", "megabytes_above")
            sizes = np.log(table["rows"])
            slopes[preset] = {name: float(np.polyfit(sizes, np.log(table[name]), 1)[0]) for name in names}
    return slopes


def markdown(record: dict[str, Any]) -> list[str]:
    """The lines of growth.md."""
    header = ["preset", "ratings", "seconds", "processor seconds", "peak, MB", "above the data's, MB"]
    rows = []
    for row in record["rows"]:
        memory = row["peak_megabytes"], row["peak_megabytes"] - row["megabytes_before"]
        costs = [f"{row[name]:.1f}" for name in ("seconds", "processor_seconds")]
        rows.append([row["preset"], f"{row['rows']:,}", *costs, *(f"{size:.0f}" for size in memory)])
    setup = f"Synthetic ratings; written by `python benchmarks/growth.py`. {record['threads']} threads."
    lines = [
        "# Training time and memory by size of the data",
        "",
        setup,
        "",
        *result_files.markdown_table(header, rows),
    ]
    for preset, slopes in record["exponents"].items():
        slope = ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in slopes.items())
        lines += ["", f"Exponents of {preset} (1 is proportional): {slope}."]
    return lines


def _in_own_process(size: int, preset: str, threads: int) -> dict[str, float]:
    limits = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
    command = [sys.executable, __file__, "--one", str(size), preset]
    process = subprocess.run(command, cwd=REPOSITORY, env=os.environ | limits, stdout=subprocess.PIPE, check=True)
    return json.loads(process.stdout.decode().splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
