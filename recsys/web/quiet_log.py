"""A log filter that passes the same message a few times a minute, not thousands of times a second."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

MAX_REPEATS, WINDOW_SECONDS = 5, 60.0
MAX_KINDS = 200  # remembered at most
NOISY = ("asyncio", "uvicorn.error", "recsys.web.connections")  # clients can trigger these as often as they like


class QuietLog(logging.Filter):
    """Passes records of one kind (level and first line) `MAX_REPEATS` times a window, and counts the others."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[int, str], tuple[float, int]] = {}  # start of its window, and count in it

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write the record; the first one of a window says how many were left out before."""
        kind, now = (record.levelno, str(record.msg).split("\n", 1)[0][:100]), self._clock()
        start, count = self._kinds.get(kind, (now, 0))
        if now - start >= WINDOW_SECONDS:
            if count > MAX_REPEATS:
                record.msg = f"{record.msg} ({count - MAX_REPEATS} more like it were left out)"
            start, count = now, 0
        if len(self._kinds) >= MAX_KINDS:
            self._kinds.clear()
        self._kinds[kind] = (start, count + 1)
        return count < MAX_REPEATS


def quieten(names: tuple[str, ...] = NOISY) -> None:
    """Add the filter to the loggers."""
    quiet_log = QuietLog()
    for name in names:
        logging.getLogger(name).addFilter(quiet_log)
