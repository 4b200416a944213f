"""Which ratings are held out. No row is ever on both sides, and together the sides are everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.core.keyed_random import uniform
from recsys.errors import DataError, InputError, Problem, shown
from recsys.schema import MOVIE, NO_TIME, RATING, TIME, USER

SPLITS = ("stratified", "user-last", "global-time")
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


def split_by_name(name: str, ratings: pd.DataFrame, test_fraction: float = 0.2, seed: int = 0) -> Split:
    """The split of one of the names in `SPLITS`; InputError for another, DataError where it needs times."""
    if name not in SPLITS:
        raise InputError.of([Problem("split", shown(name), ", ".join(SPLITS), "Choose one of these splits.")])
    if name == "stratified":
        return stratified(ratings, test_fraction, seed)
    return (user_last if name == "user-last" else global_time)(ratings, test_fraction)


def stratified(ratings: pd.DataFrame, test_fraction: float = 0.2, seed: int = 0) -> Split:
    """Hold out the same share of every star: per star, the pairs with the smallest hash.

    `ratings` has the columns of `schema.RATINGS_COLUMNS`. A pair keeps its place when rows are shuffled, and
    nearly always when ratings are added.
    """
    rank, size = _rank_within_star(ratings, seed)
    return Split("stratified", rank <= np.round(size * test_fraction))


def stratified_folds(ratings: pd.DataFrame, folds: int = 5, seed: int = 0) -> list[Split]:
    """Cross-validation: every row is held out exactly once, and every fold has each star's share."""
    rank, size = _rank_within_star(ratings, seed)
    fold = np.ceil(rank * folds / size) - 1
    return [Split(f"fold {number + 1} of {folds}", fold == number) for number in range(folds)]


def user_last(ratings: pd.DataFrame, test_fraction: float = 0.2) -> Split:
    """Hold out the last ratings of every user: what a known user did next. Needs timestamps (DataError)."""
    order = _in_time(ratings)
    users = ratings[USER].iloc[order]
    timed = pd.Series(_timed(ratings)[order], users.index)
    place, size = users.groupby(users).cumcount() + 1, users.groupby(users).transform("size")
    test = np.zeros(len(ratings), bool)
    test[order] = (place > size - np.floor(timed.groupby(users).transform("sum") * test_fraction)).to_numpy()
    return Split("user-last", test)


def global_time(ratings: pd.DataFrame, test_fraction: float = 0.2) -> Split:
    """Hold out the last ratings of all: mostly newcomers. Needs timestamps (DataError)."""
    test = np.zeros(len(ratings), bool)
    test[_in_time(ratings)[len(ratings) - int(_timed(ratings).sum() * test_fraction) :]] = True
    return Split("global-time", test)


def fold_of(users: np.ndarray, movies: np.ndarray, folds: int, seed: int = 0) -> np.ndarray:
    """The cross-fit fold of each pair of ids, int64, drawn from ids and seed alone."""
    return (uniform(users, movies, seed, FOLD) * folds).astype(np.int64)


def _rank_within_star(ratings: pd.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Each row's place, from 1, among the rows of its star in the order of their hashes; and how many those are."""
    drawn = uniform(ratings[USER].to_numpy(), ratings[MOVIE].to_numpy(), seed, SPLIT)
    rank = pd.Series(drawn).groupby(ratings[RATING].to_numpy()).rank(method="first").to_numpy()
    return rank, ratings.groupby(RATING)[RATING].transform("size").to_numpy()


def _in_time(ratings: pd.DataFrame) -> np.ndarray:
    """The rows' positions from the earliest to the latest, those without a time first, so that none is held out.

    Equal times keep the order of user and movie.
    """
    if TIME not in ratings or not _timed(ratings).any():
        raise DataError("This split needs timestamps, and these ratings have none. Choose the stratified split.")
    return np.lexsort((ratings[MOVIE].to_numpy(), ratings[USER].to_numpy(), ratings[TIME].to_numpy()))


def _timed(ratings: pd.DataFrame) -> np.ndarray:
    """Which ratings have a time, bool (rows,)."""
    return (ratings[TIME] != NO_TIME).to_numpy()
