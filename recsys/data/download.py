"""A download with a deadline: refused fails at once, silent or slow within seconds, name lookup included.

On the standard library: timeouts of `requests` and `httpx` are of one read each and a name lookup has none, while what
a visitor waits for is the whole.
"""

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
class TimeoutPolicy:
    """How long to wait, in seconds, and for how much.

    `least` bytes must come within `first`, name lookup included, and from then on within every `window`; all of
    it within `total`.
    """

    first: float = 9.0
    window: float = 5.0
    least: int = 64 * 1024
    total: float = 300.0
    largest: int = 32 * 2**20


def fetch(url: str, timeouts: TimeoutPolicy | None = None, report: Callable[[int, int], None] | None = None) -> bytes:
    """The bytes at a URL; `report(received, expected or 0)` is called as they come.

    The transfer runs in a daemon thread, because no socket timeout covers the lookup of a name.
    Raises SourceError with the reason as a sentence.
    """
    timeouts = timeouts or TimeoutPolicy()
    arrived: queue.Queue[object] = queue.Queue()
    abandoned = threading.Event()
    worker = threading.Thread(target=_transfer, args=(url, timeouts, arrived, abandoned), daemon=True, name="download")
    worker.start()
    try:
        return _collect(arrived, timeouts, report or (lambda received, expected: None))
    finally:
        abandoned.set()


def _transfer(url: str, timeouts: TimeoutPolicy, arrived: queue.Queue[object], abandoned: threading.Event) -> None:
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "movie-recommender"})
        longer = timeouts.first + timeouts.window  # so that the one who waits is always the first to give up
        with urllib.request.urlopen(request, timeout=longer) as answer:
            arrived.put(int(answer.headers.get("Content-Length") or 0))
            while not abandoned.is_set() and (chunk := answer.read1(64 * 1024)):
                arrived.put(chunk)
        arrived.put(None)
    except Exception as problem:  # whatever goes wrong in the thread is told to the one who waits
        arrived.put(problem)


@dataclass
class _Pace:
    """How much came since the current window opened, and when that window must close."""

    timeouts: TimeoutPolicy
    began: float
    closes: float
    received: int = 0
    in_window: int = 0
    opening: bool = True

    def wait(self) -> float:
        return max(min(self.closes, self.began + self.timeouts.total) - time.monotonic(), 0.001)

    def add(self, size: int) -> None:
        self.received, self.in_window = self.received + size, self.in_window + size

    def judge(self, expected: int) -> None:
        now = time.monotonic()
        if max(self.received, expected) > self.timeouts.largest:
            raise SourceError(f"it is larger than the {self.timeouts.largest // 2**20} MB expected at most")
        if now - self.began >= self.timeouts.total:
            raise SourceError(f"it was not complete after {self.timeouts.total:.0f} seconds")
        if now < self.closes and not (self.opening and self.in_window >= self.timeouts.least):
            return
        if not self.received:
            raise SourceError(f"no answer within {now - self.began:.0f} seconds")
        if self.in_window < self.timeouts.least:
            raise SourceError(f"too slow, given up after {now - self.began:.0f} seconds")
        self.closes, self.in_window, self.opening = now + self.timeouts.window, 0, False


def _collect(arrived: queue.Queue[object], timeouts: TimeoutPolicy, report: Callable[[int, int], None]) -> bytes:
    now = time.monotonic()
    pace, parts, expected = _Pace(timeouts, now, now + timeouts.first), [], 0
    while True:
        try:
            got = arrived.get(timeout=pace.wait())
        except queue.Empty:
            got = 0
        if isinstance(got, Exception):
            raise SourceError(_reason(got)) from got
        if got is None:
            return _whole(b"".join(parts), expected)
        if isinstance(got, bytes):
            parts.append(got)
            pace.add(len(got))
            report(pace.received, expected)
        elif isinstance(got, int) and got:
            expected = got
        pace.judge(expected)


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
