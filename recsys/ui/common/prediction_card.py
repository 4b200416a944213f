"""One prediction on the page: the stars, their distribution, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from recsys.charts import predict as chart
from recsys.errors import Problem
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.schema import EXPECTED, RATING, probability_columns, star_name
from recsys.serving.recommender import Recommender
from recsys.ui.common import query_params
from recsys.ui.common.text import movie_facts, number, plain, star_row, stars_text
from recsys.ui.common.theme import ink


@dataclass(frozen=True)
class Prediction:
    """One row of `Recommender.predict`, without the user's own rating, and what the page says beside it."""

    user_id: int
    movie: pd.Series
    stars: tuple[float, ...]
    decided: float
    expected: float
    probabilities: tuple[float, ...]
    user_mean: float
    user_count: int
    given: float | None  # their own rating of the movie, which the prediction leaves out

    @classmethod
    def of(cls, recommender: Recommender, user_id: int, asked: LeaveOneOut) -> Prediction:
        """Ask the recommender for one pair; both ids must be known."""
        row = {name: column[0] for name, column in asked.columns(recommender).items()}
        history = recommender.history(user_id)
        return cls(
            user_id=user_id,
            movie=recommender.movies_by_id.loc[asked.movie_id],
            stars=tuple(recommender.stars),
            decided=float(row[RATING]),
            expected=float(row[EXPECTED]),
            probabilities=tuple(float(row[name]) for name in probability_columns(recommender.stars)),
            user_mean=float(history[RATING].mean()),
            user_count=len(history),
            given=asked.rated,
        )


def card(prediction: Prediction, movie_label: str) -> None:
    """The answer: title, stars and expected rating on the left, the distribution on the right."""
    with st.container(border=True):
        left, right = st.columns(2, gap="medium", vertical_alignment="center")
        with left.container(gap="xsmall"):
            _answer(prediction, movie_label)
        right.plotly_chart(
            chart.distribution(prediction.stars, prediction.probabilities, prediction.decided, ink()),
            config={"displayModeBar": False},
            alt=chart.describe(prediction.stars, prediction.probabilities),
            key="distribution",
        )


def _answer(prediction: Prediction, movie_label: str) -> None:
    top = prediction.stars[-1]
    rated = prediction.given is not None
    st.caption(f"User {prediction.user_id} {'has rated this movie. The model predicts' if rated else 'would give'}")
    st.header(plain(movie_label), anchor=False)
    if facts := movie_facts(prediction.movie):
        st.caption(plain(facts))
    row = star_row(prediction.decided, top) or star_name(prediction.decided)
    st.title(row, anchor=False)
    st.markdown(
        f"**{stars_text(prediction.decided)}** of {star_name(top)}, expected rating **{number(prediction.expected)}**",
        help="The stars are the most probable rating. The expected rating is the mean of the distribution: "
        "what many such ratings would average.",
    )
    if rated:
        _beside_their_rating(prediction)


def _beside_their_rating(prediction: Prediction) -> None:
    """The test that a rated movie is: what is expected without the rating, and the rating."""
    st.subheader(
        f"Without this rating, the model expects {number(prediction.expected, 1)}. "
        f"They gave {star_name(prediction.given)}.",
        anchor=False,
        help="Their own rating is left out of their history, as if they had not rated this movie yet. Chart and "
        "reasons leave it out too. Only the movie's averages still contain it, as one of "
        f"{_count(int(prediction.movie['count']), 'of this movie')}.",
    )


def beside(prediction: Prediction) -> None:
    """The plain figures a prediction should be held against: the movie's, the user's, and what was given."""
    movie, given = prediction.movie, prediction.given
    tiles = st.grid(3, min_column_width=150)
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric("Community average", number(movie["mean"]))
        st.caption(_count(int(movie["count"]), "of this movie"))
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric("This user's average", number(prediction.user_mean))
        st.caption(_count(prediction.user_count, "by this user"))
    with tiles.container(border=True, height="stretch", gap="xsmall"):
        st.metric("What they gave", "–" if given is None else f"{star_name(given)} ★")
        st.caption("Not rated by this user" if given is None else "Left out of this prediction")


def refusal(problem: Problem, known: tuple[int, int]) -> None:
    """A value that cannot be used, in a kind sentence; what was received is shown as text, never rendered."""
    st.warning(
        f"Received {plain(problem.received)}. Known ids go from {known[0]} to {known[1]}. {plain(problem.remedy, 300)}",
        title=f"That is not a {plain(problem.field)} id",
        icon=":material/help:",
    )


def ignored(problems: Sequence[Problem]) -> None:
    """Values of the address that were left out of account, in one kind sentence each; nothing when there are none."""
    lines = (
        f"- {plain(problem.field)}: received {plain(problem.received)}; allowed: {plain(problem.allowed, 300)}. "
        f"{plain(problem.remedy, 300)}"
        for problem in problems
    )
    if problems:
        title = "Part of this address cannot be used, and was left out"
        st.warning("\n".join(lines), title=title, icon=":material/help:")


def unknown_parameters(page: str) -> None:
    """Name what the address says that the page at this path cannot read."""
    ignored(unknown_problems(page))


def unknown_problems(page: str) -> list[Problem]:
    """The parameters of the address that the page at this path cannot read."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    return query_params.unknown_parameters(page, given)


def unknown(kind: str, value: int, known: tuple[int, int]) -> None:
    """An id of the right form that the ratings do not have, with the known range and what to do."""
    st.warning(
        f"The ratings know {kind} ids from {known[0]} to {known[1]}. Type another id, or search in the list.",
        title=f"There is no {kind} {value}",
        icon=":material/search_off:",
    )


def _count(ratings: int, of_what: str) -> str:
    return f"{ratings:,} {'rating' if ratings == 1 else 'ratings'} {of_what}"
