"""LightGBM over plain features."""

from __future__ import annotations

from lightgbm import LGBMClassifier  # pyright: ignore[reportMissingImports] # in benchmarks/requirements.txt

from benchmarks.peers import FittedPeer
from benchmarks.peers.cross_fitting import crossfit, fitted, plain_movies, profiles
from recsys.data import Dataset
from recsys.schema import RATING


def learn(
    dataset: Dataset,
    seed: int,
    rounds: int,
    learning_rate: float,
    num_leaves: int,
    min_child_samples: int,
    subsample: float,
    colsample: float,
    l2: float,
    folds: int,
    cold_start_fraction: float,
) -> FittedPeer:
    """Genre flags, year, damped means and counts, gender, age and occupation, in LightGBM over the stars."""
    metadata = plain_movies(dataset), profiles(dataset)
    matrix = crossfit(dataset.ratings, metadata, folds, cold_start_fraction, seed)
    model = LGBMClassifier(
        n_estimators=rounds,
        learning_rate=learning_rate,
        num_leaves=num_leaves,
        min_child_samples=min_child_samples,
        subsample=subsample,
        subsample_freq=1,
        colsample_bytree=colsample,
        reg_lambda=l2,
        random_state=seed,
        verbose=-1,
    )
    model.fit(matrix, dataset.ratings[RATING].astype(str))
    return fitted(dataset, metadata, model.predict_proba)
