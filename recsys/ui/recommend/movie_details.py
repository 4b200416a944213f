"""One row of a list, opened: what is expected and why, what everybody thinks, and movies like it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from recsys.charts import predict as chart
from recsys.schema import EXPECTED, MOVIE, RATING, SIMILARITY, YEAR, probability_columns, with_year
from recsys.serving.candidate_scores import like_probability
from recsys.ui.common import explanation
from recsys.ui.common.text import clean, movie_facts, number, percent, plain
from recsys.ui.common.theme import ink

if TYPE_CHECKING:
    from recsys.ui.recommend.list_user import ListUser

SIMILAR = 5


def show(list_user: ListUser, movie_id: int, on_close: Callable[[], None]) -> None:
    """A drawer with everything about one movie for one person; the page stays as it is behind it."""
    movie = list_user.recommender.movies_by_id.loc[movie_id]
    drawer = st.dialog(
        plain(with_year(movie["display"], movie[YEAR])), width="medium", position="right", on_dismiss=on_close
    )
    drawer(_content)(list_user, movie)


def _content(list_user: ListUser, movie: pd.Series) -> None:
    recommender, movie_id = list_user.recommender, int(movie.name)
    position = recommender.catalogue.positions(np.array([movie_id]))
    said = recommender.score(list_user.ratings, np.zeros(1, np.int64), position)
    st.caption(plain(movie_facts(movie)))
    _figures(float(said[EXPECTED][0]), float(like_probability(said, recommender.stars)[0]), movie)
    shares = [float(said[name][0]) for name in probability_columns(recommender.stars)]
    st.plotly_chart(
        chart.distribution(recommender.stars, shares, float(said[RATING][0]), ink()),
        config={"displayModeBar": False},
        alt=chart.describe(recommender.stars, shares),
        key="opened_stars",
    )
    if list_user.user_id is not None:
        st.page_link(
            "pages/predict.py",
            label="Open in Predict",
            icon=":material/star:",
            query_params={"user": str(list_user.user_id), "movie": str(movie_id)},
        )
    explanation.section(recommender, list_user.explainer.explain(movie_id), list_user.wording)
    _similar(list_user, movie_id)


def _figures(expected: float, like: float, movie: pd.Series) -> None:
    tiles = st.grid(4, min_column_width=120)
    for title, value in (
        ("Expected stars", number(expected)),
        ("Likes it", percent(like, 0)),
        ("Community", number(movie["mean"])),
        ("Ratings", f"{int(movie['count']):,}"),
    ):
        tiles.metric(title, value)


def _similar(list_user: ListUser, movie_id: int) -> None:
    found = list_user.recommender.similar(movie_id, SIMILAR)
    movies = list_user.recommender.movies_by_id.loc[found[MOVIE]]
    st.header("Similar movies", anchor=False)
    names = [with_year(clean(name), year) for name, year in zip(movies["display"], movies[YEAR], strict=True)]
    column = st.column_config
    st.dataframe(
        pd.DataFrame({"Title": names, "Alike": found[SIMILARITY].to_numpy()}),
        hide_index=True,
        column_config={
            "Title": column.TextColumn(width=190),
            "Alike": column.ProgressColumn(min_value=0, max_value=1, format="%.2f", width=100),
        },
        alt="Movies most like this one, and how alike",
    )
