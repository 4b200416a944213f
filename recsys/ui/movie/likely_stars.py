"""The probability of each star for a user, the likely range, and the averages beside them."""

from __future__ import annotations

from html import escape

import streamlit as st

from recsys.charts.predict import describe, percent
from recsys.evaluation.dislikes import disliked_stars
from recsys.schema import star_name
from recsys.ui.common.prediction_card import Prediction
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import count_text, number
from recsys.ui.movie import bars
from recsys.ui.movie.band import likely_stars
from recsys.ui.movie.view import UserView


def draw(user: SelectedUser, view: UserView) -> None:
    """Draw the section."""
    prediction, likely = view.prediction, view.explanation.prediction_set
    possessive = prediction.possessive.capitalize()
    st.header(f"{possessive} likely stars", anchor=False)
    outside: list[int] = []
    words = f"As if {prediction.subject.lower()} had not rated it."
    if likely:
        outside = [i for i, star in enumerate(prediction.stars) if not likely.low <= star <= likely.high]
        probability = 1 - sum(prediction.probabilities[i] for i in outside)
        unit = "star" if likely.high == 1 else "stars"
        words = f"{likely_stars(likely, prediction.stars)} {unit}, with a probability of {percent(probability)}."
    columns = bars.columns(
        [f"{star_name(star)} ★" for star in prediction.stars],
        prediction.probabilities,
        [percent(share) for share in prediction.probabilities],
        describe(prediction.stars, prediction.probabilities),
        outside,
    )
    movie = prediction.movie
    averages = (
        _dislike(prediction)
        + _average("Everyone’s average", movie["mean"], int(movie["count"]))
        + _average(f"{possessive} average", prediction.user_mean, prediction.user_count)
    )
    st.html(
        f'<div class="movie-part lead">{escape(words)}</div><div class="movie-part">{columns}'
        f'<div class="averages">{averages}</div></div>'
    )
    if likely and likely.coverage is not None:
        coverage = f"{likely.coverage:.1%} of the time ({likely.n:,} test ratings)"
        st.caption(f"Such a range contained the true rating {coverage}.")


def _dislike(prediction: Prediction) -> str:
    """A row with the probability of few stars."""
    disliked = disliked_stars(prediction.stars)
    chance = sum(prediction.probabilities[: len(disliked)])
    return f"<p><span>Chance of {star_name(disliked[-1])} ★ or less</span><b>{percent(chance)}</b></p>"


def _average(label: str, mean: float, count: int) -> str:
    """A row with a mean and the number of ratings that it is of."""
    stars = f'{number(mean, 1)} <span class="star">★</span> from {count_text(count, "rating")}'
    return f"<p><span>{escape(label)}</span><b>{stars if count else 'no ratings'}</b></p>"
