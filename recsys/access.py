"""Access control: everybody is a visitor until they give the owner's key.

Independent of any user interface. Check the role again at each action: a forged request can ask for what a page hides.
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
from recsys.settings import MIN_KEY_LENGTH, admin_key

VISITOR, OWNER = "visitor", "owner"
OWNER_ONLY = ("retrain", "evaluate", "promote", "roll back", "pin", "unpin", "delete", "import", "export")
WRONG_KEYS, WINDOW_SECONDS = 5, 60.0  # after so many of one client in a window, answers to wrong keys are delayed
MAX_DELAY_SECONDS = 4.0  # a page waits that long, and so does its visitor's next click
MAX_CLIENTS = 10_000  # the least recent are forgotten
KEY_COMMAND = 'python -c "import secrets; print(secrets.token_urlsafe())"'

log = logging.getLogger(__name__)
LOOPBACK_NAMES = ("localhost", "ip6-localhost")


class KeyAuthenticator:
    """Compares keys in constant time. The right key is always accepted; answers to wrong ones are delayed.

    So nobody can lock the owner out; the protection against guessing is the length of the key (`key_problem`).

    Parameters
    ----------
    key
        The owner's key.
    clock
        Returns the current time in seconds; replaced in tests.
    """

    def __init__(self, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._key_digest, self._clock = _digest(key), clock
        self._wrong_key_times: OrderedDict[str, deque[float]] = OrderedDict()  # by client, the most recent last
        self._lock = threading.Lock()

    def verify(self, key: str) -> bool:
        """Whether a key is the owner's."""
        return hmac.compare_digest(_digest(key), self._key_digest)

    def delay(self, *clients: str) -> float:
        """Record a wrong key, and return the delay of the answer.

        Parameters
        ----------
        *clients
            All names of who gave the key, such as address and session; the one with most wrong keys counts.

        Returns
        -------
        float
            Seconds to wait before answering that the key is wrong.
        """
        with self._lock:
            wrong_keys = max(self._record(client) for client in clients)
        if wrong_keys and wrong_keys % WRONG_KEYS == 0:
            log.warning("%d wrong keys within a minute from %s.", wrong_keys, clients[0])
        if wrong_keys <= WRONG_KEYS:
            return 0.0
        return min(MAX_DELAY_SECONDS, 0.25 * 2 ** min(wrong_keys - WRONG_KEYS, 10))

    def _record(self, client: str) -> int:
        """Record a wrong key of a client; how many it gave within the window."""
        times, now = self._wrong_key_times.setdefault(client, deque(maxlen=100)), self._clock()
        while times and now - times[0] >= WINDOW_SECONDS:
            times.popleft()
        times.append(now)
        self._wrong_key_times.move_to_end(client)
        while len(self._wrong_key_times) > MAX_CLIENTS:
            self._wrong_key_times.popitem(last=False)
        return len(times)


def key_problem(key: str) -> Problem | None:
    """The problem with a key that the owner has set, because it can be guessed; None without a problem."""
    if len(key) >= MIN_KEY_LENGTH and len(set(key)) >= MIN_KEY_LENGTH // 2:
        return None
    received = f"{len(key)} characters, {len(set(key))} different ones"
    allowed = f"at least {MIN_KEY_LENGTH} characters, at least {MIN_KEY_LENGTH // 2} different ones"
    return Problem("RECSYS_ADMIN_KEY", received, allowed, f"Make one: {KEY_COMMAND}.")


@cache
def generate_key() -> str:
    """The random key of this run of the server, for the link in its terminal when the owner has set none."""
    return secrets.token_urlsafe(24)


@cache
def authenticator_for(key: str) -> KeyAuthenticator:
    """The authenticator of a key: one per key, because it remembers the wrong ones."""
    return KeyAuthenticator(key)


def authenticator() -> KeyAuthenticator:
    """The authenticator of `RECSYS_ADMIN_KEY`, or of `generate_key` if that is missing or too short."""
    return authenticator_for(generate_key() if key_problem(admin_key()) else admin_key())


def is_local(server_address: str | None, forwarded: bool) -> bool:
    """Whether only this machine can reach the server, so that its visitor is the owner.

    Parameters
    ----------
    server_address
        The address that the server listens at; None for all.
    forwarded
        Whether the request came through a proxy, through which other machines reach a server that listens at loopback.
    """
    if not server_address or forwarded:
        return False
    try:
        return ipaddress.ip_address(server_address.strip("[]")).is_loopback
    except ValueError:
        return server_address.lower() in LOOPBACK_NAMES


def require_owner(role: str, action: str) -> None:
    """Raise NotAllowedError unless the role is the owner's; `action` is one of `OWNER_ONLY`."""
    if role != OWNER:
        raise NotAllowedError(f"Only the owner can {action} models. Sign in with the owner key first.")


def _digest(key: str) -> bytes:
    """A digest of equal length for every key, so that all comparisons take equally long."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
