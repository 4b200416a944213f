"""Plain features for boosted trees: means and counts that exclude the row they describe, movies and profiles.

The means in each fold's features are learned on the other folds. In each fold, a fraction of the users has an empty
history, so that the training has newcomers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers import FittedPeer, PeerPredictions
from recsys.core.keyed_random import uniform
from recsys.data import Dataset
from recsys.schema import AGE, GENDER, GENRES, MOVIE, OCCUPATION, RATING, USER, YEAR

DAMPING = 5.0
FOLD_SALT, COLD_SALT = 21, 22
Metadata = tuple[pd.DataFrame, pd.DataFrame]  # features of movies by movie id, and of users by user id


def fitted(dataset: Dataset, metadata: Metadata, predict_proba: Callable[[np.ndarray], Any]) -> FittedPeer:
    """A fitted peer whose means and counts come from all train ratings.

    Parameters
    ----------
    metadata : features of movies by movie id, and of users by user id.
    predict_proba : from features, float32 (pairs, features), to probabilities (pairs, stars).
    """
    means, stars = _Means(dataset.ratings), np.array(dataset.stars)

    def predict(pairs: pd.DataFrame) -> PeerPredictions:
        probabilities = np.asarray(predict_proba(_matrix(pairs, means, metadata)), np.float64)
        return probabilities @ stars, probabilities

    return predict


class _Means:
    """Damped means and counts by user and by movie of some ratings."""

    def __init__(self, ratings: pd.DataFrame) -> None:
        self.mean = ratings[RATING].mean()
        self.tables = {column: self._table(ratings, column) for column in (USER, MOVIE)}

    def _table(self, ratings: pd.DataFrame, column: str) -> pd.DataFrame:
        groups = ratings.groupby(column)[RATING]
        count = groups.size()
        return pd.DataFrame({"mean": (groups.sum() + DAMPING * self.mean) / (count + DAMPING), "count": count})

    def of(self, pairs: pd.DataFrame, is_newcomer: np.ndarray | None = None) -> np.ndarray:
        """Mean and count of movie and user, float64 (pairs, 4); of newcomers, the overall mean and 0."""
        default = {"mean": self.mean, "count": 0}
        user = self.tables[USER].reindex(pairs[USER]).fillna(default).to_numpy()
        if is_newcomer is not None:
            user[is_newcomer] = self.mean, 0
        return np.hstack([self.tables[MOVIE].reindex(pairs[MOVIE]).fillna(default).to_numpy(), user])


def crossfit(
    ratings: pd.DataFrame, metadata: Metadata, folds: int, cold_start_fraction: float, seed: int
) -> np.ndarray:
    """Features of the train ratings in their order, float32 (ratings, features)."""
    users, movies = ratings[USER].to_numpy(), ratings[MOVIE].to_numpy()
    fold = (uniform(users, movies, seed, FOLD_SALT) * folds).astype(int)
    is_newcomer = uniform(users, fold, seed, COLD_SALT) < cold_start_fraction
    blocks = []
    for number in range(folds):
        in_fold = fold == number
        blocks.append(_matrix(ratings[in_fold], _Means(ratings[~in_fold]), metadata, is_newcomer[in_fold]))
    return np.vstack(blocks)[np.argsort(np.argsort(fold, kind="stable"), kind="stable")]


def _matrix(
    pairs: pd.DataFrame, means: _Means, metadata: Metadata, is_newcomer: np.ndarray | None = None
) -> np.ndarray:
    movies, users = metadata
    blocks = [movies.reindex(pairs[MOVIE]).to_numpy(), users.reindex(pairs[USER]).to_numpy()]
    return np.hstack([means.of(pairs, is_newcomer), *blocks]).astype(np.float32)


def plain_movies(dataset: Dataset) -> pd.DataFrame:
    """Genre flags and year by movie id."""
    genres = dataset.movies[GENRES].str.get_dummies("|")
    return genres.assign(**{YEAR: dataset.movies[YEAR]}).set_index(dataset.movies[MOVIE]).astype(float)


def profiles(dataset: Dataset) -> pd.DataFrame:
    """Gender and occupation as flags, and age, by user id."""
    if dataset.users is None:
        return pd.DataFrame(index=dataset.ratings[USER].unique())
    flags = pd.get_dummies(dataset.users[[GENDER, OCCUPATION]])
    return flags.assign(**{AGE: dataset.users[AGE]}).set_index(dataset.users[USER]).astype(float)
