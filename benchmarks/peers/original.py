"""The model that this project began with, without its leak."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xgboost
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.peers import FittedPeer
from benchmarks.peers.cross_fitting import crossfit, fitted, plain_movies, profiles
from recsys.data import Dataset
from recsys.schema import MOVIE, RATING, YEAR

PCA_VARIANCE = 0.9


def learn(
    dataset: Dataset,
    seed: int,
    rounds: int,
    depth: int,
    learning_rate: float,
    subsample: float,
    colsample: float,
    min_child_weight: float,
    l2: float,
    folds: int,
    cold_start_fraction: float,
) -> FittedPeer:
    """Genres by PCA, year, damped means and counts, gender, age and occupation, in XGBoost over the stars."""
    metadata = _movies(dataset), profiles(dataset)
    matrix = crossfit(dataset.ratings, metadata, folds, cold_start_fraction, seed)
    stars = np.array(dataset.stars)
    train_matrix = xgboost.QuantileDMatrix(matrix, np.searchsorted(stars, dataset.ratings[RATING]), max_bin=64)
    booster = xgboost.train(
        {
            "objective": "multi:softprob",
            "num_class": len(stars),
            "max_depth": depth,
            "learning_rate": learning_rate,
            "subsample": subsample,
            "colsample_bytree": colsample,
            "min_child_weight": min_child_weight,
            "lambda": l2,
            "max_bin": 64,
            "seed": seed,
        },
        train_matrix,
        rounds,
    )
    return fitted(dataset, metadata, booster.inplace_predict)


def _movies(dataset: Dataset) -> pd.DataFrame:
    """Genres standardised and reduced by PCA over the rated movies, and the year."""
    plain = plain_movies(dataset)
    genres = plain.drop(columns=YEAR)
    pca = make_pipeline(StandardScaler(), PCA(n_components=PCA_VARIANCE, svd_solver="full"))
    pca.fit(genres.loc[dataset.ratings[MOVIE].unique()].to_numpy())
    return pd.DataFrame(pca.transform(genres.to_numpy()), plain.index).assign(**{YEAR: plain[YEAR]})
