"""A prediction on the page: the stars, their distribution, and the averages beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st

from recsys.charts import predict as chart
from recsys.errors import Problem
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.schema import EXPECTED, RATING, probability_columns, star_name
from recsys.ui.common import query_params
from recsys.ui.common.figure import themed
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import count_text, movie_facts, number, plain, star_row, stars_text
from recsys.ui.common.theme import ink


@dataclass(frozen=True)
class Prediction:
    """A leave-one-out prediction of one user and movie, with the averages that the page shows beside it."""

    subject: str  # "User 196", or "You"
    possessive: str  # "their", or "your"
    movie: pd.Series
    stars: tuple[float, ...]
    predicted_star: float
    expected: float
    probabilities: tuple[float, ...]
    user_mean: float
    user_count: int
    user_rating: float | None  # the user's own rating of the movie, left out of the history

    @classmethod
    def of(cls, user: SelectedUser, leave_one_out: LeaveOneOut) -> Prediction:
        """Predict one movie, which must be in the catalogue."""
        recommender, stars = user.recommender, user.ratings.stars
        row = {name: column[0] for name, column in leave_one_out.columns(recommender).items()}
        return cls(
            subject="You" if user.user_id is None else f"User {user.user_id}",
            possessive=user.wording.possessive,
            movie=cast("pd.Series", recommender.movies_by_id.loc[leave_one_out.movie_id]),
            stars=tuple(recommender.stars),
            predicted_star=float(row[RATING]),
            expected=float(row[EXPECTED]),
            probabilities=tuple(float(row[name]) for name in probability_columns(recommender.stars)),
            user_mean=float(stars.mean()) if len(stars) else float("nan"),
            user_count=len(stars),
            user_rating=leave_one_out.rated,
        )


def card(prediction: Prediction, movie_label: str) -> None:
    """The prediction: title, stars and expected rating on the left, the distribution on the right."""
    with st.container(border=True):
        left, right = st.columns(2, gap="medium", vertical_alignment="center")
        with left.container(gap="xsmall"):
            _headline(prediction, movie_label)
        right.plotly_chart(
            chart.distribution(prediction.stars, prediction.probabilities, prediction.predicted_star, ink()),
            config={"displayModeBar": False},
            alt=chart.describe(prediction.stars, prediction.probabilities),
            key=themed("distribution"),
        )


def _headline(prediction: Prediction, movie_label: str) -> None:
    top = prediction.stars[-1]
    rated = prediction.user_rating is not None
    own_rating = f"Without {prediction.possessive} own rating, " if rated else ""
    subject = prediction.subject.lower() if rated and prediction.subject == "You" else prediction.subject
    st.caption(f"{own_rating}{subject} would probably give")
    st.header(plain(movie_label), anchor=False)
    if facts := movie_facts(prediction.movie):
        st.caption(plain(facts))
    glyphs = star_row(prediction.predicted_star, top) or star_name(prediction.predicted_star)
    st.container(key="predicted_stars").markdown(glyphs)
    st.markdown(
        f"**{stars_text(prediction.predicted_star)}** of {star_name(top)}, "
        f"expected rating **{number(prediction.expected)}**",
        help="The stars are the most probable rating. The expected rating is the average of all stars, each counted by "
        "its probability.",
    )
    if prediction.user_rating is not None:
        _compare_with_rating(prediction, prediction.user_rating)


def _compare_with_rating(prediction: Prediction, user_rating: float) -> None:
    """The expected rating without the user's own rating, beside that rating."""
    subject = "You" if prediction.subject == "You" else "They"
    st.subheader(
        f"Without this rating, the model expects {number(prediction.expected, 1)}. "
        f"{subject} gave {star_name(user_rating)}.",
        anchor=False,
        help=f"The prediction is made as if {subject.lower()} had not rated this movie yet; chart and reasons too. "
        f"Only the movie's average still counts {prediction.possessive} rating, as one of "
        f"{count_text(int(prediction.movie['count']), 'rating')}.",
    )


def comparison_cards(prediction: Prediction) -> None:
    """Cards to compare a prediction with: the movie's average, the user's average, and the user's own rating."""
    movie, user_rating = prediction.movie, prediction.user_rating
    possessive = prediction.possessive.capitalize()
    tiles = st.grid(3, min_column_width=150)
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric("This movie's average", number(movie["mean"]))
        st.caption(f"{count_text(int(movie['count']), 'rating')} by all users")
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric(f"{possessive} average", number(prediction.user_mean))
        st.caption(f"{count_text(prediction.user_count, 'rating')}")
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric(f"{possessive} rating", "–" if user_rating is None else f"{star_name(user_rating)} ★")
        st.caption("Not rated yet" if user_rating is None else "Left out of this prediction")


def invalid_id(problem: Problem, id_range: tuple[int, int]) -> None:
    """Warn about a value that is not an id; the received value is shown as text, never rendered."""
    st.warning(
        f"Received {plain(problem.received)}. {plain(problem.field).capitalize()} ids go from {id_range[0]:,} to "
        f"{id_range[1]:,}. {plain(problem.remedy, 300)}",
        title=f"That is not a {plain(problem.field)} id",
        icon=":material/help:",
    )


def ignored_parameters(problems: Sequence[Problem]) -> None:
    """Warn about URL parameters that were ignored, one line each; nothing if there are none."""
    lines = (
        f"- {plain(problem.field)}: received {plain(problem.received)}; allowed: {plain(problem.allowed, 300)}. "
        f"{plain(problem.remedy, 300)}"
        for problem in problems
    )
    if problems:
        title = "Part of this link was ignored"
        st.warning("\n".join(lines), title=title, icon=":material/help:")


def unknown_parameters(page: str) -> None:
    """Warn about URL parameters that the page at this path does not have."""
    ignored_parameters(unknown_problems(page))


def unknown_problems(page: str) -> list[Problem]:
    """Problems of the URL parameters that the page at this path does not have."""
    parameters = {name: st.query_params.get_all(name) for name in st.query_params}
    return query_params.unknown_parameters(page, parameters)


def unknown_id(kind: str, value: int, id_range: tuple[int, int]) -> None:
    """Warn about a well-formed id that the data does not have, with the range of ids."""
    st.warning(
        f"{kind.capitalize()} ids go from {id_range[0]:,} to {id_range[1]:,}. Type another id, or search in the list.",
        title=f"There is no {kind} {value}",
        icon=":material/search_off:",
    )
