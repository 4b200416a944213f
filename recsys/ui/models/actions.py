"""What the owner does to the shelf from the page: each deed asks again who does it, and leaves one sentence.

Deeds are the callbacks of buttons, so they run before the page is drawn and it shows what they made of the shelf.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

import streamlit as st

from recsys.errors import BundleError, RecsysError
from recsys.registry import Registry, archive, transitions
from recsys.ui.common import auth
from recsys.ui.common.text import LONGEST_REASON, plain

SAID = "models_said"
DONE, AGAINST, REFUSED = "done", "against", "refused"  # what a deed came to
SHOWN = {
    DONE: (st.success, ":material/check_circle:"),
    AGAINST: (st.warning, ":material/warning:"),
    REFUSED: (st.error, ":material/block:"),
}
LONGEST_TOAST = 200  # characters
CHOSEN = "version"  # the version that is looked at, in the session and in the address


def promote(version: str, why: str) -> None:
    """Let a version answer; a reason is wanted, whatever the gate says."""
    _do("promote", lambda: _promoted(version, why))


def roll_back() -> None:
    """Let the version answer that did before."""
    _do("roll back", lambda: f"{transitions.roll_back(Registry(), auth.who())} answers again.")


def pin(version: str) -> None:
    """Keep a version until it is unpinned."""
    _do("pin", lambda: transitions.pin(Registry(), version, auth.who()) or f"{version} is pinned.")


def unpin(version: str) -> None:
    """Let a version be deleted again."""
    _do("unpin", lambda: transitions.unpin(Registry(), version, auth.who()) or f"{version} is no longer pinned.")


def delete(version: str) -> None:
    """Remove a version for good."""
    _do("delete", lambda: _deleted(version))


def take_in(content: bytes | None, why: str) -> None:
    """Let a version out of a zip join the shelf."""
    _do("import", lambda: _taken_in(content, why))


def packed(version: str) -> Callable[[], BinaryIO]:
    """What a download button calls to pack a version; only made for the owner's own page, and asks again when called.

    A page that draws no such button takes what was offered with it: the link of a download ends when the owner leaves.
    """
    still_owner = auth.asking_later("export")

    def pack() -> BinaryIO:
        still_owner()
        return io.BytesIO(archive.packed(Registry(), version))

    return pack


def said() -> None:
    """Show what the last deed came to, once."""
    kind, words = st.session_state.pop(SAID, (DONE, ""))
    if not words:
        return
    show, icon = SHOWN[kind]
    show(plain(words, LONGEST_REASON), icon=icon)
    if kind != DONE:  # the button may be far below, out of sight of what is said at the top
        st.toast(plain(words, LONGEST_TOAST), icon=icon)


def _do(action: str, change: Callable[[], str | tuple[str, str]]) -> None:
    try:
        auth.require_owner(action)
        told = change()
        st.session_state[SAID] = told if isinstance(told, tuple) else (DONE, told)
    except RecsysError as error:
        st.session_state[SAID] = (REFUSED, str(error))


def _deleted(version: str) -> str:
    transitions.delete(Registry(), version, auth.who())
    st.session_state[CHOSEN] = Registry().active_version()  # the address must not go on naming one that is gone
    return f"{version} is deleted."


def _promoted(version: str, why: str) -> tuple[str, str]:
    if not why.strip():
        raise BundleError(f"Nothing was changed: give a reason why {version} should answer, then promote it again.")
    verdict = transitions.promote(Registry(), version, auth.who(), why)
    if verdict.passed:
        return DONE, f"{version} answers now."
    first, more = verdict.reasons[0], len(verdict.reasons) - 1
    others = f" And {more} more reason{'s' if more > 1 else ''}." if more else ""
    return AGAINST, f"{version} answers now. The gate would not have let it: {first}{others}"


def _taken_in(content: bytes | None, why: str) -> str:
    if not content:
        raise BundleError("Nothing was imported: choose a zip that a shelf has written, then import it again.")
    registry = Registry()
    version = archive.unpack(registry, content, auth.who(), why)
    answers = registry.active_version() == version
    return f"{version} is on the shelf. {'It answers now.' if answers else 'It answers when you promote it.'}"
