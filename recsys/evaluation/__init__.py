"""Any predictor on held-out rows becomes a tidy report, with baselines, slices and leakage audit."""

from recsys.evaluation.reports import (
    AUDIT_COLUMNS,
    COLUMNS,
    CURVE_COLUMNS,
    LIST_COLUMNS,
    MODEL,
    TRADE_OFF_COLUMNS,
    Report,
    gains_over_baselines,
    paired_differences,
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
    "gains_over_baselines",
    "paired_differences",
    "report",
]
