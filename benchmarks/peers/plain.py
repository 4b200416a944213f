"""The simplest baselines: the distribution of the train ratings, and damped offsets of user and movie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.peers import FittedPeer, PeerPredictions
from recsys.data import Dataset
from recsys.schema import MOVIE, RATING, USER


def majority(dataset: Dataset, seed: int) -> FittedPeer:
    """The distribution of the train ratings, for every pair."""
    share = dataset.ratings[RATING].value_counts(normalize=True).reindex(dataset.stars).to_numpy()

    def predict(pairs: pd.DataFrame) -> PeerPredictions:
        probabilities = np.tile(share, (len(pairs), 1))
        return probabilities @ np.array(dataset.stars), probabilities

    return predict


def bias(dataset: Dataset, seed: int, damping: float, iterations: int) -> FittedPeer:
    """Mean + user offset + movie offset, each damped; the offsets are fitted in turn, `iterations` times."""
    ratings = dataset.ratings
    mean = ratings[RATING].mean()
    user, movie = pd.Series(0.0, ratings[USER].unique()), pd.Series(0.0, ratings[MOVIE].unique())
    for _ in range(iterations):
        movie = _offsets(ratings[RATING] - mean - ratings[USER].map(user), ratings[MOVIE], damping)
        user = _offsets(ratings[RATING] - mean - ratings[MOVIE].map(movie), ratings[USER], damping)

    def predict(pairs: pd.DataFrame) -> PeerPredictions:
        return (mean + pairs[USER].map(user).fillna(0) + pairs[MOVIE].map(movie).fillna(0)).to_numpy(), None

    return predict


def _offsets(residuals: pd.Series, ids: pd.Series, damping: float) -> pd.Series:
    groups = residuals.groupby(ids)
    return groups.sum() / (groups.size() + damping)
