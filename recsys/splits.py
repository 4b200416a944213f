"""Which ratings are held out. No row is ever on both sides, and together the sides are everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.hashing import uniform
from recsys.schema import MOVIE, RATING, USER

SPLIT, FOLD = 1, 2  # salts, so that the split and the folds of one seed are drawn apart


@dataclass(frozen=True)
class Split:
    """A named division of a ratings table: `test` is a bool per row, the rest is train."""

    name: str
    test: np.ndarray

    @property
    def train(self) -> np.ndarray:
        """Bool per row: not held out."""
        return ~self.test


def stratified(ratings: pd.DataFrame, test_share: float = 0.2, seed: int = 0) -> Split:
    """Hold out the same share of every star: per star, the pairs with the smallest hash.

    `ratings` has the columns of `schema.RATINGS_COLUMNS`. A pair keeps its place when rows are shuffled, and
    nearly always when ratings are added.
    """
    drawn = uniform(ratings[USER].to_numpy(), ratings[MOVIE].to_numpy(), seed, SPLIT)
    rank = pd.Series(drawn).groupby(ratings[RATING].to_numpy()).rank(method="first").to_numpy()
    size = ratings.groupby(RATING)[RATING].transform("size").to_numpy()
    return Split("stratified", rank <= np.round(size * test_share))


def fold_of(users: np.ndarray, movies: np.ndarray, folds: int, seed: int = 0) -> np.ndarray:
    """The cross-fit fold of each pair of ids, int64, drawn from ids and seed alone."""
    return (uniform(users, movies, seed, FOLD) * folds).astype(np.int64)
