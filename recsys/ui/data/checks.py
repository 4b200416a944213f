"""What the checks found before anything was learned: rows read, kept, dropped and repaired, with line numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from recsys.ui.common.text import LONGEST_REASON, plain

TABLES = ("ratings", "movies", "users")


def show(checks: Mapping[str, Any]) -> None:
    """The report of `CheckReport.as_dict`; a sentence when there is none."""
    told = [checks[name] for name in TABLES if isinstance(checks.get(name), Mapping)]
    if not told:
        st.caption("This model does not say what was checked.")
        return
    st.table(
        [
            {
                "Table": plain(table["table"]),
                "Read": f"{table['read']:,}",
                "Kept": f"{table['kept']:,}",
                "Dropped": f"{table['read'] - table['kept']:,}",
                "From": plain(table["source"]),
            }
            for table in told
        ],
        border="horizontal",
        hide_index=True,
        alt="Rows read, kept and dropped of each table",
    )
    lines = [f"- {plain(note, LONGEST_REASON)}" for note in checks.get("notes") or ()]
    lines += [line for table in told for line in _findings(table)]
    st.markdown("\n".join(lines) if lines else "Nothing was dropped, and nothing had to be repaired.")


def _findings(table: Mapping[str, Any]) -> list[str]:
    """One line a reason: how many rows, why, and the first line numbers."""
    return [
        f"- **{_rows(found['rows'], table['table'])}** {done}: {plain(found['meaning'])}. :gray[{_where(found)}]"
        for done in ("dropped", "repaired")
        for found in table[done].values()
    ]


def _rows(count: int, of: str) -> str:
    """`231 ratings`, `1 movie`."""
    return f"{count:,} {plain(of.removesuffix('s') if count == 1 else of)}"


def _where(found: Mapping[str, Any]) -> str:
    lines = [f"{line:,}" for line in found["first_lines"]]
    more = " …" if found["rows"] > len(lines) else ""
    return f"{'Lines' if found['rows'] > 1 else 'Line'} {', '.join(lines)}{more}"
