"""Who this session is: a visitor, or the owner who has shown the key; decided by the server, anew at each question."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from time import sleep

import streamlit as st

from recsys import access
from recsys.settings import SHORTEST_KEY, admin_key
from recsys.ui.common import owner_cookie
from recsys.web.clients import client_name

KEY = "key"  # of the address: `?key=...`
AUTHENTICATOR, SAID = (
    "standing_held",
    "standing_said",
)  # in the session: the door that was opened, and what a wrong key got
SESSION = "standing_session"  # a name for the session, by which its wrong keys are counted
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded")

log = logging.getLogger(__name__)


def role() -> str:
    """The role of this session: `access.OWNER` or `access.VISITOR`. A key that was changed since counts no more."""
    return _role(_at_home(), _authenticator())


def is_owner() -> bool:
    """Whether this session may change what others see."""
    return role() == access.OWNER


def require_owner(action: str) -> None:
    """Raise NotAllowedError unless this session is the owner's; call it where the action is done."""
    access.require_owner(role(), action)


def asking_later(action: str) -> Callable[[], None]:
    """The same, and what asks again from a thread that has no session: whether the key that was shown still counts."""
    require_owner(action)
    home, held = _at_home(), _authenticator()
    return lambda: access.require_owner(_role(home, held), action)


def who() -> str:
    """What the journal calls this session."""
    return f"the {role()}, in the browser"


def admit_by_address() -> None:
    """Look at a key in the address, which leaves it at once so that nobody copies it with the link."""
    if KEY in st.query_params:
        given = st.query_params[KEY]
        del st.query_params[KEY]
        admit(given)


def admit(given: str) -> None:
    """Let the session be the owner's if the key is right; else say later and later that it is not."""
    authenticator = access.authenticator()
    if authenticator.verify(given):
        st.session_state[AUTHENTICATOR], st.session_state[SAID] = authenticator, ""
        owner_cookie.begin(authenticator)
        return
    session = st.session_state.setdefault(SESSION, secrets.token_hex(8))
    wait = authenticator.delay(client(), f"session {session}")
    sleep(wait)
    slower = " Each further wrong key is answered more slowly; the right one at once." if wait else ""
    st.session_state[AUTHENTICATOR], st.session_state[SAID] = None, f"That is not the owner's key.{slower}"


def client() -> str:
    """Whose wrong keys are counted together: those of one address."""
    return client_name(st.context.ip_address, st.context.headers.get_all("X-Forwarded-For"))


def announce(address: str) -> None:
    """Say in the terminal how the owner comes in, when nobody has set a good key and others can reach this server."""
    if access.is_local(st.config.get_option("server.address"), forwarded=False):
        return
    problem = access.key_problem(admin_key())
    if problem and admin_key():
        log.error("%s Until then that key opens nothing.", problem)
    if problem:
        log.warning("The owner's link, for whoever runs this server: %s/?%s=%s", address, KEY, access.generate_key())


def sign() -> None:
    """Who one is, as a button that opens: what that means, and the way in or out."""
    mine = is_owner()
    label, icon = ("Owner", ":material/key:") if mine else ("Visitor", ":material/person:")
    with st.popover(label, icon=icon, key="standing"):
        if _at_home():
            st.markdown("**You are the owner**: this server listens to its own machine alone.")
        elif mine:
            st.markdown("**You are the owner.** What you change here, everybody sees.")
            if st.button("Be a visitor again", key="standing_leave"):
                st.session_state.pop(AUTHENTICATOR, None)
                owner_cookie.end()
                st.rerun()
        else:
            _way_in()


def _way_in() -> None:
    st.markdown("**You are a visitor.** You see everything, and nothing that you do changes what others see.")
    with st.form("standing_form", border=False):
        given = st.text_input("The owner's key", type="password", autocomplete="off", max_chars=500)
        if st.form_submit_button("Come in as the owner"):
            admit(given)
            if is_owner():
                st.rerun()
    if said := st.session_state.get(SAID):
        st.error(said, icon=":material/lock:")
    st.caption(
        f"It is `RECSYS_ADMIN_KEY` in the server's secrets or environment, at least {SHORTEST_KEY} characters. Without "
        "one the server's terminal shows a link with a key made for this run."
    )


def _authenticator() -> object | None:
    """The door that this session has opened, or that the cookie of an earlier one is for."""
    return st.session_state.get(AUTHENTICATOR) or owner_cookie.authenticator()


def _role(home: bool, held: object) -> str:
    return access.OWNER if home or held is access.authenticator() else access.VISITOR


def _at_home() -> bool:
    forwarded = any(name in st.context.headers for name in PROXY_HEADERS)
    return access.is_local(st.config.get_option("server.address"), forwarded)
