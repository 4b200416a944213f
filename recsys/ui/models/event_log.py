"""Section: the event log of the registry: who changed what, when and why."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.errors import BundleError
from recsys.registry import Registry
from recsys.registry.event_log import Entry
from recsys.ui.common.text import LONGEST_REASON, clean, plain
from recsys.ui.common.version_rows import MISSING, format_time

LONGEST = 500  # characters of a reason


def show() -> None:
    """Draw the section."""
    try:
        entries = Registry().event_log()
    except BundleError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
        return
    if not entries:
        st.info("Nothing has been changed yet.", icon=":material/history:")
        return
    st.dataframe(
        event_table(entries),
        hide_index=True,
        key="models_journal",
        column_config={"Why": st.column_config.TextColumn(width=360)},
        alt="Every change of the registry, the latest first",
    )
    st.caption("Times in UTC. Lines are only ever added.")


def event_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """The formatted event log."""
    return pd.DataFrame(
        [
            {
                "When": format_time(entry.time),
                "What": clean(entry.what).capitalize(),
                "Version": clean(entry.version),
                "By": clean(entry.who),
                "Why": clean(entry.why, LONGEST) or MISSING,
            }
            for entry in entries
        ]
    )
