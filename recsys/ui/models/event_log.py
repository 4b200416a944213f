"""Section: the event log of the registry: who changed what, when and why."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.errors import BundleError
from recsys.registry import Registry
from recsys.registry.event_log import Entry
from recsys.ui.common.text import LONGEST_REASON, clean, plain
from recsys.ui.common.version_rows import MISSING, format_time, readable

LONGEST = 500  # characters of a reason
EVENTS = {
    "refused": "rejected",
    "promoted": "made live",
    "cleaned": "deleted (limit)",
    "confirmed": "restored",
}  # as people say it


def show() -> None:
    """Draw the section."""
    try:
        entries = Registry().event_log()
    except BundleError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
        return
    if not entries:
        st.info("No events yet.", icon=":material/history:")
        return
    st.dataframe(
        event_table(entries),
        hide_index=True,
        key="models_journal",
        column_config={"Reason": st.column_config.TextColumn(width=360)},
        alt="All events, latest first",
    )
    st.caption("Times in UTC. Events are never changed or removed.")


def event_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """The formatted event log."""
    return pd.DataFrame(
        [
            {
                "When": format_time(entry.time),
                "Event": clean(EVENTS.get(entry.what, entry.what)).capitalize(),
                "Version": clean(readable(entry.version)),
                "By": clean(entry.who),
                "Reason": clean(readable(entry.why), LONGEST) or MISSING,
            }
            for entry in entries
        ]
    )
