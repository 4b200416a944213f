"""Signed mean error and spread by expected rating and by activity, in the section Calibration."""

from __future__ import annotations

from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from recsys.charts import evaluate_residuals as charts
from recsys.evaluation.residuals import ERROR_SPREAD
from recsys.evaluation.slices import MEAN_ERROR
from recsys.glossary import metric
from recsys.schema import EXPECTED, MOVIE_COUNT, USER_COUNT
from recsys.ui.common.theme import look
from recsys.ui.evaluate.view import ReportView

GROUPINGS = {
    EXPECTED: ("Expected rating", "Expected rating"),
    USER_COUNT: ("Ratings of the user", "Training ratings of the user"),
    MOVIE_COUNT: ("Ratings of the movie", "Training ratings of the movie"),
}


def show(view: ReportView) -> None:
    """Draw both metrics by the selected grouping."""
    st.subheader("Too high or too low?", anchor=False)
    names = list(view.residual_groupings())
    grouping = st.segmented_control(
        "Group by",
        names,
        default=names[0],
        required=True,
        format_func=lambda name: GROUPINGS[name][0],
        key="evaluate_residuals",
        label_visibility="collapsed",
    )
    table = labelled(view.residuals(str(grouping)), str(grouping))
    axis = GROUPINGS[str(grouping)][1]
    for column, name in zip(st.columns(2, gap="medium"), (MEAN_ERROR, ERROR_SPREAD), strict=True):
        rows, entry = table[table["metric"] == name], metric(name)
        with column:
            st.markdown(f"**{entry.label}**", help=entry.help)
            view.draw(name, str(grouping), partial(_figure, rows, name, axis))
    st.caption(sentence(table))
    if len(names) < len(GROUPINGS):
        st.caption(
            "This version did not store how many training ratings each user and movie has. Train a new version to see "
            "the errors by them: on the page Train, or `python -m recsys train`."
        )


def _figure(rows: pd.DataFrame, name: str, axis: str) -> tuple[go.Figure, str]:
    """The chart of one metric with its text alternative."""
    title = f"{metric(name).label.lower()} by {axis.lower()}"
    return charts.by_group(rows, "Stars", axis, look(), signed=name == MEAN_ERROR), charts.describe(rows, title)


def labelled(table: pd.DataFrame, grouping: str) -> pd.DataFrame:
    """The table with a label for the range of each group: `2.9 – 3.2`, or `17 – 30` ratings."""
    digits = 2 if grouping == EXPECTED else 0
    ends = zip(table["low_end"], table["high_end"], strict=True)
    return table.assign(label=[_range(low, high, digits) for low, high in ends])


def sentence(table: pd.DataFrame) -> str:
    """What the charts show, with the group that the model is farthest off in."""
    rows = table[(table["model"] == "model") & (table["metric"] == MEAN_ERROR)]
    worst = rows.iloc[int(rows["value"].abs().to_numpy().argmax())]
    direction = "high" if worst["value"] > 0 else "low"
    certain = worst["low"] > 0 or worst["high"] < 0
    return (
        "Held-out ratings in up to ten groups of about equal size. Above 0 the expected rating is too high on average, "
        f"below 0 too low; error bars: 95% intervals. The model is farthest off at {worst['label']}: "
        f"{abs(worst['value']):.2f} stars too {direction} (95% interval {worst['low']:+.2f} to {worst['high']:+.2f}, "
        f"{worst['n']:,} ratings)" + ("." if certain else ", which may be chance.")
    )


def _range(low: float, high: float, digits: int) -> str:
    ends = dict.fromkeys(f"{end:,.{digits}f}" for end in (low, high))
    return " – ".join(ends)
