"""How long one prediction takes over HTTP, for one client and for ten closed-loop clients.

    python benchmarks/latency.py                                # starts the app itself on a free port
    python benchmarks/latency.py --url http://127.0.0.1:8501    # measures a running one

Needs a trained model (`python -m recsys train`); `serving.py` measures without a server. Ends with code 1 when a limit
is not held.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks.times import Measured, table  # noqa: E402

READY_SECONDS = 300.0
LIMITS = {1: 10.0, 10: 60.0}  # milliseconds at p95, by number of clients


def over_http(url: str, count: int, random: np.random.Generator) -> list[Measured]:
    """POST /predict by one client and by ten at once, each asking again as soon as it has its answer."""
    bodies = questions(url, random)
    measured = []
    for clients, limit in LIMITS.items():
        for keep_alive in (True, False):
            demographic_lift(url, bodies, clients, keep_alive, max(5, count // 10))
            times = demographic_lift(url, bodies, clients, keep_alive, count)
            manner = "keep-alive" if keep_alive else "new connection"
            measured.append(Measured(f"POST /predict, {clients} client(s), {manner}", times, limit))
    return measured


def questions(url: str, random: np.random.Generator, wanted: int = 50) -> list[bytes]:
    """Bodies that this server answers: ids drawn from its known range, and tried."""
    client = Client(url, keep_alive=False)
    try:
        known = client.get("/api/ready")["known_range"]
    except (OSError, ValueError, KeyError) as error:
        raise SystemExit(f"{url}/api/ready does not say that a model answers ({error!r}).") from error
    low, high = np.array([known["user_id"], known["movie_id"]]).T
    bodies: list[bytes] = []
    for _ in range(100 * wanted):
        user, movie = random.integers(low, high, endpoint=True).tolist()
        body = json.dumps({"user_id": user, "movie_id": movie}).encode()
        if client.predict(body) == 200:
            bodies.append(body)
        if len(bodies) == wanted:
            return bodies
    raise SystemExit("The server answered hardly any question; are its ids very sparse?")


def demographic_lift(url: str, bodies: list[bytes], clients: int, keep_alive: bool, count: int) -> np.ndarray:
    """Milliseconds of every request of all clients together, connecting included."""

    def one(number: int) -> list[float]:
        client, times = Client(url, keep_alive), []
        for exclusive in range(count):
            began = time.perf_counter()
            status = client.predict(bodies[(number + exclusive) % len(bodies)])
            times.append(1000 * (time.perf_counter() - began))
            if status != 200:
                raise SystemExit(f"POST /predict answered {status} in the middle of the measurement.")
        return times

    with ThreadPoolExecutor(clients) as pool:
        return np.concatenate(list(pool.map(one, range(clients))))


class Client:
    """A plain HTTP client, which keeps its connection as long as the server does, or never."""

    def __init__(self, url: str, keep_alive: bool) -> None:
        self._address = urlsplit(url).netloc
        self._keep_alive = keep_alive
        self._connection: http.client.HTTPConnection | None = None

    def predict(self, body: bytes) -> int:
        """The status of one POST /predict, its answer read to the end."""
        return self._ask("POST", "/predict", body, {"Content-Type": "application/json"})[0]

    def get(self, path: str) -> dict:
        """The JSON object at a path."""
        return json.loads(self._ask("GET", path)[1])

    def _ask(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None):
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._address, timeout=30)
        manner = {"Connection": "keep-alive" if self._keep_alive else "close"}
        self._connection.request(method, path, body, {**manner, **(headers or {})})
        response = self._connection.getresponse()
        found = response.status, response.read()
        if response.will_close or not self._keep_alive:
            self._connection.close()
            self._connection = None
        return found


@contextmanager
def app() -> Iterator[str]:
    """The address of the app, started on a free port of this machine until a verified model answers."""
    with started() as (url, _):
        yield url


@contextmanager
def started() -> Iterator[tuple[str, int]]:
    """The same, and the number of the server's process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"server.address": "127.0.0.1", "server.port": port, "server.headless": "true"}
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with tempfile.TemporaryFile() as log:
        unlimited = os.environ | {"RECSYS_CLIENT_RATE": "0", "RECSYS_TOTAL_RATE": "0"}
        process = subprocess.Popen(command, cwd=REPOSITORY, env=unlimited, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process)
            yield url, process.pid
        finally:
            process.terminate()
            process.wait(30)


def wait_until_ready(url: str, process: subprocess.Popen) -> None:
    """Return once GET /api/ready says so."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if Client(url, keep_alive=False).get("/api/ready")["ready"] is True:
                return
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            pass
        time.sleep(0.5)
    raise SystemExit(f"The app at {url} had no model after {READY_SECONDS:g} seconds, or ended.")


def main() -> int:
    """Measure, print the table, and say by the exit code whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a running app, for example http://127.0.0.1:8501")
    parser.add_argument("--requests", type=int, default=200, help="requests per client (default 200)")
    chosen = parser.parse_args()
    with nullcontext(chosen.url) if chosen.url else app() as url:
        measured = over_http(url, chosen.requests, np.random.default_rng(0))
    print(table(measured))
    return 0 if all(row.held for row in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
