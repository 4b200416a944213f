"""The visitor's profile survives a reload, a closed tab and a restarted server: their own browser keeps it.

The browser's local storage has the profile as its file (`visitor.profile_file`); nothing of it is written on the
server. Each load of a page is a new session: it first receives what the browser has, and then writes every change back.
A cookie without content tells a new session that there is something to wait for. Other tabs of the same browser follow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import streamlit as st
from streamlit.components.v2 import component

from recsys.errors import InputError
from recsys.ui.common import session_profile
from recsys.visitor.profile import Profile
from recsys.visitor.profile_file import from_bytes, to_bytes

NAME, CONTAINER, COMPONENT = "recsys_profile", "browser_storage", "browser_storage_sync"  # storage and cookie; keys
RECEIVED, WRITTEN = "storage_received", "storage_written"  # session keys
NOTHING: tuple[Profile | None, str] = (None, "")
# `memory.known` is what this page last sent or wrote: anything else is another tab's, and is never overwritten.
SYNC = """
const COOKIE_SECONDS = 34560000;
const memory = (window.recsysProfile ??= { known: "", count: 0 });  // a new page evaluates this script anew
const read = (name) => { try { return localStorage.getItem(name) ?? ""; } catch { return ""; } };
const mark = (data, isStored) => {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  const age = isStored ? COOKIE_SECONDS : 0;
  document.cookie = `${data.cookie}=1; Max-Age=${age}; Path=${data.path}; SameSite=Strict${secure}`;
};
const write = (data) => {
  try {
    const backup = `${data.name} backup`;
    if (data.text && data.backup && memory.known) localStorage.setItem(backup, memory.known);
    if (data.text) localStorage.setItem(data.name, data.text);
    else [data.name, backup].forEach((name) => localStorage.removeItem(name));
    memory.known = data.text;
    mark(data, Boolean(data.text));
  } catch { /* The storage is full or switched off: the profile lasts as long as this session. */ }
};
export default function ({ data, setStateValue }) {
  const send = () => {
    memory.known = read(data.name);
    memory.count += 1;
    mark(data, Boolean(memory.known));
    setStateValue("stored", `${memory.count}=${memory.known}`);
  };
  const stored = read(data.name);
  if (data.waiting || stored !== memory.known) send();
  else if (data.text !== null && data.text !== stored) write(data);
  const onStorage = (event) => { if (event.key === data.name && read(data.name) !== memory.known) send(); };
  window.addEventListener("storage", onStorage);
  return () => window.removeEventListener("storage", onStorage);
}
"""


def sync() -> bool:
    """Exchange the profile with the browser; return whether the page has to wait for the browser's answer.

    Called before the page is drawn: callbacks have made their changes by then, and the page sees what was received.
    """
    state, path = st.session_state, f"/{(st.get_option('server.baseUrlPath') or '').strip('/')}"
    waiting = not state.get(RECEIVED) and st.context.cookies.get(NAME) == "1"
    data = {
        "name": f"{NAME} {path}",
        "cookie": NAME,
        "path": path,
        "waiting": waiting,
        "text": _text(),
        "backup": session_profile.is_incomplete(),
    }
    with st.container(key=CONTAINER):
        _component()(data=data, key=COMPONENT, on_stored_change=_on_stored)
    return waiting


def receive(text: str) -> None:
    """Take a profile that the browser sent: untrusted text, empty for none."""
    st.session_state[RECEIVED] = True
    if text == st.session_state.get(WRITTEN, NOTHING)[1]:
        return
    try:
        session_profile.receive(from_bytes(text.encode("utf-8", "surrogatepass")) if text else None)
    except InputError:
        session_profile.receive(None, readable=False)
        st.toast("The ratings that this browser kept could not be read. A copy stays in its storage.")


def _on_stored() -> None:
    stored = getattr(st.session_state.get(COMPONENT), "stored", None)
    if isinstance(stored, str):
        receive(stored.partition("=")[2])


def _text() -> str | None:
    """The profile as text for the browser, "" for an empty one; None while there is nothing to write."""
    profile, stars = session_profile.current()
    if profile is None:
        return None
    written_profile, text = st.session_state.get(WRITTEN, NOTHING)
    if profile is not written_profile:
        text = "" if profile.is_empty else to_bytes(profile, stars).decode()
        st.session_state[WRITTEN] = (profile, text)
    return text


@cache
def _component() -> Callable[..., object]:
    return component("browser_storage", js=SYNC)
