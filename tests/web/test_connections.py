"""Connections that only wait are ended, the log stays small, and the server goes on answering."""

from __future__ import annotations

import contextlib
import logging
import socket
import time
import urllib.request
from types import SimpleNamespace

import anyio
from starlette.requests import ClientDisconnect

from recsys.core.process import raise_open_files
from recsys.web import body_deadline, connections
from recsys.web.body_deadline import BodyDeadline
from recsys.web.connections import HEAD_SECONDS, WaitingConnections, limit_connections
from recsys.web.quiet_log import SAID_AT_MOST, WINDOW_SECONDS, QuietLog
from tests.browser.app import serving


class Connection:
    """As uvicorn keeps them: the request in hand, and the way to hang up."""

    def __init__(self, cycle=None):
        self.cycle, self.open = cycle, True
        self.transport = SimpleNamespace(is_closing=lambda: not self.open, abort=self.hang_up)

    def hang_up(self):
        self.open = False


def request(complete: bool):
    return SimpleNamespace(response_complete=complete)


def test_who_sends_no_head_in_time_is_ended_and_nobody_else(clock):
    waiting = WaitingConnections(clock=clock)
    silent, answered, asking, websocket = Connection(), Connection(request(True)), Connection(request(False)), object()
    everybody = [silent, answered, asking, websocket]
    assert waiting.end_overdue(everybody) == 0
    clock.now = HEAD_SECONDS - 1
    answered.cycle = request(True)  # another request since
    assert waiting.end_overdue(everybody) == 0
    clock.now = HEAD_SECONDS + 1
    assert waiting.end_overdue(everybody) == 1
    assert (silent.open, answered.open, asking.open) == (False, True, True)
    clock.now += HEAD_SECONDS
    assert waiting.end_overdue(everybody) == 1
    assert (answered.open, asking.open) == (False, True)


def test_of_too_many_the_longest_waiting_go_and_never_one_that_has_just_come(clock):
    waiting = WaitingConnections(most=3, clock=clock)
    first = [Connection() for _ in range(3)]
    waiting.end_overdue(first)
    clock.now = 1
    later = [Connection() for _ in range(5)]
    assert waiting.end_overdue(first + later) == 3
    assert [each.open for each in first + later] == [False] * 3 + [True] * 5
    clock.now = 2
    assert waiting.end_overdue(later) == 2


def test_a_server_whose_words_have_changed_goes_on_serving(caplog):
    connection = Connection()
    del connection.transport
    server = SimpleNamespace(server_state=SimpleNamespace(connections={connection}))
    anyio.run(connections.guard, server, 1024)
    assert "not looked after" in caplog.text


def test_beyond_its_open_files_the_server_refuses_instead_of_failing():
    server = SimpleNamespace(config=SimpleNamespace(limit_concurrency=None))
    limit_connections(server, None)
    assert server.config.limit_concurrency is None
    limit_connections(server, 1024)
    assert server.config.limit_concurrency == 896
    assert raise_open_files(0) is None or raise_open_files(0) > 0


def said(quiet: QuietLog, message: str) -> logging.LogRecord | None:
    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, message, None, None)
    return record if quiet.filter(record) else None


def test_the_log_says_one_thing_a_few_times_a_window_and_how_often_it_was_left_out(clock):
    quiet = QuietLog(clock)
    passed = [said(quiet, f"out of files\nsocket {turn}") for turn in range(1000)]
    assert sum(each is not None for each in passed) == SAID_AT_MOST
    assert said(quiet, "something else") is not None
    clock.now = WINDOW_SECONDS
    assert "(995 more like it were left out)" in said(quiet, "out of files").msg


def test_a_body_that_stops_arriving_counts_as_gone_but_a_slow_answer_does_not(monkeypatch):
    monkeypatch.setattr(body_deadline, "STALLED_SECONDS", 0.05)
    seen = []

    async def application(scope, receive, send):
        while True:
            message = await receive()
            seen.append(message)
            if message["type"] == "http.disconnect":
                return
            if not message.get("more_body"):
                with anyio.move_on_after(0.2):
                    await receive()  # a long answer, which only looks whether the client is still there
                    raise ClientDisconnect
                return

    async def asked(*messages):
        async def receive():
            if pending:
                return pending.pop(0)
            await anyio.sleep(60)

        pending = list(messages)
        await BodyDeadline(application)({"type": "http"}, receive, None)

    part = {"type": "http.request", "body": b"x", "more_body": True}
    anyio.run(asked, part)
    assert seen == [part, {"type": "http.disconnect"}]
    seen.clear()
    anyio.run(asked, part, {**part, "more_body": False})
    assert [message["type"] for message in seen] == ["http.request", "http.request"]


def health(address: str) -> float:
    """Seconds until the server answers."""
    began = time.perf_counter()
    while time.perf_counter() - began < 30:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
            return time.perf_counter() - began
    raise AssertionError("the server does not answer any more")


def test_hundreds_of_idle_connections_and_half_heads_keep_nobody_out(tmp_path, tiny_model, own_registry):
    from recsys.registry import Registry

    Registry(tmp_path / "models").publish(tiny_model)
    log = tmp_path / "server.log"
    with serving(tmp_path / "models", tmp_path / "data", log, open_files=256) as address:
        port = int(address.rpartition(":")[2])
        idle = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(400)]
        for connection in idle[::2]:
            with contextlib.suppress(OSError):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Half: ")
        assert health(address) < 10
        time.sleep(2)
        assert max(health(address) for _ in range(10)) < 1
        time.sleep(HEAD_SECONDS)
        for connection in idle:
            connection.settimeout(1)
            with contextlib.suppress(ConnectionError):
                assert connection.recv(1) == b"", "whoever sends no head is hung up on"
            connection.close()
    assert "Ended " in log.read_text()
    assert log.stat().st_size < 20_000
