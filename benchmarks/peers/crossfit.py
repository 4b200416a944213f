"""Plain features for boosted trees: means and counts that exclude the row they describe, movies and profiles.

In five folds, each fold's means are learned on the other four. A share of the users of each fold is shown without a
history, so that newcomers are met in training.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.peers import Answer, Fitted
from recsys.core.keyed_random import uniform
from recsys.data import Dataset
from recsys.schema import AGE, GENDER, GENRES, MOVIE, OCCUPATION, RATING, USER, YEAR

DAMPING = 5.0
FOLD_SALT, COLD_SALT = 21, 22
Sides = tuple[pd.DataFrame, pd.DataFrame]


def fitted(dataset: Dataset, sides: Sides, probabilities_of: Callable[[np.ndarray], np.ndarray]) -> Fitted:
    """The model over features learned on all train ratings."""
    means, stars = _Means(dataset.ratings), np.array(dataset.stars)

    def predict(pairs: pd.DataFrame) -> Answer:
        probabilities = np.asarray(probabilities_of(_matrix(pairs, means, sides)), np.float64)
        return probabilities @ stars, probabilities

    return predict


class _Means:
    """Damped means and counts by user and by movie of some ratings."""

    def __init__(self, ratings: pd.DataFrame) -> None:
        self.mean = ratings[RATING].mean()
        self.tables = {owner: self._table(ratings.groupby(owner)[RATING]) for owner in (USER, MOVIE)}

    def _table(self, groups: pd.core.groupby.SeriesGroupBy) -> pd.DataFrame:
        count = groups.size()
        return pd.DataFrame({"mean": (groups.sum() + DAMPING * self.mean) / (count + DAMPING), "count": count})

    def of(self, pairs: pd.DataFrame, unseen: np.ndarray | None = None) -> np.ndarray:
        """Mean and count of movie and user, float64 (pairs, 4); `unseen` users are shown as newcomers."""
        blank = {"mean": self.mean, "count": 0}
        user = self.tables[USER].reindex(pairs[USER]).fillna(blank).to_numpy()
        if unseen is not None:
            user[unseen] = self.mean, 0
        return np.hstack([self.tables[MOVIE].reindex(pairs[MOVIE]).fillna(blank).to_numpy(), user])


def crossfit(ratings: pd.DataFrame, sides: Sides, folds: int, cold_start_fraction: float, seed: int) -> np.ndarray:
    """Features of the train ratings in their order, float32."""
    users, movies = ratings[USER].to_numpy(), ratings[MOVIE].to_numpy()
    fold = (uniform(users, movies, seed, FOLD_SALT) * folds).astype(int)
    cold = uniform(users, fold, seed, COLD_SALT) < cold_start_fraction
    parts = []
    for number in range(folds):
        inside = fold == number
        parts.append(_matrix(ratings[inside], _Means(ratings[~inside]), sides, cold[inside]))
    return np.vstack(parts)[np.argsort(np.argsort(fold, kind="stable"), kind="stable")]


def _matrix(pairs: pd.DataFrame, means: _Means, sides: Sides, unseen: np.ndarray | None = None) -> np.ndarray:
    movies, users = sides
    about = [movies.reindex(pairs[MOVIE]).to_numpy(), users.reindex(pairs[USER]).to_numpy()]
    return np.hstack([means.of(pairs, unseen), *about]).astype(np.float32)


def plain_movies(dataset: Dataset) -> pd.DataFrame:
    """Genre flags and year by movie id."""
    genres = dataset.movies[GENRES].str.get_dummies("|")
    return genres.assign(**{YEAR: dataset.movies[YEAR]}).set_index(dataset.movies[MOVIE]).astype(float)


def profiles(dataset: Dataset) -> pd.DataFrame:
    """Gender and occupation as flags, and age, by user id."""
    if dataset.users is None:
        return pd.DataFrame(index=dataset.ratings[USER].unique())
    words = pd.get_dummies(dataset.users[[GENDER, OCCUPATION]])
    return words.assign(**{AGE: dataset.users[AGE]}).set_index(dataset.users[USER]).astype(float)
