"""The model's figures, each beside its baselines, with how many ratings they rest on and their intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from recsys.evaluation import Report
from recsys.ui.text import number, percent

BASELINES = {"bias": "Damped bias", "majority": "Commonest star"}


@dataclass(frozen=True)
class Shown:
    """How one metric is shown: its name for people, what it means, how it is written."""

    metric: str
    title: str
    meaning: str
    write: Callable[[float], str]


SHOWN = (
    Shown(
        "accuracy",
        "Exactly right",
        "Share of held-out ratings whose star was predicted exactly. Higher is better.",
        percent,
    ),
    Shown(
        "rmse",
        "Typical miss",
        "RMSE of the expected rating, in stars; large misses weigh more. Lower is better.",
        lambda v: number(v, 3),
    ),
    Shown(
        "mae",
        "Mean miss",
        "Mean absolute error of the expected rating, in stars. Lower is better.",
        lambda v: number(v, 3),
    ),
)


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


def cards(report: Report) -> None:
    """Three cards: the figure, its interval, and the same figure for each baseline."""
    for column, shown in zip(st.columns(len(SHOWN)), SHOWN, strict=True):
        with column.container(border=True, height="stretch"):
            ours = figure(report, shown.metric)
            st.metric(shown.title, shown.write(ours.value), help=shown.meaning)
            st.caption(f"95 % interval {shown.write(ours.low)} to {shown.write(ours.high)}")
            for model, name in BASELINES.items():
                st.markdown(f"{name} **{shown.write(figure(report, shown.metric, model).value)}**")


def accuracy_sentence(report: Report | None) -> str:
    """How often the decided star is right, beside the simplest guess: for the foot of a prediction."""
    if report is None:
        return "It came without a report, so nothing is known of its accuracy."
    ours, simplest = figure(report, "accuracy"), figure(report, "accuracy", "majority")
    return (
        f"On {ours.n:,} held-out ratings the decided star was right {percent(ours.value)} of the time "
        f"(always guessing the commonest star: {percent(simplest.value)})."
    )
