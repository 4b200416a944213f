"""Which ratings each run of the comparison learns from and is asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.core.keyed_random import uniform
from recsys.data import Dataset, splits
from recsys.schema import MOVIE, RATING, USER

SPLITS = ("stratified", "user-last", "global-time")
TEST_SHARE = 0.2
CUT_SHARE = 0.1  # of the train rows, to choose the cut points of QWK on
CUT_SALT = 20


def held_out(dataset: Dataset, split: str, seed: int) -> np.ndarray:
    """Bool per rating. Stratified is scikit-learn's own; the splits in time have no seed."""
    ratings = dataset.ratings
    if split != "stratified":
        return (splits.user_last if split == "user-last" else splits.global_time)(ratings, TEST_SHARE).test
    from sklearn.model_selection import train_test_split

    places, stars = np.arange(len(ratings)), ratings[RATING]
    _, test = train_test_split(places, test_size=TEST_SHARE, stratify=stars, random_state=seed)
    return np.isin(places, test)


def cut_slice(train: pd.DataFrame) -> np.ndarray:
    """Bool per train row: whether the cut points are chosen on it; drawn from the ids alone."""
    return uniform(train[USER].to_numpy(), train[MOVIE].to_numpy(), CUT_SALT) < CUT_SHARE
