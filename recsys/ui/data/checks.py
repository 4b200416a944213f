"""Result of the data checks: rows read, kept, dropped and repaired, with line numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from recsys.ui.common.text import LONGEST_REASON, plain

TABLES = ("ratings", "movies", "users")


def show(checks: Mapping[str, Any]) -> None:
    """Show the report of `CheckReport.as_dict`; a sentence if it is empty."""
    tables = [checks[name] for name in TABLES if isinstance(checks.get(name), Mapping)]
    if not tables:
        st.caption("This model has no record of data checks.")
        return
    st.table(
        [
            {
                "Table": plain(table["table"]),
                "Read": f"{table['read']:,}",
                "Kept": f"{table['kept']:,}",
                "Dropped": f"{table['read'] - table['kept']:,}",
                "File": plain(table["source"]),
            }
            for table in tables
        ],
        border="horizontal",
        hide_index=True,
        alt="Rows read, kept and dropped of each table",
    )
    lines = [f"- {plain(note, LONGEST_REASON)}" for note in checks.get("notes") or ()]
    lines += [line for table in tables for line in _findings(table)]
    st.markdown("\n".join(lines) if lines else "No rows were dropped or repaired.")


def _findings(table: Mapping[str, Any]) -> list[str]:
    """One line per reason: number of rows, meaning, and the first line numbers."""
    return [
        f"- **{_rows(finding['rows'], table['table'])}** {action}: {plain(finding['meaning'])}. "
        f":gray[{_line_numbers(finding)}]"
        for action in ("dropped", "repaired")
        for finding in table[action].values()
    ]


def _rows(count: int, table_name: str) -> str:
    """`231 ratings`, `1 movie`."""
    return f"{count:,} {plain(table_name.removesuffix('s') if count == 1 else table_name)}"


def _line_numbers(finding: Mapping[str, Any]) -> str:
    lines = [str(line) for line in finding["first_lines"]]  # a comma would look like the next line
    ellipsis = " …" if finding["rows"] > len(lines) else ""
    return f"{'Lines' if finding['rows'] > 1 else 'Line'} {', '.join(lines)}{ellipsis}"
