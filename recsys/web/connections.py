"""Ends connections that only wait: without a whole request head in time, or too many of them at once.

Uvicorn has no deadline for heads, and Streamlit lets nobody set one. What it does have in public is its server's set of
connections. A reverse proxy does this better (see deploy/); this is for a server that stands alone.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

HEAD_SECONDS = 10.0  # from the first byte, or from connecting, to the end of the head
SWEEP_SECONDS = 0.1
MOST_WAITING = 500  # browsers open a few ahead of time
DESCRIPTORS_KEPT = 128  # for files, pipes and libraries; the rest may be connections

log = logging.getLogger(__name__)


def running_server() -> Any | None:
    """The uvicorn server of this process, which handles its signals; None for another kind of server."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return server if hasattr(getattr(server, "server_state", None), "connections") else None


class WaitingConnections:
    """Knows since when each connection waits for a request head, by looking at it again and again."""

    def __init__(self, most: int = MOST_WAITING, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._since: dict[Any, tuple[object, float]] = {}

    def end_overdue(self, connections: Iterable[Any]) -> int:
        """Close what has waited too long, and the longest waiting of too many; how many that were."""
        now = self._clock()
        waiting = {each: each.cycle for each in list(connections) if _waits(each)}
        known = self._since
        # A cycle is one request: another one means that a head has arrived in between.
        self._since = {
            each: known[each] if each in known and known[each][0] is cycle else (cycle, now)
            for each, cycle in waiting.items()
        }
        by_age = sorted(self._since, key=lambda each: self._since[each][1])
        overdue = [each for each in by_age if now - self._since[each][1] > HEAD_SECONDS]
        seen_before = [each for each in by_age if self._since[each][1] < now]  # a head may be on its way
        ended = seen_before[: max(len(overdue), len(by_age) - self._most)]
        for each in ended:
            each.transport.abort()
        return len(ended)


async def guard(server: Any, descriptors: int | None) -> None:
    """End waiting connections of a server for as long as it runs; a quarter of what it can open may wait."""
    waiting = WaitingConnections(min(MOST_WAITING, descriptors // 4) if descriptors else MOST_WAITING)
    while True:
        try:
            if ended := waiting.end_overdue(server.server_state.connections):
                log.warning("Ended %d connections that sent no request within %g s, or too many.", ended, HEAD_SECONDS)
        except Exception:  # the server's own words for its connections may change; it must go on serving
            log.exception("Waiting connections are not looked after; put a reverse proxy before this server.")
            return
        await asyncio.sleep(SWEEP_SECONDS)


def limit_connections(server: Any, descriptors: int | None) -> None:
    """Answer 503 beyond what the process can hold open, instead of failing to accept anybody."""
    if descriptors:
        server.config.limit_concurrency = max(descriptors - DESCRIPTORS_KEPT, descriptors // 2)


def _waits(connection: Any) -> bool:
    """Whether an HTTP connection is between requests; one that became a websocket has no cycles."""
    if not hasattr(connection, "cycle") or connection.transport is None or connection.transport.is_closing():
        return False
    return connection.cycle is None or connection.cycle.response_complete
