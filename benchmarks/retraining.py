"""What a training costs the server beside it: latency during a training, memory over many trainings.

    python -m benchmarks.retraining                 # 20 retrains with the preset quick; needs a trained model
    python -m benchmarks.retraining --retrains 3

Starts the app itself. Every training is a job as the page Train starts it, and publishes a version that the server
then loads. Writes benchmarks/results/retraining.md and retraining.json; ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import result_files
from benchmarks.latency import Client, app_process, request_bodies
from recsys.core.memory import resident_mb
from recsys.training import jobs

P95_RATIO_LIMIT = 2.0  # p95 during a training over p95 without
MEMORY_GROWTH_LIMIT = 1.05  # median memory of the last quarter of retrains over that of the second
REQUESTS = 400  # without a training
PAUSE = 0.05  # seconds between two requests: one visitor, not a flood


def main() -> int:
    """Measure, print and write the results; the exit code says whether both limits are held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--retrains", type=int, default=20)
    options = parser.parse_args()
    with app_process() as (url, server):
        client, bodies = Client(url, keep_alive=True), request_bodies(url, np.random.default_rng(0))
        request_times(client, bodies, for_requests(50))
        idle = request_times(client, bodies, for_requests(REQUESTS))
        during_training, memory = [], [server_memory(server)]
        for number in range(options.retrains):
            jobs.start(preset="quick", seed=number + 1, who="a measurement")
            during_training.append(request_times(client, bodies, lambda: jobs.status().running))
            request_times(client, bodies, for_requests(50))  # the server loads the new version
            memory.append(server_memory(server))
            sys.stderr.write(f"{number + 1}: {jobs.status().state} {jobs.status().version}, {memory[-1]:.0f} MB\n")
    record = summary(idle, np.concatenate(during_training), memory)
    print(result_files.write("retraining", markdown(record), record))
    return 0 if record["p95_ratio"] <= P95_RATIO_LIMIT and record["memory_growth"] <= MEMORY_GROWTH_LIMIT else 1


def server_memory(server: int) -> float:
    """Resident megabytes of the server; SystemExit if its process has ended."""
    memory = resident_mb(server)
    if memory is None:
        raise SystemExit("The server has ended in the middle of the measurement.")
    return memory


def for_requests(count: int) -> Callable[[], bool]:
    """A condition that is true `count` times."""
    remaining = iter(range(count))
    return lambda: next(remaining, None) is not None


def request_times(client: Client, bodies: list[bytes], condition: Callable[[], bool]) -> np.ndarray:
    """Milliseconds of each POST /predict while a condition is true; SystemExit if the status is not 200."""
    milliseconds: list[float] = []
    while condition():
        began = time.perf_counter()
        status = client.predict(bodies[len(milliseconds) % len(bodies)])
        milliseconds.append(1000 * (time.perf_counter() - began))
        if status != 200:
            raise SystemExit(f"POST /predict answered {status} in the middle of the measurement.")
        time.sleep(PAUSE)
    return np.array(milliseconds)


def summary(idle: np.ndarray, during_training: np.ndarray, memory: list[float]) -> dict[str, Any]:
    """Percentiles without and during a training, in milliseconds, their ratio, and the memory in megabytes."""
    quarter = max(1, len(memory) // 4)
    early, late = np.median(memory[quarter : 2 * quarter]), np.median(memory[-quarter:])
    percentiles = {
        name: {f"p{q}": round(float(np.percentile(milliseconds, q)), 2) for q in (50, 95)} | {"n": len(milliseconds)}
        for name, milliseconds in (("no training", idle), ("during a training", during_training))
    }
    p95_ratio = percentiles["during a training"]["p95"] / percentiles["no training"]["p95"]
    return {
        "latency": percentiles,
        "p95_ratio": round(p95_ratio, 2),
        "memory": [round(value) for value in memory],
        "memory_growth": round(float(late / early), 3),
    }


def markdown(record: dict[str, Any]) -> list[str]:
    """The lines of retraining.md."""
    rows = [[name, latency["n"], latency["p50"], latency["p95"]] for name, latency in record["latency"].items()]
    memory = " ".join(str(value) for value in record["memory"])
    return [
        "# Serving during a training",
        "",
        "MovieLens 100K, preset quick; written by `python -m benchmarks.retraining`. POST /predict, milliseconds.",
        "",
        *result_files.markdown_table(["", "requests", "p50", "p95"], rows),
        "",
        f"p95 during a training over p95 without: {record['p95_ratio']} (limit {P95_RATIO_LIMIT}).",
        "",
        f"Memory of the server before and after each of {len(record['memory']) - 1} retrains, MB: {memory}. Median "
        f"of the last quarter over that of the second: {record['memory_growth']} (limit {MEMORY_GROWTH_LIMIT}).",
    ]


if __name__ == "__main__":
    sys.exit(main())
