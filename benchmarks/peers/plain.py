"""The least that a model has to beat: the commonest star, and the damped offsets of user and movie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.peers import Answer, Fitted
from recsys.data import Dataset
from recsys.schema import MOVIE, RATING, USER


def majority(dataset: Dataset, seed: int) -> Fitted:
    """The distribution of the train ratings for everybody."""
    share = dataset.ratings[RATING].value_counts(normalize=True).reindex(dataset.stars).to_numpy()

    def predict(pairs: pd.DataFrame) -> Answer:
        probabilities = np.tile(share, (len(pairs), 1))
        return probabilities @ np.array(dataset.stars), probabilities

    return predict


def bias(dataset: Dataset, seed: int, damping: float, em_iterations: int) -> Fitted:
    """Mean + user offset + movie offset, each damped, fitted in turn."""
    ratings = dataset.ratings
    mean = ratings[RATING].mean()
    user = pd.Series(0.0, ratings[USER].unique())
    for _ in range(em_iterations):
        movie = _offsets(ratings[RATING] - mean - ratings[USER].map(user), ratings[MOVIE], damping)
        user = _offsets(ratings[RATING] - mean - ratings[MOVIE].map(movie), ratings[USER], damping)

    def predict(pairs: pd.DataFrame) -> Answer:
        return (mean + pairs[USER].map(user).fillna(0) + pairs[MOVIE].map(movie).fillna(0)).to_numpy(), None

    return predict


def _offsets(left: pd.Series, owner: pd.Series, damping: float) -> pd.Series:
    groups = left.groupby(owner)
    return groups.sum() / (groups.size() + damping)
