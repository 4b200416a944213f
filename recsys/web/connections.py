"""Ends idle connections: those without a complete request head in time, and the oldest of too many.

Uvicorn has no deadline for request heads, and Streamlit has no setting for one. The server's set of connections is
public, though. A reverse proxy does this better (see deploy/); this is for a server without one.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

HEAD_SECONDS = 10.0  # from the first byte, or from connecting, to the end of the head
CHECK_SECONDS = 0.1
MAX_WAITING = 500  # browsers open a few ahead of time
RESERVED_DESCRIPTORS = 128  # for files, pipes and libraries; all others may be connections

log = logging.getLogger(__name__)


def running_server() -> Any | None:
    """The uvicorn server of this process, found as its signal handler; None for another kind of server."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return server if hasattr(getattr(server, "server_state", None), "connections") else None


class WaitingConnections:
    """Tracks how long each connection has been waiting for a request head; call `end_overdue` regularly."""

    def __init__(self, limit: int = MAX_WAITING, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._since: dict[Any, tuple[object, float]] = {}

    def end_overdue(self, connections: Iterable[Any]) -> int:
        """Close connections that have waited too long, and the longest waiting of too many; returns their number."""
        now = self._clock()
        waiting = {connection: connection.cycle for connection in list(connections) if _waits(connection)}
        before = self._since
        # A cycle is one request: another one means that a head has arrived in between.
        self._since = {
            connection: before[connection] if connection in before and before[connection][0] is cycle else (cycle, now)
            for connection, cycle in waiting.items()
        }
        by_age = sorted(self._since, key=lambda connection: self._since[connection][1])
        overdue = [connection for connection in by_age if now - self._since[connection][1] > HEAD_SECONDS]
        # The head of a connection seen for the first time may be on its way.
        seen_before = [connection for connection in by_age if self._since[connection][1] < now]
        ended = seen_before[: max(len(overdue), len(by_age) - self._limit)]
        for connection in ended:
            connection.transport.abort()
        return len(ended)


async def guard(server: Any, descriptors: int | None) -> None:
    """End waiting connections while the server runs; a quarter of its descriptors may be waiting connections."""
    waiting = WaitingConnections(min(MAX_WAITING, descriptors // 4) if descriptors else MAX_WAITING)
    while True:
        try:
            if ended := waiting.end_overdue(server.server_state.connections):
                log.warning("Ended %d connections that sent no request within %g s, or too many.", ended, HEAD_SECONDS)
        except Exception:  # the server's internals may change; it must go on serving
            log.exception("Waiting connections are not looked after; put a reverse proxy before this server.")
            return
        await asyncio.sleep(CHECK_SECONDS)


def limit_connections(server: Any, descriptors: int | None) -> None:
    """Answer 503 to connections beyond the process's descriptors, instead of failing to accept any."""
    if descriptors:
        server.config.limit_concurrency = max(descriptors - RESERVED_DESCRIPTORS, descriptors // 2)


def _waits(connection: Any) -> bool:
    """Whether an HTTP connection is between requests; one that became a websocket has no cycles."""
    if not hasattr(connection, "cycle") or connection.transport is None or connection.transport.is_closing():
        return False
    return connection.cycle is None or connection.cycle.response_complete
