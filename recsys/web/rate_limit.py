"""Rate limits by token buckets, one for each client and one for all together.

Not the package `limits`, which counts in windows: a bucket allows a page's burst and gives the time to wait, and the
number of clients remembered is bounded.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

CLIENTS_REMEMBERED = 10_000
BURST_SECONDS = 5  # after a pause, the requests of so many seconds may come at once


@dataclass
class TokenBucket:
    """Fills at `rate` a second up to `BURST_SECONDS` of it; each request takes one."""

    rate: float
    tokens: float
    filled_at: float

    @classmethod
    def full(cls, rate: float, now: float) -> TokenBucket:
        """A full bucket."""
        return cls(rate, rate * BURST_SECONDS, now)

    def wait(self, now: float) -> float:
        """Seconds until there is a token, 0 when there is one."""
        self.tokens = min(self.rate * BURST_SECONDS, self.tokens + self.rate * (now - self.filled_at))
        self.filled_at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate


class RateLimiter:
    """Requests a second of each client and of all together; a rate of 0 is no limit. Safe from any thread."""

    def __init__(self, client_rate: float, total_rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.client_rate, self.total_rate, self._clock = client_rate, total_rate, clock
        self._total = TokenBucket.full(total_rate, clock())
        self._clients: OrderedDict[str, TokenBucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, client: str) -> float:
        """Seconds that a client has to wait; 0 when its request is taken, which then counts."""
        with self._lock:
            now = self._clock()
            buckets = [bucket for bucket in (self._bucket(client, now), self._total) if bucket.rate > 0]
            wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
            if not wait:  # a refused request takes no token, so a flooding client does not delay others
                for bucket in buckets:
                    bucket.tokens -= 1
            return wait

    def _bucket(self, client: str, now: float) -> TokenBucket:
        bucket = self._clients.setdefault(client, TokenBucket.full(self.client_rate, now))
        self._clients.move_to_end(client)
        while len(self._clients) > CLIENTS_REMEMBERED:
            self._clients.popitem(last=False)
        return bucket
