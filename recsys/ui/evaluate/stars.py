"""Section: which stars are mistaken for which, how good each is decided, how often each is given and decided."""

from __future__ import annotations

from typing import Any

import streamlit as st

from recsys import diagnostics
from recsys.charts import evaluate_confusion, evaluate_stars
from recsys.glossary import metric
from recsys.schema import EXPECTED, MOVIE, RATING, USER, YEAR, star_name
from recsys.ui.brand import look
from recsys.ui.evaluate.comparison import comparison, meanings
from recsys.ui.evaluate.view import View, draw
from recsys.ui.text import clean

SHARES, COUNTS = "Share of each row", "Counts"
PER_STAR = ("precision", "recall", "f1")
OVERALL = ("accuracy", "within_one", "weighted_kappa", "macro_f1", "weighted_f1", "macro_precision", "macro_recall")
MOST_ROWS = 200  # of a cell, in the table
CELL, GIVEN, DECIDED = "evaluate_cell", "evaluate_given", "evaluate_decided"


def show(view: View) -> None:
    """The section."""
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _matrix(view)
    with right:
        _cell(view)
    st.subheader("Star by star", anchor=False)
    st.caption(
        "Bars: this model, with its 95 % interval. Marks: the baselines on the same ratings, damped bias in red and "
        "commonest star in green."
    )
    for column, name in zip(st.columns(len(PER_STAR)), PER_STAR, strict=True):
        with column:
            _per_star(view, name)
    st.subheader("Given and decided", anchor=False)
    table = diagnostics.star_shares(view.report)
    draw(evaluate_stars.shares(table, look()), evaluate_stars.describe_shares(table), "shares")
    st.caption(
        "Deciding for the most probable star makes common stars commoner. The mean probabilities tell whether the "
        "model knows how often each star is given."
    )
    comparison(view.report, OVERALL, view.models[1:], "Metrics of the decided star, beside the baselines")
    meanings((*PER_STAR, *OVERALL))


def _matrix(view: View) -> None:
    st.subheader("Confusion matrix", anchor=False)
    way = st.segmented_control(
        "Cells show",
        (SHARES, COUNTS),
        default=SHARES,
        required=True,
        key="evaluate_cells",
        label_visibility="collapsed",
    )
    shares = way == SHARES
    st.plotly_chart(
        evaluate_confusion.heatmap(view.report.confusion, view.stars, shares, look()),
        config={"displayModeBar": False},
        alt=evaluate_confusion.describe(view.report.confusion, view.stars, shares),
        key=CELL,
        on_select=_clicked,
        selection_mode="points",
    )


def _clicked() -> None:
    """A click on a cell chooses it in the fields beside."""
    points: list[dict[str, Any]] = st.session_state[CELL]["selection"]["points"]
    if points:
        st.session_state[GIVEN], st.session_state[DECIDED] = (float(star) for star in points[0]["customdata"])


def _cell(view: View) -> None:
    """The ratings of one cell, by fields that a click on the matrix fills too."""
    st.subheader("Ratings in a cell", anchor=False)
    stars = list(view.stars)
    worst = max(((g, d) for g in stars for d in stars if g != d), key=lambda cell: _count(view, *cell))
    for key, star in zip((GIVEN, DECIDED), worst, strict=True):
        if st.session_state.get(key) not in stars:
            st.session_state[key] = star
    left, right = st.columns(2, wrap=False)
    given = left.selectbox("Given", stars, key=GIVEN, format_func=_star)
    decided = right.selectbox("Decided", stars, key=DECIDED, format_func=_star)
    rows = diagnostics.ratings_in(view.report, given, decided)
    total = int(view.report.confusion[stars.index(given)].sum())
    st.caption(
        f"{len(rows):,} of the {total:,} ratings of {_star(given)} were decided to be {_star(decided)}"
        + (f"; the {MOST_ROWS} it was surest of." if len(rows) > MOST_ROWS else ".")
        + " Choose a cell of the matrix to see others."
    )
    _ratings(view, rows.head(MOST_ROWS))


def _ratings(view: View, rows: Any) -> None:
    movies = view.recommender.movies.set_index(MOVIE).loc[rows[MOVIE]]
    column = st.column_config
    st.dataframe(
        {
            "Movie": [clean(title) for title in movies["display"]],
            "Year": movies[YEAR].astype("Int64").to_numpy(),
            "User": rows[USER].to_numpy(),
            "Given": rows[RATING].to_numpy(),
            "Expected": rows[EXPECTED].to_numpy(),
            "Sure": rows[diagnostics.PROBABLE].round(2).to_numpy(),
        },
        height=270,
        hide_index=True,
        column_config={
            "Movie": column.TextColumn(width=190),
            "Year": column.NumberColumn(format="%d", width=56),
            "User": column.NumberColumn(format="%d", width=56),
            "Given": column.NumberColumn(format="%g", width=60),
            "Expected": column.NumberColumn(format="%.2f", width=78, help="The rating that the model expects."),
            "Sure": column.NumberColumn(format="percent", width=60, help="The probability of the decided star."),
        },
        key="evaluate_ratings",
        alt="Held-out ratings of the chosen cell, those the model was surest of first",
    )


def _per_star(view: View, name: str) -> None:
    entry, rows = metric(name), view.per_star(name)
    st.markdown(f"**{entry.label}**", help=entry.help)
    draw(
        evaluate_stars.by_star(rows, view.models, look()),
        evaluate_stars.describe_by_star(entry.label, rows, view.models),
        f"per_star_{name}",
    )


def _count(view: View, given: float, decided: float) -> int:
    return int(view.report.confusion[view.stars.index(given), view.stars.index(decided)])


def _star(star: float) -> str:
    return f"{star_name(star)} ★"
