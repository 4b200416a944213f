"""What retraining costs the server that answers meanwhile: latency beside a training, memory over many of them.

    python -m benchmarks.retraining                 # 20 retrains with the preset quick; needs a trained model
    python -m benchmarks.retraining --retrains 3

Starts the app itself. Every training is a job as the page Train starts it, and publishes a version that the server
changes over to. Writes benchmarks/results/retraining.md and retraining.json; ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks import sheet
from benchmarks.latency import Client, questions, started
from recsys.core.memory import resident_mb
from recsys.training import jobs

SLOWER = 2.0  # at most: p95 beside a training, over that at rest
GROWTH = 1.05  # at most: median memory of the last quarter of retrains, over that of the second
REQUESTS = 400  # at rest
PAUSE = 0.05  # seconds between two requests: somebody who uses the page, not a flood


def main() -> int:
    """Measure, write the page, and say by the exit code whether both limits are held."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--retrains", type=int, default=20)
    asked = parser.parse_args()
    with started() as (url, server):
        client, bodies = Client(url, keep_alive=True), questions(url, np.random.default_rng(0))
        answers(client, bodies, counted(50))
        rest = answers(client, bodies, counted(REQUESTS))
        beside, memory = [], [resident_mb(server)]
        for number in range(asked.retrains):
            jobs.start(preset="quick", seed=number + 1, who="a measurement")
            beside.append(answers(client, bodies, lambda: jobs.status().running))
            answers(client, bodies, counted(50))  # by now the new version answers
            memory.append(resident_mb(server))
            sys.stderr.write(f"{number + 1}: {jobs.status().state} {jobs.status().version}, {memory[-1]:.0f} MB\n")
    found = summary(rest, np.concatenate(beside), memory)
    sheet.write("retraining", page(found), found)
    print("\n".join(page(found)))
    return 0 if found["slower"] <= SLOWER and found["growth"] <= GROWTH else 1


def counted(count: int) -> Callable[[], bool]:
    """True so many times."""
    left = iter(range(count))
    return lambda: next(left, None) is not None


def answers(client: Client, bodies: list[bytes], going_on: Callable[[], bool]) -> np.ndarray:
    """Milliseconds of each POST /predict while it goes on. SystemExit for an answer that is none."""
    times: list[float] = []
    while going_on():
        began = time.perf_counter()
        status = client.predict(bodies[len(times) % len(bodies)])
        times.append(1000 * (time.perf_counter() - began))
        if status != 200:
            raise SystemExit(f"POST /predict answered {status} in the middle of the measurement.")
        time.sleep(PAUSE)
    return np.array(times)


def summary(rest: np.ndarray, beside: np.ndarray, memory: list[float]) -> dict:
    """Percentiles at rest and beside trainings, their ratio, and how the memory went."""
    quarter = max(1, len(memory) // 4)
    early, late = np.median(memory[quarter : 2 * quarter]), np.median(memory[-quarter:])
    percentiles = {
        name: {f"p{at}": round(float(np.percentile(times, at)), 2) for at in (50, 95)} | {"n": len(times)}
        for name, times in (("at rest", rest), ("beside a training", beside))
    }
    slower = percentiles["beside a training"]["p95"] / percentiles["at rest"]["p95"]
    return {
        "latency": percentiles,
        "slower": round(slower, 2),
        "memory": [round(value) for value in memory],
        "growth": round(float(late / early), 3),
    }


def page(found: dict) -> list[str]:
    """As Markdown."""
    rows = [[name, told["n"], told["p50"], told["p95"]] for name, told in found["latency"].items()]
    told = " ".join(str(value) for value in found["memory"])
    return [
        "# Retraining beside the answers",
        "",
        "MovieLens 100K, preset quick; written by `python -m benchmarks.retraining`. POST /predict, milliseconds.",
        "",
        *sheet.table(["", "requests", "p50", "p95"], rows),
        "",
        f"p95 beside a training over that at rest: {found['slower']} (at most {SLOWER}).",
        "",
        f"Memory of the server before and after each of {len(found['memory']) - 1} retrains, MB: {told}. The last "
        f"quarter over the second: {found['growth']} (at most {GROWTH}).",
    ]


if __name__ == "__main__":
    sys.exit(main())
