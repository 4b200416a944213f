"""Who may change what others see: everybody is a visitor until they show the owner's key.

Nothing here knows of a screen. Ask again at each action: what a page hides, a forged request still asks for.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import cache

from recsys.errors import NotAllowedError
from recsys.settings import admin_key

VISITOR, OWNER = "visitor", "owner"
OWNER_ONLY = ("retrain", "evaluate", "promote", "roll back", "pin", "unpin", "delete", "import", "export")
WRONG_KEYS, WINDOW_SECONDS = 5, 60.0  # of one client, after which none is looked at for a while
CLIENTS = 10_000  # remembered at most
LOOPBACK_NAMES = ("localhost", "ip6-localhost")


class Door:
    """Compares keys in constant time, and stops looking when a client has given too many wrong ones."""

    def __init__(self, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._key, self._clock = _digest(key), clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._guard = threading.Lock()

    def opens(self, given: str, client: str) -> bool:
        """Whether a key is the owner's. Raises NotAllowedError for a client that has to wait, whatever it gives."""
        with self._guard:
            wait = self._wait(client)
            if wait > 0:
                raise NotAllowedError(f"Too many wrong keys. Try again in {wait:.0f} seconds.")
            if hmac.compare_digest(_digest(given), self._key):
                self._wrong.pop(client, None)
                return True
            self._remember(client)
            return False

    def _wait(self, client: str) -> float:
        """Seconds until a client's key is looked at again; 0 for now."""
        times = self._wrong.get(client, deque())
        while times and self._clock() - times[0] >= WINDOW_SECONDS:
            times.popleft()
        return max(1.0, WINDOW_SECONDS - (self._clock() - times[0])) if len(times) >= WRONG_KEYS else 0.0

    def _remember(self, client: str) -> None:
        self._wrong.setdefault(client, deque()).append(self._clock())
        self._wrong.move_to_end(client)
        while len(self._wrong) > CLIENTS:
            self._wrong.popitem(last=False)


@cache
def made_key() -> str:
    """A key for this run of the server, for the link in its terminal when the owner has set none."""
    return secrets.token_urlsafe(24)


@cache
def door_for(key: str) -> Door:
    """The one door of a key, with its memory of wrong ones."""
    return Door(key)


def door() -> Door:
    """The door of `RECSYS_ADMIN_KEY`, or of the key made for this run."""
    return door_for(admin_key() or made_key())


def at_home(server_address: str | None, forwarded: bool) -> bool:
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
