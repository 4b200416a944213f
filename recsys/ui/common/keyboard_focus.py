"""Where the keyboard's focus goes when the focused element disappears, and the way into an open popover.

Streamlit draws parts of a page anew after each action, so a button that hides its own movie takes the focus with it:
the next Tab would start at the top of the page, and a screen reader would fall silent. A small script gives the focus
to what is left of the place: the element itself if it is drawn again, then the closest part around it, the notice with
Undo, what came after it, and on another page its title. Parts are focused themselves, not a button of theirs: a second
press of Enter does nothing. The content of a popover is last in the document: Tab leads into it, and back. What the
notice says is announced to screen readers also where the focus stays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import streamlit as st
from streamlit.components.v2 import component

COMPONENT, CONTAINER = "keyboard_focus_script", "keyboard_focus"
# Parts of a page are known by the class `st-key-...` that Streamlit gives to elements with a key.
SCRIPT = """
const KEYED = '[class*="st-key-"]', UNDO = ".st-key-undo_notice";
const FIELDS = "a[href], button:enabled, input:enabled, textarea:enabled, summary";
const memory = (window.recsysFocus ??= { focused: null, place: null });  // a new page evaluates this script anew
const key = (element) => [...element.classList].find((name) => name.startsWith("st-key-"));
const part = (name) => document.querySelector(`.${CSS.escape(name)}`);
const fields = (element) => [...element.querySelectorAll(FIELDS)].filter(
  (field) => field.tabIndex >= 0 && field.checkVisibility());
const find = (selector) => document.querySelector(`[data-testid="${selector}"]`);
const openPopover = () => document.querySelector('[data-testid="stPopoverButton"][aria-expanded="true"]');

const parts = (element) => {
  const names = [];
  for (let at = element?.closest(KEYED); at; at = at.parentElement.closest(KEYED)) names.push(key(at));
  return names;
};
const onFocus = ({ target }) => {
  if (target.closest('[data-testid="stDialog"]')) return;  // it gives the focus back to what opened it
  memory.focused = target;
  if (target.closest(UNDO)) return;  // the place is still where the change was made
  const opener = target.closest('[data-testid="stPopoverBody"]') ? openPopover() : null, from = opener ?? target;
  const following = [...document.querySelectorAll(`main ${KEYED}`)].filter(
    (element) => from.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  const [own = "", ...around] = [...parts(target), ...parts(opener)];
  const isTitle = target.matches("main h1"), path = window.location.pathname;
  memory.place = { own, around, following: following.map(key), path, isTitle };
};
const onBlur = ({ target }) => setTimeout(() => {
  const isThere = target.isConnected && target.checkVisibility();  // a part that is hidden first is on its way out
  const isLeft = isThere && document.activeElement === document.body;
  if (isLeft && target === memory.focused) memory.focused = null;
});
const onTab = (event) => {
  const opener = openPopover(), body = find("stPopoverBody");
  if (event.key !== "Tab" || !opener || !body) return;
  const inside = fields(body), active = document.activeElement;
  if (active === opener && !event.shiftKey && inside.length) {
    inside[0].focus();
    event.preventDefault();
  } else if (active === inside[0] && event.shiftKey) {
    opener.focus();
    event.preventDefault();
  } else if (active === inside.at(-1) && !event.shiftKey) opener.focus();  // and Tab goes on from there
};

const focusOn = (element) => {
  const inside = fields(element);
  const target = key(element) === memory.place.own && inside.length === 1 ? inside[0] : element;
  if (target === element) {
    target.tabIndex = -1;
    target.addEventListener("blur", () => target.removeAttribute("tabindex"), { once: true });
  }
  target.focus();
};
const restore = () => {
  const { focused, place } = memory;
  const isLost = focused && !focused.isConnected && document.activeElement === document.body;
  if (!isLost || find("stApp")?.dataset.testScriptState === "running") return;
  const names = [place.own, ...place.around], title = document.querySelector("main h1");
  const isAtTop = place.isTitle || place.path !== window.location.pathname;
  const element = isAtTop ? title : names.filter(Boolean).map(part).find(Boolean)
    ?? document.querySelector(UNDO) ?? place.following.map(part).find(Boolean) ?? title;
  memory.focused = null;
  if (element) focusOn(element);
};
const STATUS = "recsys-status", HIDDEN = { position: "fixed", width: "1px", height: "1px", overflow: "hidden" };
const announce = () => {  // a region is announced when its text changes, not when it comes with its text
  let status = document.getElementById(STATUS);
  if (!status) {
    status = document.body.appendChild(Object.assign(document.createElement("div"), { id: STATUS, role: "status" }));
    Object.assign(status.style, HIDDEN, { clipPath: "inset(50%)" });
  }
  const text = document.querySelector(`${UNDO} p`)?.textContent ?? "";
  if (status.textContent !== text) status.textContent = text;
};

export default function () {
  const observer = new MutationObserver(() => { restore(); announce(); });
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] });
  const listeners = { focusin: onFocus, focusout: onBlur, keydown: onTab };
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener, true);
  restore();  // what was lost while no script was there
  announce();
  return () => {
    observer.disconnect();
    for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener, true);
  };
}
"""


def draw() -> None:
    """Put the script on the page; nothing of it is seen."""
    with st.container(key=CONTAINER):
        _component()(key=COMPONENT)


@cache
def _component() -> Callable[..., object]:
    return component("keyboard_focus", js=SCRIPT)
