"""The role of this session: visitor, or owner after signing in with the key. The server checks it at each action."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from time import sleep

import streamlit as st

from recsys import access
from recsys.settings import MIN_KEY_LENGTH, admin_key
from recsys.ui.common import owner_cookie
from recsys.web.clients import client_name

KEY = "key"  # URL parameter: `?key=...`
AUTHENTICATOR, SIGN_IN_ERROR = "auth_authenticator", "auth_error"  # session keys
SESSION_ID = "auth_session"  # session key: wrong keys are counted by this random id
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded")

log = logging.getLogger(__name__)


def role() -> str:
    """The role of this session: `access.OWNER` or `access.VISITOR`. A changed key signs everybody out."""
    return _role(_is_local(), _authenticator())


def is_owner() -> bool:
    """Whether this session may change what other visitors see."""
    return role() == access.OWNER


def require_owner(action: str) -> None:
    """Raise NotAllowedError unless this session is the owner's. Call it next to the action itself."""
    access.require_owner(role(), action)


def owner_check(action: str) -> Callable[[], None]:
    """Require the owner now; return a function that repeats the check from a thread without a session."""
    require_owner(action)
    local, authenticator = _is_local(), _authenticator()
    return lambda: access.require_owner(_role(local, authenticator), action)


def who() -> str:
    """The author of a change by this session, as the event log records it."""
    return f"the {role()}, in the browser"


def sign_in_from_url() -> None:
    """Sign in with a key in the URL, and remove the key at once so that nobody copies it with the link."""
    if KEY in st.query_params:
        key = st.query_params[KEY]
        del st.query_params[KEY]
        sign_in(key)


def sign_in(key: str) -> None:
    """Sign in if the key is right; otherwise store an error, after a delay that grows with each wrong key."""
    authenticator = access.authenticator()
    if authenticator.verify(key):
        st.session_state[AUTHENTICATOR], st.session_state[SIGN_IN_ERROR] = authenticator, ""
        owner_cookie.begin(authenticator)
        return
    session_id = st.session_state.setdefault(SESSION_ID, secrets.token_hex(8))
    delay = authenticator.delay(client(), f"session {session_id}")
    sleep(delay)
    slower_note = (
        " After each wrong key the next answer takes longer. The correct key always works at once." if delay else ""
    )
    st.session_state[AUTHENTICATOR], st.session_state[SIGN_IN_ERROR] = (
        None,
        f"This key is not correct.{slower_note}",
    )


def client() -> str:
    """The client whose wrong keys are counted together: one network address."""
    return client_name(st.context.ip_address, st.context.headers.get_all("X-Forwarded-For"))


def log_owner_link(url: str) -> None:
    """Log the owner's sign-in link if no good key is set and others can reach this server."""
    if access.is_local(st.get_option("server.address"), forwarded=False):
        return
    problem = access.key_problem(admin_key())
    if problem and admin_key():
        log.error("%s Until then nobody can sign in with it.", problem)
    if problem:
        log.warning("Sign in as owner with this link: %s/?%s=%s", url, KEY, access.generate_key())


def draw_sign_in() -> None:
    """A popover with the role of this session, and a form to sign in or out."""
    owner = is_owner()
    label, icon = ("Owner", ":material/key:") if owner else ("Visitor", ":material/person:")
    with st.popover(label, icon=icon, key="auth"):
        if _is_local():
            st.markdown("**You are the owner.** Only this computer can reach the server, so no key is needed.")
        elif owner:
            st.markdown("**You are the owner.** Your changes affect everybody.")
            if st.button("Sign out", key="auth_sign_out"):
                st.session_state.pop(AUTHENTICATOR, None)
                owner_cookie.end()
                st.rerun()
        else:
            _sign_in_form()


def _sign_in_form() -> None:
    st.markdown("**You are a visitor.** You can see everything. Nothing you do changes what others see.")
    with st.form("auth_form", border=False):
        key = st.text_input("Owner key", type="password", autocomplete="off", max_chars=500)
        if st.form_submit_button("Sign in as owner"):
            sign_in(key)
            if is_owner():
                st.rerun()
    if error := st.session_state.get(SIGN_IN_ERROR):
        st.error(error, icon=":material/lock:")
    st.caption(
        f"The key is `RECSYS_ADMIN_KEY` in the server's secrets or environment, at least {MIN_KEY_LENGTH} characters. "
        "If it is not set, the server's terminal shows a sign-in link."
    )


def _authenticator() -> object | None:
    """The authenticator that accepted this session's key, or the one behind the cookie of an earlier session."""
    return st.session_state.get(AUTHENTICATOR) or owner_cookie.authenticator()


def _role(local: bool, authenticator: object) -> str:
    return access.OWNER if local or authenticator is access.authenticator() else access.VISITOR


def _is_local() -> bool:
    forwarded = any(name in st.context.headers for name in PROXY_HEADERS)
    return access.is_local(st.get_option("server.address"), forwarded)
