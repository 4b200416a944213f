"""Details of one movie of a list: expected rating and reasons, community average, and similar movies."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from recsys.charts import predict as chart
from recsys.data.title_years import with_year
from recsys.schema import EXPECTED, MOVIE, RATING, SIMILARITY, YEAR, probability_columns
from recsys.serving.candidate_scores import like_probability
from recsys.ui.common import explanation
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import clean, movie_facts, number, percent, plain
from recsys.ui.common.theme import ink

SIMILAR = 5


def show(user: SelectedUser, movie_id: int) -> None:
    """A drawer with the details of one movie for one user, over the unchanged page."""
    movie = cast("pd.Series", user.recommender.movies_by_id.loc[movie_id])
    drawer = st.dialog(plain(with_year(movie["display"], movie[YEAR])), width="medium", position="right")
    drawer(_content)(user, movie_id, movie)


def _content(user: SelectedUser, movie_id: int, movie: pd.Series) -> None:
    recommender = user.recommender
    position = recommender.catalogue.positions(np.array([movie_id]))
    scores = recommender.score(user.ratings, np.zeros(1, np.int64), position)
    st.caption(plain(movie_facts(movie)))
    _metrics(float(scores[EXPECTED][0]), float(like_probability(scores, recommender.stars)[0]), movie)
    probabilities = [float(scores[name][0]) for name in probability_columns(recommender.stars)]
    st.plotly_chart(
        chart.distribution(recommender.stars, probabilities, float(scores[RATING][0]), ink()),
        config={"displayModeBar": False},
        alt=chart.describe(recommender.stars, probabilities),
        key="details_stars",
    )
    st.page_link(
        "pages/predict.py",
        label="Open in Predict",
        icon=":material/star:",
        query_params={"user": user.query, "movie": str(movie_id)},
    )
    explanation.section(recommender, user.explainer.explain(movie_id), user.wording)
    _similar(user, movie_id)


def _metrics(expected: float, like: float, movie: pd.Series) -> None:
    grid = st.grid(4, min_column_width=120)
    for title, value in (
        ("Expected rating", number(expected)),
        ("Chance to like it", percent(like, 0)),
        ("Average rating", number(movie["mean"])),
        ("Number of ratings", f"{int(movie['count']):,}"),
    ):
        grid.metric(title, value)


def _similar(user: SelectedUser, movie_id: int) -> None:
    similar = user.recommender.similar(movie_id, SIMILAR)
    movies = user.recommender.movies_by_id.loc[similar[MOVIE]]
    st.header("Similar movies", anchor=False)
    titles = [with_year(clean(title), year) for title, year in zip(movies["display"], movies[YEAR], strict=True)]
    column = st.column_config
    st.dataframe(
        pd.DataFrame({"Title": titles, "Similarity": similar[SIMILARITY].to_numpy()}),
        hide_index=True,
        column_config={
            "Title": column.TextColumn(width=190),
            "Similarity": column.ProgressColumn(min_value=0, max_value=1, format="percent", width=110),
        },
        alt="The movies most similar to this one, with their similarity",
    )
