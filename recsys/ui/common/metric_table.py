"""Several metrics in a table: the model with its interval, what it must be compared with, and what each means."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.charts.layout import name as name_of
from recsys.evaluation import MODEL, Report
from recsys.glossary import metric
from recsys.ui.common.metric_cards import figure


def comparison(report: Report, metrics: Sequence[str], beside: Sequence[str], title: str) -> None:
    """A table with one row a metric; metrics and baselines that the report does not have are left out."""
    rows = compared(report, metrics, beside)
    if len(rows):
        st.table(rows, border="horizontal", alt=title)


def compared(report: Report, metrics: Sequence[str], beside: Sequence[str]) -> pd.DataFrame:
    """The table as people read it, by label: the model, its 95 % interval, each baseline."""
    rows = {}
    for each in metrics:
        entry, ours = metric(each), figure(report, each)
        if not ours.n:
            continue
        others = {name_of(model): entry.write(figure(report, each, model).value) for model in beside}
        interval = entry.write_interval(ours.low, ours.high)
        rows[entry.label] = {name_of(MODEL): entry.write(ours.value), "95 % interval": interval, **others}
    return pd.DataFrame.from_dict(rows, orient="index")


def meanings(metrics: Sequence[str]) -> None:
    """What the metrics mean, each with its formula; folded away until somebody asks."""
    with st.expander("What these numbers mean", icon=":material/help:"):
        for each in dict.fromkeys(metrics):
            entry = metric(each)
            st.markdown(f"**{entry.label}.** {entry.help}")
