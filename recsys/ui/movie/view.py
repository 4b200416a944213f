"""What the page of a movie shows, computed once for each movie, user and version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from recsys.data import load_dataset, sources
from recsys.errors import RecsysError
from recsys.schema import EXPECTED, MOVIE, TIME
from recsys.serving.explain.shapley import Explainer, Explanation
from recsys.serving.movie_match import match_of
from recsys.serving.movie_statistics import MovieStatistics, movie_statistics, rating_periods
from recsys.serving.recommender import Recommender
from recsys.ui.common.prediction_card import Prediction
from recsys.ui.common.selected_user import SelectedUser, digest_of

CACHED_MOVIES, CACHED_VIEWS = 500, 30  # by the server, and by each session
INFLUENCES, SIMILAR = 4, 6  # rows and tiles


@dataclass(frozen=True)
class UserView:
    """One movie for one user, whose own rating of it is left out of their history.

    Attributes
    ----------
    prediction : Prediction
        Expected rating and probability of each star.
    explanation : Explanation
        Why, with `INFLUENCES` ratings.
    match : float
        From 0 to 1, as in the user's list.
    expected_of_similar : dict of int to float
        Expected rating of each similar movie, in stars.
    """

    prediction: Prediction
    explanation: Explanation
    match: float
    expected_of_similar: dict[int, float]


def user_view(user: SelectedUser, movie_id: int) -> UserView:
    """The movie for a user; the session keeps the latest `CACHED_VIEWS`."""
    return _user_view(user, user.recommender.version, user.query, digest_of(user.ratings), movie_id)


@st.cache_resource(show_spinner=False, max_entries=CACHED_VIEWS, scope="session")
def _user_view(_user: SelectedUser, version: str, query: str, history: str, movie_id: int) -> UserView:
    recommender, leave_one_out = _user.recommender, _user.leave_one_out(movie_id)
    ratings = recommender.user_history(**leave_one_out.user)
    explainer = Explainer(recommender, ratings, recommender.thresholds)
    similar = similar_ids(recommender, movie_id)
    positions = recommender.catalogue.positions(np.array(similar, np.int64))
    expected = recommender.score(_user.ratings, np.zeros(len(similar), np.int64), positions)[EXPECTED]
    return UserView(
        prediction=Prediction.of(_user, leave_one_out),
        explanation=leave_one_out.explained(explainer.explain(movie_id, INFLUENCES)),
        match=match_of(recommender, ratings, movie_id),
        expected_of_similar=dict(zip(similar, expected.tolist(), strict=True)),
    )


def movie_row(recommender: Recommender, movie_id: int) -> pd.Series:
    """Title, year, genres, mean and count of a movie of the catalogue."""
    return cast("pd.Series", recommender.movies_by_id.loc[movie_id])


def similar_ids(recommender: Recommender, movie_id: int) -> list[int]:
    """The `SIMILAR` most similar movies."""
    return _similar_ids(recommender, recommender.version, movie_id)


@st.cache_resource(show_spinner=False, max_entries=CACHED_MOVIES)
def _similar_ids(_recommender: Recommender, version: str, movie_id: int) -> list[int]:
    return _recommender.similar(movie_id, SIMILAR)[MOVIE].tolist()


def statistics(recommender: Recommender, movie_id: int) -> MovieStatistics:
    """The statistics of a movie's ratings."""
    return _statistics(recommender, recommender.version, movie_id)


@st.cache_resource(show_spinner=False, max_entries=CACHED_MOVIES)
def _statistics(_recommender: Recommender, version: str, movie_id: int) -> MovieStatistics:
    return movie_statistics(_recommender, movie_id)


def periods(recommender: Recommender, movie_id: int) -> pd.DataFrame | None:
    """Number and mean of a movie's ratings over time; None if no time is known."""
    times = rating_times(recommender, recommender.version)
    return None if times is None else _periods(recommender, recommender.version, movie_id, times)


@st.cache_resource(show_spinner=False, max_entries=CACHED_MOVIES)
def _periods(_recommender: Recommender, version: str, movie_id: int, _times: np.ndarray) -> pd.DataFrame:
    return rating_periods(_recommender, movie_id, _times)


@st.cache_resource(show_spinner=False, max_entries=2)
def rating_times(_recommender: Recommender, version: str) -> np.ndarray | None:
    """When each rating of the model was given, int64 (ratings,), in seconds since 1970 UTC.

    A model does not keep times, so they are read from the dataset: None unless it is stored here, and is that of the
    model by its fingerprint. The first call takes as long as reading the dataset.
    """
    data = _recommender.manifest.get("data") or {}
    if data.get("name") != sources.NAME or (path := sources.stored()) is None:
        return None
    try:
        dataset = load_dataset(path)
    except (RecsysError, OSError):
        return None
    # Both are in ascending order of users, then movies.
    same = dataset.fingerprint == data.get("fingerprint")
    if not same or len(dataset.ratings) != len(_recommender.interactions.movies) or TIME not in dataset.ratings:
        return None
    return dataset.ratings[TIME].to_numpy(np.int64)
