"""The owner stays signed in when the page is loaded anew: a cookie with a token that this server has issued.

Streamlit gives every load of a page a new session. The token is random, lives for `LIFETIME` seconds, and means
something only to this run of the server: it never holds the key. Signing out ends it, and so does a changed key.
The browser does not send the cookie along with requests that another site begins, nor into its frames.
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

NAME = "recsys_owner"
LIFETIME = 12 * 3600.0  # seconds
MOST_TOKENS = 100  # the oldest makes room
TOKEN, ENDED = "owner_token", "owner_token_ended"  # in the session
PLACE = "owner_cookie"  # key of the container of the component, which shows nothing
WRITE = """
export default function ({ data }) {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie =
    `${data.name}=${data.value}; Max-Age=${data.seconds}; Path=${data.path}; SameSite=Strict${secure}`;
}
"""


class Tokens:
    """Tokens that were issued and have not ended, each for the door that its owner's key opened."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._guard = clock, threading.Lock()
        self._issued: OrderedDict[bytes, tuple[float, object]] = OrderedDict()

    def issue(self, authenticator: object) -> str:
        """A new token for whoever has opened a door."""
        token = secrets.token_urlsafe(32)
        with self._guard:
            self._issued[_digest(token)] = (self._clock() + LIFETIME, authenticator)
            while len(self._issued) > MOST_TOKENS:
                self._issued.popitem(last=False)
        return token

    def authenticator(self, token: str) -> object | None:
        """The door that a token is for; None for one that is unknown, over or ended."""
        with self._guard:
            ends, authenticator = self._issued.get(_digest(token), (0.0, None))
            return authenticator if self._clock() < ends else None

    def end(self, token: str) -> None:
        """A token that counts no more; nothing for one that is unknown."""
        with self._guard:
            self._issued.pop(_digest(token), None)


@cache
def tokens() -> Tokens:
    """Those of this run of the server."""
    return Tokens()


def authenticator() -> object | None:
    """The door that the cookie of this page load is for, if its token still counts."""
    token = st.session_state.get(TOKEN) or _sent()
    found = tokens().authenticator(token) if token else None
    if found is not None:
        st.session_state[TOKEN] = token
    return found


def begin(opened: object) -> None:
    """Issue a token for a door that this session has opened; `draw` gives it to the browser."""
    st.session_state[TOKEN] = tokens().issue(opened)
    st.session_state.pop(ENDED, None)


def end() -> None:
    """End this session's token; `draw` takes the cookie away."""
    for token in (st.session_state.pop(TOKEN, ""), _sent()):
        tokens().end(token)
    st.session_state[ENDED] = True


def draw() -> None:
    """Write the cookie, or remove it; nothing for a session that neither signed in nor out."""
    token = st.session_state.get(TOKEN, "")
    if token or st.session_state.get(ENDED):
        path = f"/{(st.config.get_option('server.baseUrlPath') or '').strip('/')}"
        data = {"name": NAME, "value": token, "seconds": int(LIFETIME) if token else 0, "path": path}
        with st.container(key=PLACE):
            _writer()(data=data, key="owner_cookie_writer")


def _sent() -> str:
    """The token that the browser sent when it loaded the page, "" for none."""
    return str(st.context.cookies.get(NAME, ""))


@cache
def _writer() -> Callable[..., object]:
    return st.components.v2.component("owner_cookie", js=WRITE)


def _digest(token: str) -> bytes:
    """What is kept of a token: nobody who sees the server's memory or a log of it can use it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
