"""Which ratings each run of the comparison learns from and is asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys import splits
from recsys.data import Dataset
from recsys.hashing import uniform
from recsys.schema import MOVIE, RATING, USER

SPLITS = ("stratified", "user-last", "global-time")
TEST_SHARE = 0.2
CUT_SHARE = 0.1  # of the train rows, to choose the cut points of QWK on
CUT_SALT = 20


def sides(dataset: Dataset, split: str, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train and test ratings. Stratified is scikit-learn's own; the splits in time have no seed."""
    ratings = dataset.ratings
    if split == "stratified":
        from sklearn.model_selection import train_test_split

        return tuple(train_test_split(ratings, test_size=TEST_SHARE, stratify=ratings[RATING], random_state=seed))
    held = (splits.user_last if split == "user-last" else splits.global_time)(ratings, TEST_SHARE)
    return ratings[held.train], ratings[held.test]


def cut_slice(train: pd.DataFrame) -> np.ndarray:
    """Bool per train row: whether the cut points are chosen on it; drawn from the ids alone."""
    return uniform(train[USER].to_numpy(), train[MOVIE].to_numpy(), CUT_SALT) < CUT_SHARE
