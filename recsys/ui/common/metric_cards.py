"""Metric cards: the model's value beside its baselines, with interval and sample size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from recsys.charts.layout import name as name_of
from recsys.evaluation import Report
from recsys.evaluation.strongest import strongest, strongest_baseline
from recsys.glossary import HIGHER, SAMPLED, WITHOUT_SEED, counted, metric
from recsys.serving.prediction_set import SET_COVERAGE, SET_SIZE
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number, percent

HEADLINE_METRICS = ("accuracy", "rmse", "mae")
BASELINES = ("original", "bias", "majority", "popularity")
BASELINE_MEANINGS = {
    "original": "the features and trees of this project's first model, without its data leak",
    "bias": "the overall mean plus an offset for the user and one for the movie (damped bias)",
    "majority": "always predicts the most common star",
}
NO_BREAK_SPACE = "\u00a0"
MIN_CARD_WIDTH = 155  # pixels


@dataclass(frozen=True)
class MetricValue:
    """One metric of one model, with its 95% interval and sample size; NaN and 0 if the report lacks it."""

    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0


def metric_value(report: Report, metric_name: str, model: str = "model") -> MetricValue:
    """The overall value of one metric for one model of the report."""
    try:
        row = report.row(metric_name, model)
    except KeyError:
        return MetricValue()
    return MetricValue(float(row["value"]), float(row["low"]), float(row["high"]), int(row["n"]))


def cards(
    report: Report,
    metrics: Sequence[str] = HEADLINE_METRICS,
    always_shown: int = 0,
    spreads: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """One card per metric: value, gain over the strongest baseline, interval, and the baselines.

    `spreads` has, for some metrics, the spread over several trainings as text. After the first `always_shown` cards, if
    any, comes the switch that opens the others on a phone.
    """
    grid = st.grid(len(metrics), min_column_width=MIN_CARD_WIDTH)
    for index, metric_name in enumerate(metrics):
        if always_shown and index == always_shown:
            grid.html(f"<details class='all-metrics'><summary>All {len(metrics)} metrics</summary></details>")
        with grid.container(border=True, height="stretch", gap="xsmall"):
            _card(report, metric_name, spreads.get(metric_name, ""))
    meanings = (
        f"{name_of(model)}: {meaning}." for model, meaning in BASELINE_MEANINGS.items() if model in report.baselines
    )
    st.caption(
        " ".join(
            [
                *meanings,
                f"With a sign: difference from the best baseline. Intervals: {SAMPLED}. {WITHOUT_SEED}",
            ]
        )
    )


def _card(report: Report, metric_name: str, spread: str) -> None:
    entry, measured = metric(metric_name), metric_value(report, metric_name)
    baselines = {model: metric_value(report, metric_name, model).value for model in BASELINES}
    baselines = {model: value for model, value in baselines.items() if value == value}
    best = strongest(metric_name, baselines)
    gain = entry.write_difference(measured.value - baselines[best]).replace("−", "-") if best else None
    st.metric(
        entry.label,
        entry.write(measured.value),
        delta=gain,  # Streamlit reads the direction from an ASCII minus
        delta_color="normal" if entry.better == HIGHER else "inverse",
        delta_arrow="off",  # an arrow down reads as bad, but here a lower error is better
        help=entry.help,
    )
    interval = entry.write_interval(measured.low, measured.high).replace(" ", NO_BREAK_SPACE)
    lines = ["95% interval", f"{interval}, {measured.n:,}{NO_BREAK_SPACE}{counted(metric_name)}", spread]
    st.caption("  \n".join(line for line in lines if line))
    baseline_lines = (f"**{entry.write(value)}** {name_of(model)}" for model, value in baselines.items())
    st.markdown("  \n".join(f":small[{line}]" for line in baseline_lines))


def sets_sentence(report: Report) -> str:
    """Coverage and average size of the prediction sets, as a sentence; empty if not measured."""
    (coverage, set_size), (constant_coverage, constant_size) = (
        [metric_value(report, metric, model) for metric in (SET_COVERAGE, SET_SIZE)] for model in ("model", "majority")
    )
    if not coverage.n:
        return ""
    by_star = report.table.query("model == 'model' and metric == @SET_COVERAGE and slice != 'all' and n > 0")["value"]
    return (
        f"The likely range, **{number(set_size.value, 1)} stars** wide on average, contained the true rating "
        f"**{percent(coverage.value)}** of the time ({coverage.n:,} held-out ratings that did not set its width; 95% "
        f"interval {metric(SET_COVERAGE).write_interval(coverage.low, coverage.high)}), and of no star less "
        f"than {percent(by_star.min())}. The same {number(constant_size.value, 0)} stars for everybody: "
        f"{percent(constant_coverage.value)}, but {number(constant_size.value, 0)} wide."
    )


def accuracy_sentence(recommender: Recommender) -> str:
    """The model's accuracy beside the strongest baseline, as a sentence below a prediction."""
    return _accuracy_sentence(recommender.report, recommender.version)


@st.cache_resource(show_spinner=False, max_entries=2)
def _accuracy_sentence(_report: Report | None, version: str) -> str:
    report = _report
    if report is None:
        return "It has no evaluation report, so its accuracy is unknown."
    accuracy = metric_value(report, "accuracy")
    return (
        f"Accuracy: the predicted star was exactly right for {percent(accuracy.value)} of {accuracy.n:,} held-out "
        f"ratings{beside_strongest(report, 'accuracy')}."
    )


def beside_strongest(report: Report, metric_name: str) -> str:
    """` (best baseline, original model: 43.4%)`, to follow a value; empty without a baseline."""
    baseline = strongest_baseline(report, metric_name)
    return (
        f" (best baseline, {name_of(baseline[0]).lower()}: {metric(metric_name).write(baseline[1])})"
        if baseline
        else ""
    )
