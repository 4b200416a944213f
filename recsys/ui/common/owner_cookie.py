"""The owner stays signed in after a page reload: a cookie holds a token issued by this server.

Streamlit gives every load of a page a new session. The token is random, expires after `LIFETIME` seconds, is valid
only for this run of the server, and never contains the key. Signing out or changing the key ends it. SameSite=Strict:
the browser does not send the cookie with requests that another site begins, nor into its frames.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache

import streamlit as st
from streamlit.components.v2 import component

NAME = "recsys_owner"
LIFETIME = 12 * 3600.0  # seconds
MAX_TOKENS = 100  # beyond that, the oldest is dropped
TOKEN, ENDED = "owner_token", "owner_token_ended"  # session keys
CONTAINER = "owner_cookie"  # key of the hidden container of the component
WRITE = """
export default function ({ data }) {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie =
    `${data.name}=${data.value}; Max-Age=${data.seconds}; Path=${data.path}; SameSite=Strict${secure}`;
}
"""


class Tokens:
    """Issued tokens that are still valid, each with the authenticator that accepted the owner's key."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._issued: OrderedDict[bytes, tuple[float, object]] = OrderedDict()

    def issue(self, authenticator: object) -> str:
        """A new token for a session whose key this authenticator accepted."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._issued[_digest(token)] = (self._clock() + LIFETIME, authenticator)
            while len(self._issued) > MAX_TOKENS:
                self._issued.popitem(last=False)
        return token

    def authenticator(self, token: str) -> object | None:
        """The authenticator of a token; None if the token is unknown, expired or ended."""
        with self._lock:
            expires_at, authenticator = self._issued.get(_digest(token), (0.0, None))
            return authenticator if self._clock() < expires_at else None

    def end(self, token: str) -> None:
        """Make a token invalid; unknown tokens are ignored."""
        with self._lock:
            self._issued.pop(_digest(token), None)


@cache
def tokens() -> Tokens:
    """The tokens of this run of the server."""
    return Tokens()


def authenticator() -> object | None:
    """The authenticator behind the cookie of this page load; None without a valid token."""
    token = st.session_state.get(TOKEN) or _cookie_token()
    token_authenticator = tokens().authenticator(token) if token else None
    if token_authenticator is not None:
        st.session_state[TOKEN] = token
    return token_authenticator


def begin(token_authenticator: object) -> None:
    """Issue a token after a sign-in; `draw` sends it to the browser."""
    st.session_state[TOKEN] = tokens().issue(token_authenticator)
    st.session_state.pop(ENDED, None)


def end() -> None:
    """End this session's token; `draw` removes the cookie."""
    for token in (st.session_state.pop(TOKEN, ""), _cookie_token()):
        tokens().end(token)
    st.session_state[ENDED] = True


def draw() -> None:
    """Write or remove the cookie; nothing in a session that neither signed in nor out."""
    token = st.session_state.get(TOKEN, "")
    if token or st.session_state.get(ENDED):
        path = f"/{(st.get_option('server.baseUrlPath') or '').strip('/')}"
        data = {"name": NAME, "value": token, "seconds": int(LIFETIME) if token else 0, "path": path}
        with st.container(key=CONTAINER):
            _writer()(data=data, key="owner_cookie_writer")


def _cookie_token() -> str:
    """The token in the cookie of this page load, "" for none."""
    return str(st.context.cookies.get(NAME, ""))


@cache
def _writer() -> Callable[..., object]:
    return component("owner_cookie", js=WRITE)


def _digest(token: str) -> bytes:
    """The stored form of a token: useless to anybody who reads the server's memory or logs."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
