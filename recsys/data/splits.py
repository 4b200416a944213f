"""Splits of the ratings into train and test rows: disjoint, and together all rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.core.keyed_random import Stream, draw
from recsys.errors import DataError, InputError, Problem, shown
from recsys.schema import MOVIE, NO_TIME, RATING, TIME, USER

SPLITS = ("stratified", "user-last", "global-time")
GATE_FRACTION = 0.1  # of the ratings, held out by every stratified split: what models of any seed are compared on


@dataclass(frozen=True)
class Split:
    """A named split of a ratings table; `test` is bool (rows,), True for the held-out rows."""

    name: str
    test: np.ndarray

    @property
    def train(self) -> np.ndarray:
        """The rows that are not held out, bool (rows,)."""
        return ~self.test


def split_by_name(name: str, ratings: pd.DataFrame, test_fraction: float = 0.2, seed: int = 0) -> Split:
    """Split ratings by one of the methods in `SPLITS`.

    Parameters
    ----------
    name : {"stratified", "user-last", "global-time"}
        See `stratified`, `user_last` and `global_time`.
    ratings : DataFrame
        Columns of `schema.RATINGS_COLUMNS`.
    test_fraction : float
        Share of the ratings that is held out.
    seed : int
        Only for "stratified".

    Returns
    -------
    Split

    Raises
    ------
    InputError
        An unknown name.
    DataError
        The split needs timestamps, and there are none.
    """
    if name not in SPLITS:
        raise InputError.of([Problem("split", shown(name), ", ".join(SPLITS), "Choose one of these splits.")])
    if name == "stratified":
        return stratified(ratings, test_fraction, seed)
    return (user_last if name == "user-last" else global_time)(ratings, test_fraction)


def stratified(ratings: pd.DataFrame, test_fraction: float = 0.2, seed: int = 0) -> Split:
    """Hold out the same share of every star: of each star its `gate_set`, then the pairs with the smallest hashes.

    Shuffled rows keep their part, and nearly all rows do when ratings are added. The gate set is the same for every
    seed, so that models of two seeds have common held-out rows.

    Parameters
    ----------
    ratings : DataFrame
        Columns user_id, movie_id and rating.
    test_fraction : float
        Share of the ratings that is held out.
    seed : int
        Another seed is another split.

    Returns
    -------
    Split

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": range(10), "movie_id": 1, "rating": [1, 5] * 5})
    >>> split = stratified(ratings, test_fraction=0.2)
    >>> sorted(ratings["rating"][split.test])
    [1, 5]
    """
    rank, size = _rank_within_star(ratings, seed, gate_set_first=True)
    return Split("stratified", rank <= np.round(size * test_fraction))


def gate_set(ratings: pd.DataFrame) -> np.ndarray:
    """Which (user, movie) pairs are in the gate set, bool (rows,): about `GATE_FRACTION`, drawn by their ids alone."""
    return _gate_hashes(ratings) < GATE_FRACTION


def stratified_folds(ratings: pd.DataFrame, folds: int = 5, seed: int = 0) -> list[Split]:
    """Folds of a cross-validation: every row is held out exactly once, and the stars have the same shares in each fold.

    Parameters
    ----------
    ratings : DataFrame
        Columns user_id, movie_id and rating.
    folds : int
        Number of folds.
    seed : int
        Another seed is another division.

    Returns
    -------
    list of Split
        One per fold.

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": range(10), "movie_id": 1, "rating": [1, 5] * 5})
    >>> np.sum([split.test for split in stratified_folds(ratings, folds=5)], axis=0)
    array([1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    """
    rank, size = _rank_within_star(ratings, seed)
    fold = np.ceil(rank * folds / size) - 1
    return [Split(f"fold {number + 1} of {folds}", fold == number) for number in range(folds)]


def user_last(ratings: pd.DataFrame, test_fraction: float = 0.2) -> Split:
    """Hold out the last ratings of every user: what a known user rated next.

    Parameters
    ----------
    ratings : DataFrame
        Columns user_id, movie_id and timestamp.
    test_fraction : float
        Share of each user's dated ratings that is held out, rounded down.

    Returns
    -------
    Split

    Raises
    ------
    DataError
        There are no timestamps.

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": [1, 1, 2, 2], "movie_id": [1, 2, 1, 2], "timestamp": [9, 5, 6, 7]})
    >>> user_last(ratings, test_fraction=0.5).test
    array([ True, False, False,  True])
    """
    order = _time_order(ratings)
    users = ratings[USER].iloc[order]
    has_time = pd.Series(_has_time(ratings)[order], users.index)
    rank, size = users.groupby(users).cumcount() + 1, users.groupby(users).transform("size")
    test = np.zeros(len(ratings), bool)
    test[order] = (rank > size - np.floor(has_time.groupby(users).transform("sum") * test_fraction)).to_numpy()
    return Split("user-last", test)


def global_time(ratings: pd.DataFrame, test_fraction: float = 0.2) -> Split:
    """Hold out the last ratings of all users: mostly those of newcomers.

    Parameters
    ----------
    ratings : DataFrame
        Columns user_id, movie_id and timestamp.
    test_fraction : float
        Share of all dated ratings that is held out, rounded down.

    Returns
    -------
    Split

    Raises
    ------
    DataError
        There are no timestamps.

    Examples
    --------
    >>> ratings = pd.DataFrame({"user_id": [1, 1, 2, 2], "movie_id": [1, 2, 1, 2], "timestamp": [9, 5, 6, 7]})
    >>> global_time(ratings, test_fraction=0.5).test
    array([ True, False, False,  True])
    """
    test = np.zeros(len(ratings), bool)
    test[_time_order(ratings)[len(ratings) - int(_has_time(ratings).sum() * test_fraction) :]] = True
    return Split("global-time", test)


def fold_of(users: np.ndarray, movies: np.ndarray, folds: int, seed: int = 0) -> np.ndarray:
    """Cross-fitting fold of each (user, movie) pair, drawn from ids and seed alone.

    Parameters
    ----------
    users, movies : int array, (pairs,)
        Ids.
    folds : int
        Number of folds.
    seed : int

    Returns
    -------
    int64 array, (pairs,)
        0 to folds - 1.
    """
    return (draw(Stream.FOLD, users, movies, seed=seed) * folds).astype(np.int64)


def _gate_hashes(ratings: pd.DataFrame) -> np.ndarray:
    return draw(Stream.GATE_SET, ratings[USER].to_numpy(), ratings[MOVIE].to_numpy())


def _rank_within_star(ratings: pd.DataFrame, seed: int, gate_set_first: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Each row's rank by hash, from 1, among the rows of its star; and the number of rows of its star."""
    hashes = draw(Stream.SPLIT, ratings[USER].to_numpy(), ratings[MOVIE].to_numpy(), seed=seed)
    if gate_set_first:
        fixed = _gate_hashes(ratings)
        hashes = np.where(fixed < GATE_FRACTION, fixed - 1, hashes)
    rank = pd.Series(hashes).groupby(ratings[RATING].to_numpy()).rank(method="first").to_numpy()
    return rank, ratings.groupby(RATING)[RATING].transform("size").to_numpy()


def _time_order(ratings: pd.DataFrame) -> np.ndarray:
    """Positions of the rows by time, those without a time first, so that they are never held out.

    Equal times are in order of user and movie.
    """
    if TIME not in ratings or not _has_time(ratings).any():
        raise DataError("This split needs timestamps, and these ratings have none. Choose the stratified split.")
    return np.lexsort((ratings[MOVIE].to_numpy(), ratings[USER].to_numpy(), ratings[TIME].to_numpy()))


def _has_time(ratings: pd.DataFrame) -> np.ndarray:
    """Which ratings have a time, bool (rows,)."""
    return (ratings[TIME] != NO_TIME).to_numpy()
