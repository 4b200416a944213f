"""myFM: Bayesian factorisation machines with side information and SVD++-style features both ways.

The features are those of the library's own ML-100K examples (https://myfm.readthedocs.io/en/stable/relation-blocks.html
and movielens.html) without the day of the rating, which no model of this comparison gets: user, age band, gender,
occupation, every movie the user rated in train; movie, year, genres, every user who rated it in train.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from myfm import (  # pyright: ignore[reportMissingImports] # in benchmarks/requirements.txt
    MyFMOrderedProbit,
    MyFMRegressor,
    RelationBlock,
)
from scipy import sparse

from benchmarks.peers import FittedPeer, PeerPredictions
from recsys.data import Dataset
from recsys.schema import AGE, GENDER, GENRES, MOVIE, OCCUPATION, RATING, USER, YEAR


def regressor(dataset: Dataset, seed: int, rank: int, iterations: int, kept_samples: int) -> FittedPeer:
    """The rating as a number with normal noise; predicts the mean of the kept samples."""
    features = _Features(dataset)
    model = MyFMRegressor(rank=rank, random_seed=seed)
    model.fit(
        None,
        dataset.ratings[RATING].to_numpy(),
        X_rel=features.blocks(dataset.ratings),
        n_iter=iterations,
        n_kept_samples=kept_samples,
        group_shapes=features.groups,
    )
    return lambda pairs: (model.predict(None, features.blocks(pairs)), None)


def probit(dataset: Dataset, seed: int, rank: int, iterations: int, kept_samples: int) -> FittedPeer:
    """The rating as an ordered class: https://myfm.readthedocs.io/en/stable/ordinal-regression.html"""
    features, stars = _Features(dataset), np.array(dataset.stars)
    model = MyFMOrderedProbit(rank=rank, random_seed=seed)
    model.fit(
        None,
        np.searchsorted(stars, dataset.ratings[RATING]),
        X_rel=features.blocks(dataset.ratings),
        n_iter=iterations,
        n_kept_samples=kept_samples,
        group_shapes=features.groups,
    )

    def predict(pairs: pd.DataFrame) -> PeerPredictions:
        probabilities = model.predict_proba(None, features.blocks(pairs))
        return probabilities @ stars, probabilities

    return predict


class _Features:
    """One sparse row per user and one per movie; a pair is a reference to one of each."""

    def __init__(self, dataset: Dataset) -> None:
        ratings, movies = dataset.ratings, dataset.movies
        self.users = np.unique(ratings[USER] if dataset.users is None else dataset.users[USER])
        self.movies = movies[MOVIE].to_numpy()
        seen = _seen(ratings, self.users, self.movies)
        user_blocks = [sparse.identity(len(self.users)), *_profiles(dataset), _normalised(seen)]
        genres = sparse.csr_matrix(movies[GENRES].str.get_dummies("|").to_numpy(np.float64))
        years = _one_hot(movies[YEAR].fillna(0).astype(int))
        movie_blocks = [sparse.identity(len(movies)), years, _normalised(genres), _normalised(seen.T.tocsr())]
        self.groups = [block.shape[1] for block in (*user_blocks, *movie_blocks)]
        self.user_rows = sparse.hstack(user_blocks, format="csr")
        self.movie_rows = sparse.hstack(movie_blocks, format="csr")

    def blocks(self, pairs: pd.DataFrame) -> list[RelationBlock]:
        """The pairs (user_id, movie_id) as myFM's relation blocks."""
        return [
            RelationBlock(np.searchsorted(self.users, pairs[USER]), self.user_rows),
            RelationBlock(np.searchsorted(self.movies, pairs[MOVIE]), self.movie_rows),
        ]


def _seen(ratings: pd.DataFrame, users: np.ndarray, movies: np.ndarray) -> sparse.csr_matrix:
    positions = np.searchsorted(users, ratings[USER]), np.searchsorted(movies, ratings[MOVIE])
    return sparse.csr_matrix((np.ones(len(ratings)), positions), shape=(len(users), len(movies)))


def _normalised(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each row divided by the root of its sum, as in SVD++."""
    count = np.maximum(np.asarray(rows.sum(axis=1)).ravel(), 1)
    return sparse.diags(count**-0.5) @ rows


def _profiles(dataset: Dataset) -> list[sparse.csr_matrix]:
    if dataset.users is None:
        return []
    age = (dataset.users[AGE].fillna(-5) // 5).astype(int)
    return [_one_hot(values) for values in (age, dataset.users[GENDER], dataset.users[OCCUPATION])]


def _one_hot(values: pd.Series) -> sparse.csr_matrix:
    return sparse.csr_matrix(pd.get_dummies(values).to_numpy(np.float64))
