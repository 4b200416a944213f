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
        "Stars given",
        f"The mean is {number(float(interactions.stars.mean()))}. Whoever always says {most_common['label']} is right "
        f"{percent(most_common['share'])} of the time: no accuracy means much without that beside it.",
        stars,
        "ratings",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _chart(
            "Ratings of a person",
            f"Half of all people gave at most {int(_median(interactions.counts)):,}. With few ratings, a prediction "
            "rests more on the movie than on its user.",
            distribution.by_count(interactions.counts),
            "people",
            "Ratings given",
        )
    with right:
        _chart(
            "Ratings of a movie",
            f"A fifth of the movies has {percent(distribution.head_share(counts), 0)} of the ratings. So lists of what "
            "is popular look good, and every metric of lists has popularity beside it.",
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
