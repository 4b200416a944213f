"""The train rows and the held-out rows of each run of the comparison."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.core.keyed_random import uniform
from recsys.data import Dataset, splits
from recsys.schema import MOVIE, RATING, USER

SPLITS = ("stratified", "user-last", "global-time")
TEST_FRACTION = 0.2
CUT_FRACTION = 0.1  # of the train rows, on which the cut points of QWK are tuned
CUT_SALT = 20


def held_out(dataset: Dataset, split: str, seed: int) -> np.ndarray:
    """Bool per rating. `stratified` is scikit-learn's own; the splits in time have no seed."""
    ratings = dataset.ratings
    if split != "stratified":
        return (splits.user_last if split == "user-last" else splits.global_time)(ratings, TEST_FRACTION).test
    from sklearn.model_selection import train_test_split

    positions, stars = np.arange(len(ratings)), ratings[RATING]
    _, test = train_test_split(positions, test_size=TEST_FRACTION, stratify=stars, random_state=seed)
    return np.isin(positions, test)


def cut_slice(train: pd.DataFrame) -> np.ndarray:
    """Bool per train row: True where the cut points are tuned; drawn from the ids alone."""
    return uniform(train[USER].to_numpy(), train[MOVIE].to_numpy(), CUT_SALT) < CUT_FRACTION
