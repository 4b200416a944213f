"""The owner's buttons: promote, pin, delete and download of one version, the way back, and import."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.ui.common import auth
from recsys.ui.common.version_rows import Row, size
from recsys.ui.models import actions

HISTORIES = (
    "The zip holds everything, people's ratings among it: whoever gets it gets them, and the ratings' licence goes "
    "with them."
)
LARGEST_MB = 200  # an upload is held in memory
WHY, FILE, FILE_WHY = "models_why", "models_file", "models_file_why"


def head(rows: Sequence[Row]) -> None:
    """Who one is; for the owner also one click back to the version before, and a version from elsewhere."""
    previous = next((row["version"] for row in rows if row["previous"]), None)
    with st.container(horizontal=True):
        auth.sign()
        if not auth.is_owner():
            return
        if previous:
            st.button(
                f"Roll back to {previous}", key="models_rollback", icon=":material/undo:", on_click=actions.roll_back
            )
        _arrival()


def on(row: Row) -> None:
    """What can be done with a version; what cannot be done says why."""
    version = row["version"]
    if (not row["active"] or row["doubtful"]) and "problem" not in row:
        _promotion(version)
    with st.container(horizontal=True, vertical_alignment="center"):
        if row["pinned"]:
            st.button("Unpin", icon=":material/keep_off:", on_click=actions.unpin, args=(version,), key="models_unpin")
        else:
            st.button("Pin", icon=":material/keep:", on_click=actions.pin, args=(version,), key="models_pin")
        _deletion(row)
        if "problem" not in row:
            st.download_button(
                f"Download as zip ({size(row)} unpacked)",
                actions.packed(version),
                f"{version}.zip",
                "application/zip",
                key="models_download",
                on_click="ignore",
                icon=":material/download:",
                help=HISTORIES,
            )
    st.caption(HISTORIES)


def _arrival() -> None:
    """Import of a zip; it is verified in full before it joins the shelf."""
    with st.popover("Import a version", icon=":material/upload_file:"), st.form("models_import", border=False):
        st.file_uploader("A zip that a shelf has written", type="zip", key=FILE, max_upload_size=LARGEST_MB)
        st.text_input("Reason, for the journal", key=FILE_WHY, max_chars=500)
        st.form_submit_button("Import", icon=":material/upload_file:", on_click=_take_in)
        st.caption(
            "Every file is verified against its fingerprint and the model is loaded once before it joins; anything "
            "else is refused. It does not answer before you promote it."
        )


def _promotion(version: str) -> None:
    with st.form("models_promotion", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Why should it answer?", key=WHY, max_chars=500, placeholder="A reason, for the journal", width="stretch"
        )
        st.form_submit_button("Promote", type="primary", icon=":material/star:", on_click=_promote, args=(version,))


def _deletion(row: Row) -> None:
    version = row["version"]
    kept = [
        word
        for word, holds in (
            ("answers", row["active"]),
            ("is the way back", row["previous"]),
            ("is pinned", row["pinned"]),
        )
        if holds
    ]
    with st.popover(
        "Delete",
        icon=":material/delete:",
        disabled=bool(kept),
        help=f"Not while it {' and '.join(kept)}." if kept else None,
    ):
        st.markdown(f"Remove **{version}** for good? Download it first if you may want it back.")
        st.button("Delete for good", type="primary", on_click=actions.delete, args=(version,), key="models_delete")


def _promote(version: str) -> None:
    actions.promote(version, str(st.session_state.get(WHY) or ""))


def _take_in() -> None:
    given = st.session_state.get(FILE)
    actions.take_in(given.getvalue() if given else None, str(st.session_state.get(FILE_WHY) or ""))
