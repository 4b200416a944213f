"""What the owner can change in the registry from the page. Each action checks the role again and leaves one message.

Actions are callbacks of buttons, so they run before the page is drawn, and the page shows their effect.
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
from recsys.ui.common.version_rows import readable
from recsys.ui.models import version_picker

MESSAGE = "models_message"  # session key
DONE, AGAINST_GATE, REFUSED = "done", "against the gate", "refused"  # outcomes of an action
MESSAGE_STYLES = {
    DONE: (st.success, ":material/check_circle:"),
    AGAINST_GATE: (st.warning, ":material/warning:"),
    REFUSED: (st.error, ":material/block:"),
}
LONGEST_TOAST = 200  # characters


def promote(version: str, why: str) -> None:
    """Make a version active, whatever the promotion gate says; a reason is required."""
    _run("promote", lambda: _promote(version, why))


def roll_back() -> None:
    """Make the previous version active again."""
    _run("roll back", lambda: f"{transitions.roll_back(Registry(), auth.who())} is live again.")


def pin(version: str) -> None:
    """Protect a version from deletion."""
    _run("pin", lambda: transitions.pin(Registry(), version, auth.who()) or f"{version} is pinned.")


def unpin(version: str) -> None:
    """Allow a version to be deleted again."""
    _run("unpin", lambda: transitions.unpin(Registry(), version, auth.who()) or f"{version} is no longer pinned.")


def delete(version: str) -> None:
    """Remove a version for good."""
    _run("delete", lambda: _delete(version))


def import_zip(content: bytes | None, why: str) -> None:
    """Import a version from a zip."""
    _run("import", lambda: _import_zip(content, why))


def zip_writer(version: str) -> Callable[[], BinaryIO]:
    """The callback of a download button that zips a version; requires the owner now and again when called.

    The link of a download ends with its button: a page drawn without the button removes the file.
    """
    require_owner = auth.owner_check("export")

    def write() -> BinaryIO:
        require_owner()
        return io.BytesIO(archive.packed(Registry(), version))

    return write


def show_message() -> None:
    """Show the message of the last action, once."""
    kind, message = st.session_state.pop(MESSAGE, (DONE, ""))
    if not message:
        return
    draw, icon = MESSAGE_STYLES[kind]
    message = readable(message)
    draw(plain(message, LONGEST_REASON), icon=icon)
    if kind != DONE:  # the button may be far below the message, which is at the top
        st.toast(plain(message, LONGEST_TOAST), icon=icon)


def _run(action: str, apply: Callable[[], str | tuple[str, str]]) -> None:
    try:
        auth.require_owner(action)
        message = apply()
        st.session_state[MESSAGE] = message if isinstance(message, tuple) else (DONE, message)
    except RecsysError as error:
        st.session_state[MESSAGE] = (REFUSED, str(error))


def _delete(version: str) -> str:
    transitions.delete(Registry(), version, auth.who())
    version_picker.clear()
    return f"{version} is deleted."


def _promote(version: str, why: str) -> tuple[str, str]:
    if not why.strip():
        raise BundleError(f"Nothing was changed. Give a reason to switch to {version}, then try again.")
    verdict = transitions.promote(Registry(), version, auth.who(), why)
    if verdict.passed:
        return DONE, f"{version} is now live."
    first_reason, more_count = verdict.reasons[0], len(verdict.reasons) - 1
    more_note = f" And {more_count} more reason{'s' if more_count > 1 else ''}." if more_count else ""
    return AGAINST_GATE, f"{version} is now live, against the promotion gate: {first_reason}{more_note}"


def _import_zip(content: bytes | None, why: str) -> str:
    if not content:
        raise BundleError("Nothing was imported: choose a model exported from this app, then import it again.")
    registry = Registry()
    version = archive.unpack(registry, content, auth.who(), why)
    is_active = registry.active_version() == version
    return f"{version} is imported. {'It is now live.' if is_active else 'It goes live when you switch to it.'}"
