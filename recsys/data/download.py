"""A download with a deadline: a refused connection fails at once, a silent or slow one within seconds.

On the standard library: timeouts of `requests` and `httpx` limit a single read, and none limits a name lookup, while a
visitor waits for all of it.
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
    """How long to wait for how many bytes.

    Attributes
    ----------
    first : float
        Seconds for the first `least` bytes, name lookup included.
    window : float
        Seconds for each further `least` bytes.
    least : int
        Bytes.
    total : float
        Seconds for all bytes.
    largest : int
        Most bytes that are accepted.
    """

    first: float = 9.0
    window: float = 5.0
    least: int = 64 * 1024
    total: float = 300.0
    largest: int = 32 * 2**20


def fetch(url: str, timeouts: TimeoutPolicy | None = None, report: Callable[[int, int], None] | None = None) -> bytes:
    """Download the bytes at a URL.

    The transfer runs in a daemon thread, because no socket timeout covers the lookup of a name.

    Parameters
    ----------
    url : str
    timeouts : TimeoutPolicy, optional
    report : callable, optional
        Called as `report(received, expected)` in bytes, `expected` 0 if unknown.

    Raises
    ------
    SourceError
        The download failed; the message is the reason.
    """
    timeouts = timeouts or TimeoutPolicy()
    chunks: queue.Queue[object] = queue.Queue()
    abandoned = threading.Event()
    worker = threading.Thread(target=_transfer, args=(url, timeouts, chunks, abandoned), daemon=True, name="download")
    worker.start()
    try:
        return _collect(chunks, timeouts, report or (lambda received, expected: None))
    finally:
        abandoned.set()


def _transfer(url: str, timeouts: TimeoutPolicy, chunks: queue.Queue[object], abandoned: threading.Event) -> None:
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "movie-recommender"})
        socket_timeout = timeouts.first + timeouts.window  # longer than the waiting thread, which shall give up first
        with urllib.request.urlopen(request, timeout=socket_timeout) as response:
            chunks.put(int(response.headers.get("Content-Length") or 0))
            while not abandoned.is_set() and (chunk := response.read1(64 * 1024)):
                chunks.put(chunk)
        chunks.put(None)
    except Exception as error:  # passed on to the waiting thread
        chunks.put(error)


@dataclass
class _Pace:
    """Bytes received since the current window began, and when that window ends."""

    timeouts: TimeoutPolicy
    started: float
    window_end: float
    received: int = 0
    received_in_window: int = 0
    is_first_window: bool = True

    def seconds_left(self) -> float:
        return max(min(self.window_end, self.started + self.timeouts.total) - time.monotonic(), 0.001)

    def add(self, size: int) -> None:
        self.received, self.received_in_window = self.received + size, self.received_in_window + size

    def require_progress(self, expected: int) -> None:
        now = time.monotonic()
        if max(self.received, expected) > self.timeouts.largest:
            raise SourceError(f"it is larger than the {self.timeouts.largest // 2**20} MB expected at most")
        if now - self.started >= self.timeouts.total:
            raise SourceError(f"it was not complete after {self.timeouts.total:.0f} seconds")
        if now < self.window_end and not (self.is_first_window and self.received_in_window >= self.timeouts.least):
            return
        if not self.received:
            raise SourceError(f"no answer within {now - self.started:.0f} seconds")
        if self.received_in_window < self.timeouts.least:
            raise SourceError(f"too slow, given up after {now - self.started:.0f} seconds")
        self.window_end, self.received_in_window, self.is_first_window = now + self.timeouts.window, 0, False


def _collect(chunks: queue.Queue[object], timeouts: TimeoutPolicy, report: Callable[[int, int], None]) -> bytes:
    now = time.monotonic()
    pace, received, expected = _Pace(timeouts, now, now + timeouts.first), [], 0
    while True:
        try:
            item = chunks.get(timeout=pace.seconds_left())
        except queue.Empty:
            item = 0
        if isinstance(item, Exception):
            raise SourceError(_reason(item)) from item
        if item is None:
            return _complete(b"".join(received), expected)
        if isinstance(item, bytes):
            received.append(item)
            pace.add(len(item))
            report(pace.received, expected)
        elif isinstance(item, int) and item:
            expected = item
        pace.require_progress(expected)


def _complete(content: bytes, expected: int) -> bytes:
    if expected and len(content) != expected:
        raise SourceError(f"it ended after {len(content):,} of {expected:,} bytes")
    return content


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, TimeoutError):
        return "the server did not answer in time"
    if isinstance(error, urllib.error.URLError):
        reason = error.reason
        return f"no connection ({getattr(reason, 'strerror', None) or shown(str(reason))})"
    if isinstance(error, http.client.HTTPException | OSError):
        return f"the connection broke ({shown(str(error) or type(error).__name__)})"
    return f"{type(error).__name__}: {shown(str(error))}"
