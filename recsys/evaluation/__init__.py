"""Any predictor on any held-out rows -> one tidy report; what can be read from it; leaks looked for."""

from recsys.evaluation.reports import (
    AUDIT_COLUMNS,
    COLUMNS,
    CURVE_COLUMNS,
    LIST_COLUMNS,
    MODEL,
    TRADE_OFF_COLUMNS,
    Report,
    gains,
    paired,
    report,
)

__all__ = [
    "AUDIT_COLUMNS",
    "COLUMNS",
    "CURVE_COLUMNS",
    "LIST_COLUMNS",
    "MODEL",
    "TRADE_OFF_COLUMNS",
    "Report",
    "gains",
    "paired",
    "report",
]
