"""The owner's buttons: switch back, import, and for one version switch to it, pin, delete and download."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.ui.common import auth
from recsys.ui.common.text import plain
from recsys.ui.common.version_rows import Row, short_name, size
from recsys.ui.models import actions

PRIVACY_NOTE = "The zip contains the users' ratings. Share it only if their licence allows it."
MAX_MEGABYTES = 200  # an upload is held in memory
WHY, FILE, FILE_WHY = "models_why", "models_file", "models_file_why"


def header(rows: Sequence[Row]) -> None:
    """The sign-in popover; for the owner also buttons to switch back and to import a version."""
    previous = next((row for row in rows if row["previous"]), None)
    with st.container(horizontal=True):
        auth.draw_sign_in()
        if not auth.is_owner():
            return
        if previous:
            st.button(
                f"Switch back to {short_name(previous)}",
                key="models_rollback",
                icon=":material/undo:",
                on_click=actions.roll_back,
                help=f"Make {plain(previous['name'])} live again.",
            )
        _import_form()


def version_actions(row: Row) -> None:
    """The actions for one version; a disabled one tells why."""
    version = row["version"]
    if (not row["active"] or row["doubtful"]) and "problem" not in row:
        _promotion_form(row)
    with st.container(horizontal=True, vertical_alignment="center"):
        if row["pinned"]:
            st.button("Unpin", icon=":material/keep_off:", on_click=actions.unpin, args=(version,), key="models_unpin")
        else:
            st.button("Pin", icon=":material/keep:", on_click=actions.pin, args=(version,), key="models_pin")
        _delete_popover(row)
        if "problem" not in row:
            st.download_button(
                "Download as zip",
                actions.zip_writer(version),
                f"{version}.zip",
                "application/zip",
                key="models_download",
                on_click="ignore",
                icon=":material/download:",
                help=f"{size(row)} unpacked.",
            )
    st.caption(PRIVACY_NOTE)


def _import_form() -> None:
    """Form to import a zip, which is verified in full first."""
    with st.popover("Import a version", icon=":material/upload_file:"), st.form("models_import", border=False):
        st.file_uploader("A model exported from this app", type="zip", key=FILE, max_upload_size=MAX_MEGABYTES)
        st.text_input("Reason, for the event log", key=FILE_WHY, max_chars=500)
        st.form_submit_button("Import", icon=":material/upload_file:", on_click=_import_zip)
        st.caption("The file is checked first. It goes live only when you switch to it.")


def _promotion_form(row: Row) -> None:
    """A form with the reason and a button that makes a version live."""
    with st.form("models_promotion", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Reason to switch", key=WHY, max_chars=500, placeholder="For the event log", width="stretch")
        label = f"Switch to {short_name(row)}"
        st.form_submit_button(
            label, type="primary", icon=":material/swap_horiz:", on_click=_promote, args=(row["version"],)
        )


def _delete_popover(row: Row) -> None:
    version = row["version"]
    reasons = [
        reason
        for reason, applies in (
            ("is live", row["active"]),
            ("is the previous version, to switch back to", row["previous"]),
            ("is pinned", row["pinned"]),
        )
        if applies
    ]
    with st.popover(
        "Delete",
        icon=":material/delete:",
        disabled=bool(reasons),
        help=f"Not while it {' and '.join(reasons)}." if reasons else None,
    ):
        st.markdown(f"Delete **{plain(row['name'])}** for good? Download it first if you may want it back.")
        st.button("Delete for good", type="primary", on_click=actions.delete, args=(version,), key="models_delete")


def _promote(version: str) -> None:
    actions.promote(version, str(st.session_state.get(WHY) or ""))


def _import_zip() -> None:
    upload = st.session_state.get(FILE)
    actions.import_zip(upload.getvalue() if upload else None, str(st.session_state.get(FILE_WHY) or ""))
