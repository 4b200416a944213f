"""Idle connections are ended, the log stays small, and the server keeps answering."""

from __future__ import annotations

import contextlib
import logging
import socket
import time
import urllib.request
from types import SimpleNamespace

import anyio
import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from recsys.core.process import raise_open_files
from recsys.web import body_deadline, connections
from recsys.web.body_deadline import BodyDeadline
from recsys.web.connections import HEAD_SECONDS, WaitingConnections, limit_connections
from recsys.web.quiet_log import MAX_REPEATS, WINDOW_SECONDS, QuietLog
from tests.browser.app import serving


class Connection:
    """A connection as uvicorn has it: the current request cycle, and a transport to abort."""

    def __init__(self, cycle=None):
        self.cycle, self.open = cycle, True
        self.transport = SimpleNamespace(is_closing=lambda: not self.open, abort=self.abort)

    def abort(self):
        self.open = False


def request(complete: bool):
    return SimpleNamespace(response_complete=complete)


def test_only_connections_without_a_head_in_time_are_ended(clock):
    waiting = WaitingConnections(clock=clock)
    silent, answered, pending, websocket = Connection(), Connection(request(True)), Connection(request(False)), object()
    all_connections = [silent, answered, pending, websocket]
    assert waiting.end_overdue(all_connections) == 0
    clock.now = HEAD_SECONDS - 1
    answered.cycle = request(True)  # another request since
    assert waiting.end_overdue(all_connections) == 0
    clock.now = HEAD_SECONDS + 1
    assert waiting.end_overdue(all_connections) == 1
    assert (silent.open, answered.open, pending.open) == (False, True, True)
    clock.now += HEAD_SECONDS
    assert waiting.end_overdue(all_connections) == 1
    assert (answered.open, pending.open) == (False, True)


def test_of_too_many_the_longest_waiting_are_ended_and_never_a_new_one(clock):
    waiting = WaitingConnections(limit=3, clock=clock)
    first = [Connection() for _ in range(3)]
    waiting.end_overdue(first)
    clock.now = 1
    later = [Connection() for _ in range(5)]
    assert waiting.end_overdue(first + later) == 3
    assert [connection.open for connection in first + later] == [False] * 3 + [True] * 5
    clock.now = 2
    assert waiting.end_overdue(later) == 2


def test_a_server_with_changed_internals_keeps_serving(caplog):
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
    limit = raise_open_files(0)
    assert limit is None or limit > 0


def passed_record(quiet_log: QuietLog, message: str) -> logging.LogRecord | None:
    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, message, None, None)
    return record if quiet_log.filter(record) else None


def test_a_message_is_logged_a_few_times_a_window_and_then_counted(clock):
    quiet_log = QuietLog(clock)
    records = [passed_record(quiet_log, f"out of files\nsocket {number}") for number in range(1000)]
    assert sum(record is not None for record in records) == MAX_REPEATS
    assert passed_record(quiet_log, "something else") is not None
    clock.now = WINDOW_SECONDS
    record = passed_record(quiet_log, "out of files")
    assert record is not None
    assert "(995 more like it were left out)" in record.msg


def test_a_stalled_body_counts_as_disconnected_but_a_slow_response_does_not(monkeypatch):
    monkeypatch.setattr(body_deadline, "STALLED_SECONDS", 0.05)
    messages = []

    async def application(scope, receive, send):
        while True:
            message = await receive()
            messages.append(message)
            if message["type"] == "http.disconnect":
                return
            if not message.get("more_body"):
                with anyio.move_on_after(0.2):
                    await receive()  # a slow response, which only checks whether the client is still connected
                    raise ClientDisconnect
                return

    async def send(message: Message) -> None:
        raise AssertionError("the application sends nothing")

    async def respond(*sent: Message) -> None:
        async def receive() -> Message:
            if not pending:
                await anyio.sleep(60)
            return pending.pop(0)

        pending = list(sent)
        await BodyDeadline(application)({"type": "http"}, receive, send)

    chunk = {"type": "http.request", "body": b"x", "more_body": True}
    anyio.run(respond, chunk)
    assert messages == [chunk, {"type": "http.disconnect"}]
    messages.clear()
    anyio.run(respond, chunk, {**chunk, "more_body": False})
    assert [message["type"] for message in messages] == ["http.request", "http.request"]


def health(address: str) -> float:
    """Seconds until the server answers."""
    start = time.perf_counter()
    while time.perf_counter() - start < 30:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
            return time.perf_counter() - start
    raise AssertionError("the server does not answer any more")


@pytest.mark.slow
def test_hundreds_of_idle_connections_do_not_block_others(tmp_path, tiny_model, own_registry):
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
                assert connection.recv(1) == b"", "a connection without a head is closed"
            connection.close()
    assert "Ended " in log.read_text()
    assert log.stat().st_size < 20_000
