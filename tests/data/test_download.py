"""Downloads from real local servers that refuse, stay silent, are slow, lie or fail."""

from __future__ import annotations

import socket
import threading
import time
from itertools import pairwise

import pytest
from data_samples import answer, dripping, silent

from recsys.data.download import TimeoutPolicy, fetch
from recsys.errors import SourceError

HASTY = TimeoutPolicy(first=0.8, window=0.4, least=1000, total=8)
CALM = TimeoutPolicy(
    first=15, window=0.4, least=1000, total=30
)  # time enough for a busy machine to get the first bytes
SOON = 10  # seconds: every server in these tests would block for 20 or more


def _failure(url: str, timeouts: TimeoutPolicy = HASTY) -> tuple[str, float]:
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        fetch(url, timeouts)
    return str(caught.value), time.monotonic() - began


def test_bytes_are_downloaded_and_reported(serve):
    body = bytes(range(256)) * 4000
    reports: list[tuple[int, int]] = []
    assert fetch(serve(answer(body)), HASTY, lambda *report: reports.append(report)) == body
    assert reports[-1] == (len(body), len(body))
    assert all(previous[0] <= following[0] for previous, following in pairwise(reports))


def test_a_refused_connection_fails_at_once(closed_address):
    reason, seconds = _failure(closed_address, TimeoutPolicy())
    assert "refused" in reason.lower()
    assert seconds < SOON


def test_a_silent_server_times_out(serve):
    reason, seconds = _failure(serve(silent))
    assert "no answer" in reason
    assert seconds < SOON


def test_a_server_that_never_accepts_times_out():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        reason, seconds = _failure(f"http://127.0.0.1:{listener.getsockname()[1]}")
    assert "no answer" in reason
    assert seconds < SOON


def test_a_hanging_name_lookup_times_out(monkeypatch):
    hanging = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: hanging.wait(20))
    reason, seconds = _failure("http://example.invalid/file")
    hanging.set()
    assert "no answer" in reason
    assert seconds < SOON


def test_a_slow_server_times_out(serve):
    reason, seconds = _failure(serve(dripping), TimeoutPolicy(first=2, window=0.4, least=1000, total=8))
    assert "too slow" in reason
    assert seconds < SOON


def test_a_server_that_stalls_half_way_times_out(serve):
    def stalling(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + b"x" * 200_000)
        time.sleep(20)

    reason, seconds = _failure(serve(stalling), CALM)
    assert "too slow" in reason
    assert seconds < SOON


def test_a_steady_download_is_limited_in_total_time(serve):
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 1000)
            time.sleep(0.02)

    reason, seconds = _failure(serve(endless), TimeoutPolicy(first=1.2, window=1.2, least=1000, total=1.2))
    assert "not complete" in reason
    assert seconds < SOON


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        (answer(b"gone", "404 Not Found"), "404 Not Found"),
        (answer(b"broken", "500 Oops"), "500 Oops"),
        (answer(b"short", length=500), "connection broke|ended after"),
        (answer(b"", length=10**9), "larger than"),
        (lambda connection: connection.sendall(b"SSH-2.0-x\r\n"), "connection broke"),
        (lambda connection: None, "connection|closed"),
    ],
)
def test_wrong_responses_become_messages(serve, behaviour, message):
    with pytest.raises(SourceError, match=message):
        fetch(serve(behaviour), HASTY)


def test_by_default_a_silent_source_fails_within_ten_seconds():
    timeouts = TimeoutPolicy()
    assert timeouts.first < 10
    assert 2 * timeouts.window <= 10
