"""Evaluation: any predictor on any held-out rows becomes one tidy report; diagnostics, slices and the leakage audit."""

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
