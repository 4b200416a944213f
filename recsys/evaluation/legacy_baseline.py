"""The model that this project began with, without its leak, as a baseline.

XGBoost over the stars, on genres (standardised and reduced by PCA), year, means and counts of movie and user, gender,
age and occupation. The means in a training row exclude the row's fold, and no id is a feature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import xgboost
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from recsys.core.blas import limit_blas_threads
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.data.splits import fold_of
from recsys.evaluation.baselines import Predictions
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary

FOLDS, DAMPING, PCA_VARIANCE = 5, 5.0, 0.9
ROUNDS = 40  # at a high learning rate: 150 at a low one gain .001 of accuracy and take three times as long
TREES = {
    **{"objective": "multi:softprob", "max_depth": 5, "learning_rate": 0.3, "subsample": 0.8, "colsample_bytree": 0.6},
    **{"min_child_weight": 10, "lambda": 2.0, "max_bin": 64},
}


def legacy_baseline(
    interactions: Interactions, catalogue: Catalogue, context: Context, rows: np.ndarray, movies: np.ndarray
) -> Predictions:
    """Train on these histories and predict pairs.

    Parameters
    ----------
    interactions : Interactions
        The histories to learn from.
    catalogue : Catalogue
        The movies.
    context : Context
        Star values, training configuration and vocabulary.
    rows : ndarray of int64, shape (pairs,)
        Rows of `interactions`; -1 is a user without a history.
    movies : ndarray of int64, shape (pairs,)
        Catalogue positions.

    Returns
    -------
    Predictions
        With probabilities.
    """
    table = StaticColumns.of(interactions, catalogue, context.vocabulary)
    matrix = training_rows(interactions, catalogue, table, context.config.seed)
    distinct, rows = np.unique(rows, return_inverse=True)
    columns = PairColumns.of(interactions, interactions.take(distinct), table)
    return predict(learn(matrix, interactions.stars, context), columns.features(rows, movies), context)


def learn(matrix: np.ndarray, stars: np.ndarray, context: Context) -> xgboost.Booster:
    """Trees for training rows, float32 (rows, columns), with these ratings, (rows,)."""
    rows = xgboost.QuantileDMatrix(matrix, np.searchsorted(context.stars, stars), max_bin=TREES["max_bin"])
    return xgboost.train(TREES | {"num_class": len(context.stars), "seed": context.config.seed}, rows, ROUNDS)


def predict(booster: xgboost.Booster, matrix: np.ndarray, context: Context) -> Predictions:
    """Predictions of these trees for rows with the columns that they were learned from."""
    probabilities = booster.inplace_predict(matrix).astype(np.float64)
    return Predictions.of_probabilities(probabilities / probabilities.sum(1, keepdims=True), context.stars)


@dataclass(frozen=True)
class StaticColumns:
    """What does not depend on ratings: the movies' genres by PCA and year, and the words for gender and occupation."""

    movies: np.ndarray  # float64 (movies, columns)
    genders: np.ndarray  # str (genders,)
    occupations: np.ndarray  # str (occupations,)

    @classmethod
    def of(cls, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary) -> Self:
        """Fit scaler and PCA on the rated movies."""
        flags = catalogue.genre_flags.astype(np.float64)
        rated = np.unique(interactions.movies)
        if flags.any():
            scaled_pca = make_pipeline(StandardScaler(), PCA(n_components=PCA_VARIANCE, svd_solver="full"))
            limit_blas_threads()
            flags = scaled_pca.fit(flags[rated]).transform(flags)
        return cls(np.column_stack([flags, catalogue.years]), vocabulary.genders, vocabulary.occupations)


@dataclass(frozen=True)
class PairColumns:
    """Features of users and of movies, float64 (users, columns) and (movies, columns)."""

    users: np.ndarray
    movies: np.ndarray

    @classmethod
    def of(cls, interactions: Interactions, users: Interactions, table: StaticColumns) -> Self:
        """Means of movies from all interactions, those of users from their own histories."""
        mean = interactions.stars.mean(dtype=np.float64)
        size = len(table.movies)
        movie_sum = np.bincount(interactions.movies, interactions.stars, size)
        movie_count = np.bincount(interactions.movies, minlength=size)
        user_mean = _damped_mean(users.sum_by_user(users.stars), users.counts, mean)
        words = [users.gender[:, None] == table.genders, users.occupation[:, None] == table.occupations]
        return cls(
            np.column_stack([user_mean, users.counts, users.age, *words]),
            np.column_stack([_damped_mean(movie_sum, movie_count, mean), movie_count, table.movies]),
        )

    def features(self, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """Features of pairs, float32 (pairs, columns)."""
        return np.hstack([self.users[rows], self.movies[movies]]).astype(np.float32)


def training_rows(interactions: Interactions, catalogue: Catalogue, table: StaticColumns, seed: int) -> np.ndarray:
    """Features of the ratings in their order, each from the ratings of the other folds."""
    fold = fold_of(
        interactions.user_ids[interactions.user_index], catalogue.movie_ids[interactions.movies], FOLDS, seed
    )
    blocks = []
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold == number), interactions.keep(fold != number)
        columns = PairColumns.of(outside, outside, table)
        blocks.append(columns.features(interactions.user_index[inside], interactions.movies[inside]))
    return np.vstack(blocks)[np.argsort(np.argsort(fold, kind="stable"), kind="stable")]


def _damped_mean(total: np.ndarray, count: np.ndarray, mean: float) -> np.ndarray:
    return (total + DAMPING * mean) / (count + DAMPING)
