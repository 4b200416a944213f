"""The worked example on the page: features, probabilities before and after the trees, and the results."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from recsys import validation
from recsys.requests.leave_one_out import LeaveOneOut
from recsys.schema import star_name
from recsys.serving.recommender import Recommender
from recsys.ui.common import pickers, prediction_card
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import clean, count_text, number, percent, plain, stars_text
from recsys.ui.common.user_picker import usable, user_picker
from recsys.ui.how_it_works.worked_example import WorkedExample, held_out_movies

PAGE = "how_it_works"
WHOLE = 10  # features from here on are ages and years


def show(recommender: Recommender) -> None:
    """Pick a user and a movie, and draw their example; it starts with a rating that was held out."""
    users = user_picker(recommender, PAGE)
    users.sync()
    example_user = SelectedUser.of(recommender, users.example)
    held_out = held_out_movies(recommender, example_user.user_id)
    example_movie = held_out[0] if held_out else pickers.example_movie(recommender, example_user.ratings)
    labels = pickers.movie_labels(recommender, recommender.version)
    movies = pickers.Picker("movie", labels, validation.movie_problem, example_movie, PAGE)
    movies.sync()
    left, right = st.columns(2, gap="medium")
    with left:
        selection = users.draw()
    with right:
        movie = movies.draw()
    if movie.problem:
        prediction_card.invalid_id(movie.problem, recommender.known_range["movie_id"])
    elif movie.value is None:
        st.info("Pick a movie.", icon=":material/arrow_upward:")
    elif not recommender.has_movie(movie.value):
        prediction_card.unknown_id("movie", movie.value, recommender.known_range["movie_id"])
    elif usable(recommender, selection) and selection.value is not None:
        draw(SelectedUser.of(recommender, selection.value), movie.value)


def draw(user: SelectedUser, movie_id: int) -> None:
    """The values of each part for a user and a movie of the catalogue."""
    leave_one_out = user.leave_one_out(movie_id)
    example = WorkedExample.of(user.recommender, leave_one_out)
    st.markdown(_start(user, leave_one_out, example))
    left, right = st.columns(2, gap="large")
    with left:
        st.html(_features(example, len(user.recommender.features.names)))
    with right:
        st.html(_probabilities(user.recommender.stars, example))
    st.markdown(_star_result(leave_one_out, example))
    st.markdown(_list_result(user, example))
    st.page_link(
        "pages/predict.py",
        label="See the reasons for this prediction",
        icon=":material/query_stats:",
        query_params={"user": user.query, "movie": str(movie_id)},
    )


def _start(user: SelectedUser, leave_one_out: LeaveOneOut, example: WorkedExample) -> str:
    """Which ratings the model goes by, and what it knows of the one to be predicted."""
    you, ratings = user.visitor is not None, count_text(example.history, "rating")
    movie: Any = user.recommender.movies_by_id.loc[leave_one_out.movie_id]
    title = f"**{plain(movie['display'])}**"
    subject, possessive = ("You", "your") if you else (f"User {user.user_id}", "their")
    if leave_one_out.rated is None:
        return f"{subject} {'have' if you else 'has'} not rated {title}. The model goes by {possessive} {ratings}."
    start = f"{subject} gave {title} {stars_text(leave_one_out.rated)}. The model goes by {possessive} other {ratings}."
    if you:
        return start
    average = f"The movie's average counts it as one of {count_text(int(movie['count']), 'rating')}."
    if leave_one_out.movie_id in held_out_movies(user.recommender, user.user_id):
        return f"{start} This rating was held out: no tree has learned from it. {average}"
    return f"{start} The trees may have learned from this rating, so take it as an example, not as a test. {average}"


def _features(example: WorkedExample, count: int) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(clean(each.name))}</th>'
        f"<td>{_value(each.value)}</td><td>{_value(each.mean)}</td></tr>"
        for each in example.features
    )
    return (
        f'<table class="how-table"><caption>{len(example.features)} of {count} features</caption>'
        '<thead><tr><th scope="col">Feature</th><th scope="col">Here</th><th scope="col">On average</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _value(value: float) -> str:
    """A feature's value; ages and years are whole numbers."""
    return number(round(value, 2) + 0.0) if abs(value) < WHOLE else f"{value:.0f}"  # + 0.0: no "-0.00"


def _probabilities(stars: tuple[float, ...], example: WorkedExample) -> str:
    top = max(example.linear.max(), example.probabilities.max())
    rows = "".join(
        f'<tr><th scope="row">{star_name(star)} ★</th>{_bar(linear, top, "linear")}{_bar(after, top, "after")}</tr>'
        for star, linear, after in zip(stars, example.linear, example.probabilities, strict=True)
    )
    return (
        '<table class="how-table how-stars"><caption>Probability of each star</caption>'
        '<thead><tr><th scope="col">Star</th><th scope="col">Linear start</th><th scope="col">After the trees</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _bar(share: float, top: float, kind: str) -> str:
    return f'<td><i class="{kind}" style="width:{100 * share / top:.1f}%"></i>{percent(float(share))}</td>'


def _star_result(leave_one_out: LeaveOneOut, example: WorkedExample) -> str:
    """Predicted star, expected rating and range, beside the rating that was given."""
    low, high = example.prediction_set.low, example.prediction_set.high
    likely = stars_text(low) if low == high else f"{star_name(low)} to {stars_text(high)}"
    last = f"Likely range: **{likely}**."
    if leave_one_out.rated is not None:
        last = f"The rating given: **{star_name(leave_one_out.rated)}**."
    return (
        f"Predicted star: **{star_name(example.predicted_star)}**. Expected rating: **{number(example.expected)}**. "
        f"{last}"
    )


def _list_result(user: SelectedUser, example: WorkedExample) -> str:
    """The movie's place in the user's list."""
    pool = user.recommender.config.candidate_generation.pool
    place = f"place {example.rank:,} of {count_text(example.unseen, 'unseen movie')}"
    if example.in_pool:
        return f"In a list: it is one of the {pool} candidates, and the ranker puts it in {place}."
    return f"In a list: it is not one of the {pool} candidates, and comes in {place}."
