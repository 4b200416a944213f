"""Section: the confusion matrix, and the ratings in one of its cells."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from recsys.charts import evaluate_confusion
from recsys.evaluation import diagnostics
from recsys.schema import EXPECTED, MOVIE, RATING, USER, YEAR, star_name
from recsys.ui.common.figure import themed
from recsys.ui.common.text import clean
from recsys.ui.common.theme import look
from recsys.ui.common.widget_values import mark_drawn, restore, set_value
from recsys.ui.evaluate.view import ReportView

SHARES, COUNTS = "Percent of row", "Counts"
MAX_ROWS = 200  # of a cell's table
CELL, ACTUAL, PREDICTED = "evaluate_cell", "evaluate_actual", "evaluate_predicted"  # keys


def show(view: ReportView) -> None:
    """Draw the section."""
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _matrix(view)
    with right:
        _cell(view)


def _matrix(view: ReportView) -> None:
    st.subheader("Confusion matrix", anchor=False)
    cell_values = st.segmented_control(
        "Cells show",
        (SHARES, COUNTS),
        default=SHARES,
        required=True,
        key="evaluate_cells",
        label_visibility="collapsed",
    )
    shares = cell_values == SHARES
    st.plotly_chart(
        evaluate_confusion.heatmap(view.report.confusion, view.stars, shares, look()),
        config={"displayModeBar": False},
        alt=evaluate_confusion.describe(view.report.confusion, view.stars, shares),
        key=themed(CELL),
        on_select=_select_cell,
        selection_mode="points",
    )


def _select_cell() -> None:
    """Select the clicked cell in the fields beside the matrix."""
    points: list[dict[str, Any]] = st.session_state[themed(CELL)]["selection"]["points"]
    if points:
        for key, star in zip((ACTUAL, PREDICTED), points[0]["customdata"], strict=True):
            set_value(key, float(star))


def _cell(view: ReportView) -> None:
    """The ratings of one cell, selected in two fields or by a click on the matrix."""
    st.subheader("Ratings in one cell", anchor=False)
    stars = list(view.stars)
    largest_error = max(
        (
            (actual_star, predicted_star)
            for actual_star in stars
            for predicted_star in stars
            if actual_star != predicted_star
        ),
        key=lambda cell: _count(view, *cell),
    )
    restore(ACTUAL, PREDICTED)
    for key, star in zip((ACTUAL, PREDICTED), largest_error, strict=True):
        if st.session_state.get(key) not in stars:
            st.session_state[key] = star
    left, right = st.columns(2, wrap=False)
    actual = left.selectbox("Actual", stars, key=ACTUAL, format_func=_star)
    predicted = right.selectbox("Predicted", stars, key=PREDICTED, format_func=_star)
    mark_drawn(ACTUAL, PREDICTED)
    rows = diagnostics.ratings_in(view.report, actual, predicted)
    total = int(view.report.confusion[stars.index(actual)].sum())
    st.caption(
        f"{len(rows):,} of {total:,} true {_star(actual)} ratings were predicted as {_star(predicted)}"
        + (f". The {MAX_ROWS} most confident are below." if len(rows) > MAX_ROWS else ".")
        + " Click a cell of the matrix to see others."
    )
    _ratings(view, rows.head(MAX_ROWS))


def _ratings(view: ReportView, rows: pd.DataFrame) -> None:
    movies = view.recommender.movies_by_id.loc[rows[MOVIE]]
    column = st.column_config
    st.dataframe(
        {
            "Movie": [clean(title) for title in movies["display"]],
            "Year": movies[YEAR].astype("Int64").to_numpy(),
            "User": rows[USER].to_numpy(),
            "Actual": rows[RATING].to_numpy(),
            "Expected": rows[EXPECTED].to_numpy(),
            "Probability": rows[diagnostics.MEAN_PROBABILITY].round(2).to_numpy(),
        },
        height=282,
        hide_index=True,
        column_config={
            "Movie": column.TextColumn(width=190),
            "Year": column.NumberColumn(format="%d", width=56),
            "User": column.NumberColumn(format="%d", width=56),
            "Actual": column.NumberColumn(format="%g", width=60),
            "Expected": column.NumberColumn(
                format="%.2f", width=78, help="The expected rating: the mean of the predicted probabilities."
            ),
            "Probability": column.NumberColumn(
                format="percent", width=84, help="The probability of the predicted star."
            ),
        },
        key="evaluate_ratings",
        alt="Held-out ratings in the selected cell, the most confident predictions first",
    )


def _count(view: ReportView, actual: float, predicted: float) -> int:
    return int(view.report.confusion[view.stars.index(actual), view.stars.index(predicted)])


def _star(star: float) -> str:
    return f"{star_name(star)} ★"
