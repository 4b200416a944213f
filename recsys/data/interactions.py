"""Interactions: each user is a compressed row of ratings over the catalogue; sums over blocks of users."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue, positions_in
from recsys.schema import AGE, GENDER, MOVIE, OCCUPATION, PROFILE_COLUMNS, RATING, USER

BLOCK_USERS = 512


@dataclass(frozen=True)
class Interactions:
    """Users by movies, one compressed row per user: the ratings of row i are `start[i]:start[i + 1]`.

    `movies` are positions in the catalogue.
    """

    user_ids: np.ndarray = array("int64", "users")  # ascending
    start: np.ndarray = array("int64", "users + 1")
    movies: np.ndarray = array("int32", "ratings", index_of="movies")  # ascending within a row
    stars: np.ndarray = array("float32", "ratings")
    gender: np.ndarray = array("str", "users")  # "" when unknown
    age: np.ndarray = array("float32", "users", unknown=True)
    occupation: np.ndarray = array("str", "users")  # "" when unknown

    @classmethod
    def from_frames(cls, ratings: pd.DataFrame, users: pd.DataFrame | None, catalogue: Catalogue) -> Interactions:
        """Interactions of every user with ratings or demographics; `ratings` and `users` as in a `Dataset`."""
        ids = ratings[USER].to_numpy(np.int64)
        user_ids = np.unique(np.concatenate([ids, [] if users is None else users[USER]])).astype(np.int64)
        order = np.lexsort((ratings[MOVIE].to_numpy(), ids))
        return cls(
            user_ids=user_ids,
            start=np.searchsorted(ids[order], np.append(user_ids, np.iinfo(np.int64).max)),
            movies=catalogue.positions(ratings[MOVIE].to_numpy()[order]).astype(np.int32),
            stars=ratings[RATING].to_numpy(np.float32)[order],
            **_profiles(users, user_ids),
        )

    @classmethod
    def newcomer(cls, history: Mapping[int, float], profile: Mapping[str, Any], catalogue: Catalogue) -> Interactions:
        """A single row for a newcomer.

        Parameters
        ----------
        history : mapping of int to float
            Stars by movie id; each movie must be in the catalogue.
        profile : mapping
            Any of gender, age and occupation.
        catalogue : Catalogue
        """
        movies = catalogue.positions(np.array(list(history), np.int64))
        order = np.argsort(movies)
        values = {name: profile.get(name) for name in PROFILE_COLUMNS}
        values = {name: None if pd.isna(value) else value for name, value in values.items()}
        age = values[AGE]
        return cls(
            user_ids=np.zeros(1, np.int64),
            start=np.array([0, len(movies)]),
            movies=movies[order].astype(np.int32),
            stars=np.array(list(history.values()), np.float32)[order],
            gender=np.array([values[GENDER] or ""], str),
            age=np.array([np.nan if age is None else float(age)], np.float32),
            occupation=np.array([values[OCCUPATION] or ""], str),
        )

    def __len__(self) -> int:
        return len(self.user_ids)

    @cached_property
    def counts(self) -> np.ndarray:
        """Number of ratings of each user, int64 (users,)."""
        return np.diff(self.start)

    def row_slice(self, row: int) -> slice:
        """Where one user's ratings stand."""
        return slice(int(self.start[row]), int(self.start[row + 1]))

    @cached_property
    def user_index(self) -> np.ndarray:
        """The row of each rating, int64 (ratings,)."""
        return np.repeat(np.arange(len(self)), self.counts)

    def rows(self, user_ids: np.ndarray) -> np.ndarray:
        """The row of each user id, int64, -1 for an unknown user."""
        return positions_in(self.user_ids, user_ids)

    def take(self, rows: np.ndarray) -> Interactions:
        """These rows, in this order; row -1 is a newcomer without ratings and demographics."""
        is_known = rows >= 0
        counts = np.where(is_known, self.counts[rows], 0)
        start = np.concatenate([[0], np.cumsum(counts)])
        index = np.arange(start[-1]) + np.repeat(self.start[rows] - start[:-1], counts)
        return Interactions(
            user_ids=np.where(is_known, self.user_ids[rows], 0),
            start=start,
            movies=self.movies[index],
            stars=self.stars[index],
            gender=np.where(is_known, self.gender[rows], ""),
            age=np.where(is_known, self.age[rows], np.float32(np.nan)),
            occupation=np.where(is_known, self.occupation[rows], ""),
        )

    def keep(self, mask: np.ndarray) -> Interactions:
        """The same users with only the ratings of a mask, bool (ratings,)."""
        start = np.concatenate([[0], np.cumsum(mask)])[self.start]
        return replace(self, start=start, movies=self.movies[mask], stars=self.stars[mask])

    def without_each(self, omitted: np.ndarray) -> Interactions:
        """Copies of a single row, each without the ratings at some positions.

        Parameters
        ----------
        omitted : ndarray of int, shape (copies, omitted ratings)
            Positions of the ratings that each copy lacks, different ones within a copy.
        """
        mask = (omitted[:, :, None] != np.arange(len(self.movies))).all(axis=1)
        return self.take(np.zeros(len(omitted), np.int64)).keep(mask.ravel())

    def without_demographics(self) -> Interactions:
        """The same rows without gender, age and occupation."""
        return replace(self, **_profiles(None, self.user_ids))

    def validate(self, stars: tuple[float, ...]) -> None:
        """Raise ValueError unless rows, users and movies are in order, and all ratings on a scale of these stars.

        Each array must be as its field declares.
        """
        inside = ((self.start >= 0) & (self.start <= len(self.movies))).all()
        if not inside or self.start[0] != 0 or self.start[-1] != len(self.movies) or (self.counts < 0).any():
            raise ValueError("the interactions' rows do not follow one another")
        pairs = self.user_index * np.int64(2**31) + self.movies
        if (np.diff(self.user_ids) <= 0).any() or (np.diff(pairs) <= 0).any():
            raise ValueError("the interactions are not in ascending order of users and movies")
        if not np.isin(self.stars, np.array(stars, np.float32)).all():
            raise ValueError("the interactions have a rating that is not on the scale")

    def dense(self, values: np.ndarray, movies: int) -> np.ndarray:
        """Values of the ratings as a matrix, float32 (users, movies), 0 for a movie that the user has not rated."""
        matrix = np.zeros((len(self), movies), np.float32)
        matrix[self.user_index, self.movies] = values
        return matrix

    def sum_rows(self, table: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        """Sum over each user's ratings of the movie's row of a table, times a value.

        Parameters
        ----------
        table : array, (movies, columns)
        values : array, (ratings,), optional
            Factor of each rating, 1 by default.

        Returns
        -------
        float64 array, (users, columns)
        """
        if len(self) == 1:  # a sparse matrix of one row would cost more than the sum
            rows = table[self.movies] if values is None else values[:, None] * table[self.movies]
            return rows.sum(0, dtype=np.float64)[None]
        values = np.ones(len(self.movies)) if values is None else values
        rated = sparse.csr_array((values, self.movies, self.start), (len(self), len(table)))
        return rated @ table.astype(np.float64)

    def sum_by_user(self, values: np.ndarray) -> np.ndarray:
        """Sum of the values of each user's ratings, float64 (users,)."""
        return np.bincount(self.user_index, weights=values, minlength=len(self))


def sum_over_blocks(
    function: Callable[[Interactions], dict[str, np.ndarray]], interactions: Interactions
) -> dict[str, np.ndarray]:
    """Apply a function to blocks of users and add up the arrays that it returns.

    Everything a feature extractor learns goes through here, so a cluster's map and sum can replace this loop.

    Parameters
    ----------
    function : callable
        Takes the interactions of a block and returns new arrays by name, which are changed in place.
    interactions : Interactions

    Returns
    -------
    dict of str to array
        The sums.
    """
    total: dict[str, np.ndarray] = {}
    for low in range(0, max(len(interactions), 1), BLOCK_USERS):
        block = interactions.take(np.arange(low, min(low + BLOCK_USERS, len(interactions))))
        for name, values in function(block).items():
            if name in total:
                total[name] += values
            else:
                total[name] = values
    return total


def by_user(rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Group pairs by user: each row of the interactions that occurs in `rows`, with the positions of its pairs."""
    order = np.argsort(rows, kind="stable")
    users, first = np.unique(rows[order], return_index=True)
    yield from zip(users.tolist(), np.split(order, first[1:]), strict=True) if len(rows) else ()


def _profiles(users: pd.DataFrame | None, user_ids: np.ndarray) -> dict[str, np.ndarray]:
    """Gender, age and occupation in the order of `user_ids`, "" or NaN where unknown."""
    if users is None:
        blank = np.full(len(user_ids), "", "U1")
        return {GENDER: blank, AGE: np.full(len(user_ids), np.nan, np.float32), OCCUPATION: blank}
    profiles = users.set_index(USER).reindex(user_ids)
    return {
        GENDER: profiles[GENDER].fillna("").to_numpy(str),
        AGE: pd.to_numeric(profiles[AGE]).to_numpy(np.float32),
        OCCUPATION: profiles[OCCUPATION].fillna("").to_numpy(str),
    }
