"""How good the model is: its accuracy beside the baselines as bars, and the other headline metrics."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from recsys.charts.layout import name as name_of
from recsys.evaluation import Report
from recsys.evaluation.strongest import strongest_baseline
from recsys.glossary import metric
from recsys.ui.common import later_ratings
from recsys.ui.common.metric_cards import BASELINES, metric_value
from recsys.ui.common.text import percent

OTHER_METRICS = ("rmse", "mae")


def show(report: Report, manifest: Mapping[str, Any]) -> None:
    """The section; nothing if the report has no accuracy. The manifest is that of the report's model."""
    accuracy = metric_value(report, "accuracy")
    if not accuracy.n:
        return
    st.header("How good is it?", anchor=False)
    interval = metric("accuracy").write_interval(accuracy.low, accuracy.high)
    st.html(
        f'<div class="how-good"><p class="big">{percent(accuracy.value)}</p>'
        f"<p>of its predicted stars are exactly right, on {accuracy.n:,} held-out ratings that it had never seen "
        f"(<b>Accuracy</b>, 95% interval {interval}).</p>{_bars(report)}</div>"
    )
    if not later_ratings.table(report, manifest):
        st.html(f'<div class="how-good">{_other_metrics(report)}</div>')
    st.markdown(later_ratings.sentence(report, manifest))
    st.page_link("pages/evaluate.py", label="How it was measured, and for whom it is worse")


def _bars(report: Report) -> str:
    """One bar for the model and one for each baseline, best first."""
    baselines = {model: metric_value(report, "accuracy", model).value for model in BASELINES}
    values = {name_of(model): value for model, value in baselines.items() if value == value}
    best = max([metric_value(report, "accuracy").value, *values.values()])
    rows = [("This app", metric_value(report, "accuracy").value)]
    rows += sorted(values.items(), key=lambda item: -item[1])
    bars = (
        f'<tr><th scope="row">{escape(name)}</th>'
        f'<td><div class="bar" style="width:{100 * value / best:.1f}%"></div></td><td>{percent(value)}</td></tr>'
        for name, value in rows
    )
    return f'<table class="bars" aria-label="Accuracy beside the baselines">{"".join(bars)}</table>'


def _other_metrics(report: Report) -> str:
    """Each other metric beside its best baseline."""
    sentences = []
    for metric_name in OTHER_METRICS:
        entry, measured = metric(metric_name), metric_value(report, metric_name)
        baseline = strongest_baseline(report, metric_name)
        beside = f", best baseline {entry.write(baseline[1])}" if baseline else ""
        sentences.append(f"<b>{escape(entry.label)}</b> {entry.write(measured.value)}{beside}")
    return f'<p class="facts">{"; ".join(sentences)} stars, lower is better.</p>'
