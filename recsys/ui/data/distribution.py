"""Distribution of the ratings over stars, users and movies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from recsys.charts import ratings as charts
from recsys.data import distribution
from recsys.serving.recommender import Recommender
from recsys.ui.common.figure import draw
from recsys.ui.common.text import number, percent
from recsys.ui.common.theme import look


def show(recommender: Recommender) -> None:
    """Three charts, each with its meaning for predictions."""
    interactions, counts = recommender.interactions, recommender.counts
    stars = distribution.by_star(interactions.stars, recommender.stars)
    most_common = stars.nlargest(1, "count").iloc[0]
    _chart(
        "Ratings by star",
        f"The mean is {number(float(interactions.stars.mean()))}. Always predicting {most_common['label']} would "
        f"have an accuracy of {percent(most_common['share'])}; a useful model must beat that.",
        stars,
        "ratings",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _chart(
            "Ratings per user",
            f"Half of the users gave at most {int(_median(interactions.counts)):,} ratings. With few ratings, a "
            "prediction depends more on the movie than on the user.",
            distribution.by_count(interactions.counts),
            "users",
            "Ratings given",
        )
    with right:
        _chart(
            "Ratings per movie",
            f"20% of the movies get {percent(distribution.head_share(counts), 0)} of the ratings. Lists of popular "
            "movies look good on such data, so they are the baseline of all ranking metrics.",
            distribution.by_count(counts),
            "movies",
            "Ratings received",
        )


def _chart(title: str, meaning: str, table: pd.DataFrame, unit: str, x: str = "") -> None:
    st.markdown(f"**{title}**")
    draw(charts.bars(table, unit, look(), x), charts.describe(table, title, unit), f"spread_{unit}")
    st.caption(meaning)


def _median(counts: np.ndarray) -> float:
    rated = counts[counts > 0]
    return sorted(rated)[(len(rated) - 1) // 2] if len(rated) else 0
