"""Several metrics in a table: the model with its interval, its baselines, and what each metric means."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.charts.layout import name as name_of
from recsys.evaluation import MODEL, Report
from recsys.glossary import INTERVALS_MEANING, metric
from recsys.ui.common.metric_cards import metric_value


def comparison(report: Report, metrics: Sequence[str], baselines: Sequence[str], title: str) -> None:
    """Draw a table with one row per metric; metrics that the report lacks are left out."""
    rows = comparison_table(report, metrics, baselines)
    if len(rows):
        st.table(rows, border="horizontal", alt=title)


def comparison_table(report: Report, metrics: Sequence[str], baselines: Sequence[str]) -> pd.DataFrame:
    """The formatted table, indexed by metric label: the model, its 95% interval, each baseline."""
    rows = {}
    for name in metrics:
        entry, measured = metric(name), metric_value(report, name)
        if not measured.n:
            continue
        baseline_cells = {name_of(model): entry.write(metric_value(report, name, model).value) for model in baselines}
        interval = entry.write_interval(measured.low, measured.high)
        rows[entry.label] = {name_of(MODEL): entry.write(measured.value), "95% interval": interval, **baseline_cells}
    return pd.DataFrame.from_dict(rows, orient="index")


def meanings(metrics: Sequence[str]) -> None:
    """What the metrics mean, each with its formula, in a closed expander."""
    with st.expander("What these metrics mean", icon=":material/help:"):
        for name in dict.fromkeys(metrics):
            entry = metric(name)
            st.markdown(f"**{entry.label}.** {entry.help}")
        st.markdown(f"**95% interval.** {INTERVALS_MEANING}")
