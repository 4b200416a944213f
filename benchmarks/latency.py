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
from typing import Any
from urllib.parse import urlsplit

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks.times import Latencies, text_table  # noqa: E402

READY_SECONDS = 300.0
LIMITS = {1: 10.0, 10: 60.0}  # milliseconds at p95, by number of clients


def measure(url: str, count: int, random: np.random.Generator) -> list[Latencies]:
    """POST /predict from one client and from ten, each sending its next request on the response to the last."""
    bodies = request_bodies(url, random)
    measurements = []
    for clients, limit in LIMITS.items():
        for keep_alive in (True, False):
            closed_loop(url, bodies, clients, keep_alive, max(5, count // 10))
            milliseconds = closed_loop(url, bodies, clients, keep_alive, count)
            connection = "keep-alive" if keep_alive else "new connection"
            operation = f"POST /predict, {clients} client(s), {connection}"
            measurements.append(Latencies(operation, milliseconds, limit))
    return measurements


def request_bodies(url: str, random: np.random.Generator, count: int = 50) -> list[bytes]:
    """Bodies that this server accepts: ids drawn from its known range, and tried."""
    client = Client(url, keep_alive=False)
    try:
        known_range = client.get("/api/ready")["known_range"]
    except (OSError, ValueError, KeyError) as error:
        raise SystemExit(f"{url}/api/ready reports no model ({error!r}).") from error
    low, high = np.array([known_range["user_id"], known_range["movie_id"]]).T
    bodies: list[bytes] = []
    for _ in range(100 * count):
        user, movie = random.integers(low, high, endpoint=True).tolist()
        body = json.dumps({"user_id": user, "movie_id": movie}).encode()
        if client.predict(body) == 200:
            bodies.append(body)
        if len(bodies) == count:
            return bodies
    raise SystemExit("The server accepted hardly any request; are its ids very sparse?")


def closed_loop(url: str, bodies: list[bytes], clients: int, keep_alive: bool, count: int) -> np.ndarray:
    """Milliseconds of every request of all clients together, with the time to connect."""

    def run_client(number: int) -> list[float]:
        client, milliseconds = Client(url, keep_alive), []
        for request in range(count):
            began = time.perf_counter()
            status = client.predict(bodies[(number + request) % len(bodies)])
            milliseconds.append(1000 * (time.perf_counter() - began))
            if status != 200:
                raise SystemExit(f"POST /predict answered {status} in the middle of the measurement.")
        return milliseconds

    with ThreadPoolExecutor(clients) as pool:
        return np.concatenate(list(pool.map(run_client, range(clients))))


class Client:
    """A plain HTTP client that keeps its connection as long as the server does, or never."""

    def __init__(self, url: str, keep_alive: bool) -> None:
        self._address = urlsplit(url).netloc
        self._keep_alive = keep_alive
        self._connection: http.client.HTTPConnection | None = None

    def predict(self, body: bytes) -> int:
        """The status of one POST /predict; the response is read to its end."""
        return self._request("POST", "/predict", body, {"Content-Type": "application/json"})[0]

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at a path."""
        return json.loads(self._request("GET", path)[1])

    def _request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._address, timeout=30)
        connection_header = {"Connection": "keep-alive" if self._keep_alive else "close"}
        self._connection.request(method, path, body, {**connection_header, **(headers or {})})
        response = self._connection.getresponse()
        status, content = response.status, response.read()
        if response.will_close or not self._keep_alive:
            self._connection.close()
            self._connection = None
        return status, content


@contextmanager
def app() -> Iterator[str]:
    """The app started on a free port, once a verified model is live: its address."""
    with app_process() as (url, _):
        yield url


@contextmanager
def app_process() -> Iterator[tuple[str, int]]:
    """The app started on a free port, once a verified model is live: its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"server.address": "127.0.0.1", "server.port": port, "server.headless": "true"}
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with tempfile.TemporaryFile() as log:
        environment = os.environ | {"RECSYS_CLIENT_RATE": "0", "RECSYS_TOTAL_RATE": "0"}
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process)
            yield url, process.pid
        finally:
            process.terminate()
            process.wait(30)


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once GET /api/ready reports ready; SystemExit after `READY_SECONDS`."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if Client(url, keep_alive=False).get("/api/ready")["ready"] is True:
                return
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            pass
        time.sleep(0.5)
    raise SystemExit(f"The app at {url} had no model after {READY_SECONDS:g} seconds, or ended.")


def main() -> int:
    """Measure and print the table; the exit code says whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a running app, for example http://127.0.0.1:8501")
    parser.add_argument("--requests", type=int, default=200, help="requests per client (default 200)")
    options = parser.parse_args()
    with nullcontext(options.url) if options.url else app() as url:
        measurements = measure(url, options.requests, np.random.default_rng(0))
    print(text_table(measurements))
    return 0 if all(row.within_limit for row in measurements) else 1


if __name__ == "__main__":
    sys.exit(main())
