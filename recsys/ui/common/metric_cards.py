"""The model's figures, each beside its baselines, with how many ratings they rest on and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from recsys.charts.layout import name as name_of
from recsys.evaluation import Report
from recsys.evaluation.strongest import strongest, strongest_baseline
from recsys.glossary import HIGHER, metric
from recsys.serving.prediction_set import SET_COVERAGE, SET_SIZE
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number, percent

SHOWN = ("accuracy", "rmse", "mae")
BASELINES = ("original", "bias", "majority", "popularity")
MEANT = {
    "original": "the features and trees that this project began with, without what leaked into them",
    "bias": "the mean of all ratings, corrected for a generous user and a well-liked movie",
    "majority": "always the most frequent rating",
}
TIED = "\u00a0"  # a space that no line ends at
NARROWEST = 155  # pixels of a card


@dataclass(frozen=True)
class Figure:
    """One cell of the report; all NaN when the report does not have it."""

    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0


def figure(report: Report, metric: str, model: str = "model") -> Figure:
    """The overall figure of one metric for one model of the report."""
    try:
        row = report.row(metric, model)
    except KeyError:
        return Figure()
    return Figure(float(row["value"]), float(row["low"]), float(row["high"]), int(row["n"]))


def cards(report: Report, shown: Sequence[str] = SHOWN) -> None:
    """One card a metric: the figure, its gain on the better baseline, its interval, the baselines."""
    tiles = st.grid(len(shown), min_column_width=NARROWEST)
    for name in shown:
        with tiles.container(border=True, height="stretch", gap="xsmall"):
            _card(report, name)
    meant = (f"{name_of(model)}: {words}." for model, words in MEANT.items() if model in report.baselines)
    st.caption(" ".join([*meant, "Arrows: the gain on the best of them. Intervals: by bootstrap over users."]))


def _card(report: Report, name: str) -> None:
    shown, ours = metric(name), figure(report, name)
    baselines = {model: figure(report, name, model).value for model in BASELINES}
    baselines = {model: value for model, value in baselines.items() if value == value}
    best = strongest(name, baselines)
    gain = shown.write_difference(ours.value - baselines[best]).replace("−", "-") if best else None
    st.metric(
        shown.label,
        shown.write(ours.value),
        delta=gain,  # Streamlit tells the direction by a plain minus
        delta_color="normal" if shown.better == HIGHER else "inverse",
        help=shown.help,
    )
    within = shown.write_interval(ours.low, ours.high).replace(" ", TIED)
    st.caption(f"95 % interval  \n{within}, n{TIED}{ours.n:,}")
    beside = (f"{name_of(model)} **{shown.write(value)}**" for model, value in baselines.items())
    st.markdown("  \n".join(f":small[{each}]" for each in beside))


def sets_sentence(report: Report) -> str:
    """How often the likely stars of a prediction hold the rating, and how many they are; empty if not measured."""
    (held, size), (same, same_size) = (
        [figure(report, metric, model) for metric in (SET_COVERAGE, SET_SIZE)] for model in ("model", "majority")
    )
    if not held.n:
        return ""
    return (
        f"The likely stars beside a prediction, **{number(size.value, 1)}** on average, held the rating "
        f"**{percent(held.value)}** of the time on {held.n:,} held-out ratings that had no part in setting them "
        f"(95 % interval {metric(SET_COVERAGE).write_interval(held.low, held.high)}). The simplest set, the same "
        f"{number(same_size.value, 0)} stars for everybody, held {percent(same.value)}."
    )


def accuracy_sentence(recommender: Recommender) -> str:
    """How often the predicted star is right, beside the strongest baseline: for the foot of a prediction."""
    return _accuracy_sentence(recommender.report, recommender.version)


@st.cache_resource(show_spinner=False, max_entries=2)
def _accuracy_sentence(_report: Report | None, version: str) -> str:
    report = _report
    if report is None:
        return "It came without a report, so nothing is known of its accuracy."
    ours = figure(report, "accuracy")
    return (
        f"On {ours.n:,} held-out ratings the predicted star was right {percent(ours.value)} of the time"
        f"{beside_strongest(report, 'accuracy')}."
    )


def beside_strongest(report: Report, name: str) -> str:
    """` (the strongest baseline, original config: 43.4 %)`, to follow a figure; empty without a baseline."""
    found = strongest_baseline(report, name)
    return f" (the strongest baseline, {name_of(found[0]).lower()}: {metric(name).write(found[1])})" if found else ""
