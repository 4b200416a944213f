"""Tables as CSV that a spreadsheet opens without running anything: a title may begin like a formula."""

from __future__ import annotations

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for something else


def csv_bytes(table: pd.DataFrame) -> bytes:
    """The table as CSV in UTF-8; a text cell or header that begins like a formula is quoted by an apostrophe."""
    quoted = table.apply(lambda column: column if pd.api.types.is_numeric_dtype(column) else column.map(_quote_formula))
    quoted.columns = [_quote_formula(name) for name in table.columns]
    return (BYTE_ORDER_MARK + quoted.to_csv(index=False, lineterminator="\r\n")).encode("utf-8")


def _quote_formula(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
