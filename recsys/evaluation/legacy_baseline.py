"""The recipe this project began with, without its leak: a baseline that shows what everything since is worth.

Genres standardised and reduced by PCA, year, means and counts of movie and user, gender, age and occupation, in XGBoost
over the stars. The means in a training row exclude the row's fold, and no id is a feature.
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
ROUNDS = 40  # of a fast rate: 150 slow ones gain .001 of accuracy and take three times as long
TREES = {
    **{"objective": "multi:softprob", "max_depth": 5, "learning_rate": 0.3, "subsample": 0.8, "colsample_bytree": 0.6},
    **{"min_child_weight": 10, "lambda": 2.0, "max_bin": 64},
}


def legacy_baseline(
    interactions: Interactions, catalogue: Catalogue, context: Context, rows: np.ndarray, movies: np.ndarray
) -> Predictions:
    """Train on these histories, and predict the pairs (row of `interactions` or -1, catalogue position)."""
    stars, table = context.stars, _MovieTable.of(interactions, catalogue, context.vocabulary)
    made = xgboost.QuantileDMatrix(
        _training_rows(interactions, catalogue, table, context.config.seed),
        np.searchsorted(stars, interactions.stars),
        max_bin=TREES["max_bin"],
    )
    booster = xgboost.train(TREES | {"num_class": len(stars), "seed": context.config.seed}, made, ROUNDS)
    distinct, rows = np.unique(rows, return_inverse=True)
    people = _Columns.of(interactions, interactions.take(distinct), table)
    found = booster.inplace_predict(people.features(rows, movies)).astype(np.float64)
    return Predictions.of_probabilities(found / found.sum(1, keepdims=True), stars)


@dataclass(frozen=True)
class _MovieTable:
    """What is known of movies and of words about people without any star: genres by PCA and year; the words."""

    movies: np.ndarray  # float64 (movies, columns)
    genders: np.ndarray  # str (genders,)
    occupations: np.ndarray  # str (occupations,)

    @classmethod
    def of(cls, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary) -> Self:
        """Scaler and PCA over the rated movies."""
        flags = catalogue.genre_flags.astype(np.float64)
        rated = np.unique(interactions.movies)
        if flags.any():
            reduce = make_pipeline(StandardScaler(), PCA(n_components=PCA_VARIANCE, svd_solver="full"))
            limit_blas_threads()
            flags = reduce.fit(flags[rated]).transform(flags)
        return cls(np.column_stack([flags, catalogue.years]), vocabulary.genders, vocabulary.occupations)


@dataclass(frozen=True)
class _Columns:
    """One row of columns per person and one per movie, from some known ratings."""

    people: np.ndarray
    movies: np.ndarray

    @classmethod
    def of(cls, known: Interactions, people: Interactions, table: _MovieTable) -> Self:
        """Movies' means from everything known, people's from their own histories."""
        mean = known.stars.mean(dtype=np.float64)
        size = len(table.movies)
        movie_sum = np.bincount(known.movies, known.stars, size)
        movie_count = np.bincount(known.movies, minlength=size)
        words = [people.gender[:, None] == table.genders, people.occupation[:, None] == table.occupations]
        told = [_damped(people.sum_by_user(people.stars), people.counts, mean), people.counts, people.age, *words]
        return cls(
            np.column_stack(told),
            np.column_stack([_damped(movie_sum, movie_count, mean), movie_count, table.movies]),
        )

    def features(self, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        """Features of pairs, float32 (pairs, columns)."""
        return np.hstack([self.people[rows], self.movies[movies]]).astype(np.float32)


def _training_rows(interactions: Interactions, catalogue: Catalogue, table: _MovieTable, seed: int) -> np.ndarray:
    """Features of the histories' own ratings in their order, each from the ratings of the other folds."""
    fold = fold_of(
        interactions.user_ids[interactions.user_index], catalogue.movie_ids[interactions.movies], FOLDS, seed
    )
    parts = []
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold == number), interactions.keep(fold != number)
        columns = _Columns.of(outside, outside, table)
        parts.append(columns.features(interactions.user_index[inside], interactions.movies[inside]))
    return np.vstack(parts)[np.argsort(np.argsort(fold, kind="stable"), kind="stable")]


def _damped(total: np.ndarray, count: np.ndarray, mean: float) -> np.ndarray:
    return (total + DAMPING * mean) / (count + DAMPING)
