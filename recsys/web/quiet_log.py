"""A log that says the same thing a few times a minute, not thousands of times a second."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

SAID_AT_MOST, WINDOW_SECONDS = 5, 60.0
KINDS = 200  # remembered at most
NOISY = ("asyncio", "uvicorn.error", "recsys.web.connections")  # what strangers can make write as often as they like


class QuietLog(logging.Filter):
    """Lets records of one kind (level and first line) pass `SAID_AT_MOST` times a window, and counts the rest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[int, str], tuple[float, int]] = {}  # when its window began, and how often in it

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write the record; the first one after a silence says how many were left out."""
        kind, now = (record.levelno, str(record.msg).split("\n", 1)[0][:100]), self._clock()
        began, count = self._kinds.get(kind, (now, 0))
        if now - began >= WINDOW_SECONDS:
            if count > SAID_AT_MOST:
                record.msg = f"{record.msg} ({count - SAID_AT_MOST} more like it were left out)"
            began, count = now, 0
        if len(self._kinds) >= KINDS:
            self._kinds.clear()
        self._kinds[kind] = (began, count + 1)
        return count < SAID_AT_MOST


def quieten(names: tuple[str, ...] = NOISY) -> None:
    """Put the filter on the loggers."""
    quiet = QuietLog()
    for name in names:
        logging.getLogger(name).addFilter(quiet)
