"""Who may change what others see: everybody is a visitor until they show the owner's key.

Nothing here knows of a screen. Ask again at each action: what a page hides, a forged request still asks for.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import cache

from recsys.errors import NotAllowedError, Problem
from recsys.settings import SHORTEST_KEY, admin_key

VISITOR, OWNER = "visitor", "owner"
OWNER_ONLY = ("retrain", "evaluate", "promote", "roll back", "pin", "unpin", "delete", "import", "export")
WRONG_KEYS, WINDOW_SECONDS = 5, 60.0  # so many of one client in a window, and the next wrong ones are answered late
LONGEST_DELAY = 4.0  # seconds; a page waits that long, and so does its visitor's next click
CLIENTS = 10_000  # remembered at most
MAKE_A_KEY = 'python -c "import secrets; print(secrets.token_urlsafe())"'

log = logging.getLogger(__name__)
LOOPBACK_NAMES = ("localhost", "ip6-localhost")


class KeyAuthenticator:
    """Compares keys in constant time. The right one always opens; wrong ones are answered later and later.

    So nobody can lock the owner out, and what keeps guessers away is the length of the key (`key_problem`).
    """

    def __init__(self, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._key, self._clock = _digest(key), clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._guard = threading.Lock()

    def verify(self, given: str) -> bool:
        """Whether a key is the owner's."""
        return hmac.compare_digest(_digest(given), self._key)

    def delay(self, *clients: str) -> float:
        """Count a wrong key for each of these names, and how many seconds to wait before saying that it was wrong."""
        with self._guard:
            wrong = max(self._count(client) for client in clients)
        if wrong and wrong % WRONG_KEYS == 0:
            log.warning("%d wrong keys within a minute from %s.", wrong, clients[0])
        return 0.0 if wrong <= WRONG_KEYS else min(LONGEST_DELAY, 0.25 * 2 ** min(wrong - WRONG_KEYS, 10))

    def _count(self, client: str) -> int:
        """Wrong keys of a client within the window, with the one that it has just given."""
        times, now = self._wrong.setdefault(client, deque(maxlen=100)), self._clock()
        while times and now - times[0] >= WINDOW_SECONDS:
            times.popleft()
        times.append(now)
        self._wrong.move_to_end(client)
        while len(self._wrong) > CLIENTS:
            self._wrong.popitem(last=False)
        return len(times)


def key_problem(key: str) -> Problem | None:
    """What is wrong with a key that the owner has chosen, or None: a short one can be guessed."""
    if len(key) >= SHORTEST_KEY and len(set(key)) >= SHORTEST_KEY // 2:
        return None
    received = f"{len(key)} characters, {len(set(key))} different ones"
    allowed = f"at least {SHORTEST_KEY} characters, at least {SHORTEST_KEY // 2} different ones"
    return Problem("RECSYS_ADMIN_KEY", received, allowed, f"Make one: {MAKE_A_KEY}.")


@cache
def generate_key() -> str:
    """A key for this run of the server, for the link in its terminal when the owner has set none."""
    return secrets.token_urlsafe(24)


@cache
def authenticator_for(key: str) -> KeyAuthenticator:
    """The one door of a key, with its memory of wrong ones."""
    return KeyAuthenticator(key)


def authenticator() -> KeyAuthenticator:
    """The door of `RECSYS_ADMIN_KEY`, or of the key made for this run where that is missing or too short."""
    return authenticator_for(generate_key() if key_problem(admin_key()) else admin_key())


def is_local(server_address: str | None, forwarded: bool) -> bool:
    """Whether only this machine can reach the server, so that whoever asks is its owner.

    `forwarded` tells that a request came through a proxy, which lets others reach a server that listens here alone.
    """
    if not server_address or forwarded:
        return False
    try:
        return ipaddress.ip_address(server_address.strip("[]")).is_loopback
    except ValueError:
        return server_address.lower() in LOOPBACK_NAMES


def require_owner(role: str, action: str) -> None:
    """Raise NotAllowedError unless the role may do an action of `OWNER_ONLY`."""
    if role != OWNER:
        raise NotAllowedError(f"Only the owner may {action} models. Give the owner's key first.")


def _digest(key: str) -> bytes:
    """Keys of any length and letters become equally long, so that comparing them takes equally long."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
