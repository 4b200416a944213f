"""A download with a deadline: refused fails at once, silent or slow within seconds, name lookup included."""

from __future__ import annotations

import http.client
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from recsys.errors import SourceError, shown


@dataclass(frozen=True)
class Patience:
    """How long to wait: within every `window` seconds at least `least` bytes must come, all within `total`."""

    window: float = 8.0
    least: int = 128 * 1024
    total: float = 300.0
    largest: int = 32 * 2**20


def fetch(
    url: str, patience: Patience | None = None, report: Callable[[int, int], None] | None = None
) -> bytes:
    """The bytes at a URL; `report(received, expected or 0)` is called as they come.

    The transfer runs in a daemon thread, because no socket timeout covers the lookup of a name.
    Raises SourceError with the reason as a sentence.
    """
    patience = patience or Patience()
    arrived: queue.Queue[object] = queue.Queue()
    abandoned = threading.Event()
    worker = threading.Thread(
        target=_transfer, args=(url, patience, arrived, abandoned), daemon=True, name="download"
    )
    worker.start()
    try:
        return _collect(arrived, patience, report or (lambda received, expected: None))
    finally:
        abandoned.set()


def _transfer(url: str, patience: Patience, arrived: queue.Queue[object], abandoned: threading.Event) -> None:
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "movie-recommender"})
        with urllib.request.urlopen(request, timeout=patience.window) as answer:
            arrived.put(int(answer.headers.get("Content-Length") or 0))
            while not abandoned.is_set() and (chunk := answer.read1(64 * 1024)):
                arrived.put(chunk)
        arrived.put(None)
    except Exception as problem:  # whatever goes wrong in the thread is told to the one who waits
        arrived.put(problem)


def _collect(arrived: queue.Queue[object], patience: Patience, report: Callable[[int, int], None]) -> bytes:
    began = opened = time.monotonic()
    parts: list[bytes] = []
    expected = received = in_window = 0
    while True:
        now = time.monotonic()
        try:
            got = arrived.get(timeout=max(min(opened + patience.window, began + patience.total) - now, 0.001))
        except queue.Empty:
            got = b""
        if isinstance(got, Exception):
            raise SourceError(_reason(got)) from got
        if got is None:
            return _whole(b"".join(parts), expected)
        if isinstance(got, int):
            expected = got
        elif isinstance(got, bytes):
            parts.append(got)
            received, in_window = received + len(got), in_window + len(got)
            report(received, expected)
        _refuse_excess(max(received, expected), patience)
        opened, in_window = _judge(began, opened, received, in_window, patience)


def _judge(
    began: float, opened: float, received: int, in_window: int, patience: Patience
) -> tuple[float, int]:
    now = time.monotonic()
    if now - began >= patience.total:
        raise SourceError(f"it was not complete after {patience.total:.0f} seconds")
    if now - opened < patience.window:
        return opened, in_window
    if not received:
        raise SourceError(f"no answer within {patience.window:.0f} seconds")
    if in_window < patience.least:
        raise SourceError(f"too slow: {in_window:,} bytes in {patience.window:.0f} seconds")
    return now, 0


def _refuse_excess(size: int, patience: Patience) -> None:
    if size > patience.largest:
        raise SourceError(f"it is larger than the {patience.largest // 2**20} MB expected at most")


def _whole(content: bytes, expected: int) -> bytes:
    if expected and len(content) != expected:
        raise SourceError(f"it ended after {len(content):,} of {expected:,} bytes")
    return content


def _reason(problem: Exception) -> str:
    if isinstance(problem, urllib.error.HTTPError):
        return f"the server answered {problem.code} {problem.reason}"
    if isinstance(problem, TimeoutError):
        return "the server did not answer in time"
    if isinstance(problem, urllib.error.URLError):
        inner = problem.reason
        return f"no connection ({getattr(inner, 'strerror', None) or shown(str(inner))})"
    if isinstance(problem, http.client.HTTPException | OSError):
        return f"the connection broke ({shown(str(problem) or type(problem).__name__)})"
    return f"{type(problem).__name__}: {shown(str(problem))}"
