"""A user is a row of ratings: users as compressed rows over the catalogue, and sums over blocks of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue, positions_in
from recsys.schema import AGE, GENDER, MOVIE, OCCUPATION, PROFILE_COLUMNS, RATING, USER

BLOCK_USERS = 512


@dataclass(frozen=True)
class Interactions:
    """Users by movies, one compressed row per user; ratings of row i are `start[i]:start[i + 1]`."""

    user_ids: np.ndarray = array("int64", "users")  # ascending
    start: np.ndarray = array("int64", "users + 1")
    movies: np.ndarray = array("int32", "ratings", index_of="movies")  # ascending within a row
    stars: np.ndarray = array("float32", "ratings")
    gender: np.ndarray = array("str", "users")  # "" when unknown
    age: np.ndarray = array("float32", "users", unknown=True)
    occupation: np.ndarray = array("str", "users")  # "" when unknown

    @classmethod
    def from_frames(cls, ratings: pd.DataFrame, users: pd.DataFrame | None, catalogue: Catalogue) -> Interactions:
        """Rows for every user who has a rating or a profile; `ratings` and `users` as checked at the door."""
        ids = ratings[USER].to_numpy(np.int64)
        known = np.unique(np.concatenate([ids, [] if users is None else users[USER]])).astype(np.int64)
        order = np.lexsort((ratings[MOVIE].to_numpy(), ids))
        return cls(
            user_ids=known,
            start=np.searchsorted(ids[order], np.append(known, np.iinfo(np.int64).max)),
            movies=catalogue.positions(ratings[MOVIE].to_numpy()[order]).astype(np.int32),
            stars=ratings[RATING].to_numpy(np.float32)[order],
            **_profiles(users, known),
        )

    @classmethod
    def newcomer(
        cls, history: Mapping[int, float], profile: Mapping[str, object], catalogue: Catalogue
    ) -> Interactions:
        """One row for somebody the data does not know; movies must be in the catalogue."""
        movies = catalogue.positions(np.array(list(history), np.int64))
        order = np.argsort(movies)
        said = {name: profile.get(name) for name in PROFILE_COLUMNS}
        said = {name: None if pd.isna(value) else value for name, value in said.items()}
        age = np.nan if said[AGE] is None else float(said[AGE])
        return cls(
            user_ids=np.zeros(1, np.int64),
            start=np.array([0, len(movies)]),
            movies=movies[order].astype(np.int32),
            stars=np.array(list(history.values()), np.float32)[order],
            gender=np.array([said[GENDER] or ""], str),
            age=np.array([age], np.float32),
            occupation=np.array([said[OCCUPATION] or ""], str),
        )

    def __len__(self) -> int:
        return len(self.user_ids)

    @cached_property
    def counts(self) -> np.ndarray:
        """How many movies each user rated, int64 (users,)."""
        return np.diff(self.start)

    def row_slice(self, row: int) -> slice:
        """Where one user's ratings stand."""
        return slice(int(self.start[row]), int(self.start[row + 1]))

    @cached_property
    def user_index(self) -> np.ndarray:
        """The row of each rating, int64 (ratings,)."""
        return np.repeat(np.arange(len(self)), self.counts)

    def rows(self, user_ids: np.ndarray) -> np.ndarray:
        """The row of each user id, -1 where there is none."""
        return positions_in(self.user_ids, user_ids)

    def take(self, rows: np.ndarray) -> Interactions:
        """The given rows, in the given order; row -1 is somebody of whom nothing is known."""
        known = rows >= 0
        counts = np.where(known, self.counts[rows], 0)
        start = np.concatenate([[0], np.cumsum(counts)])
        chosen = np.arange(start[-1]) + np.repeat(self.start[rows] - start[:-1], counts)
        return Interactions(
            user_ids=np.where(known, self.user_ids[rows], 0),
            start=start,
            movies=self.movies[chosen],
            stars=self.stars[chosen],
            gender=np.where(known, self.gender[rows], ""),
            age=np.where(known, self.age[rows], np.float32(np.nan)),
            occupation=np.where(known, self.occupation[rows], ""),
        )

    def keep(self, chosen: np.ndarray) -> Interactions:
        """The same users with only the chosen ratings (bool per rating)."""
        start = np.concatenate([[0], np.cumsum(chosen)])[self.start]
        return replace(self, start=start, movies=self.movies[chosen], stars=self.stars[chosen])

    def without_each(self, places: np.ndarray) -> Interactions:
        """A single row, once for each of some places, without the rating at that place."""
        kept = places[:, None] != np.arange(len(self.movies))
        return self.take(np.zeros(len(places), np.int64)).keep(kept.ravel())

    def without_demographics(self) -> Interactions:
        """The same rows of people who do not say who they are."""
        return replace(self, **_profiles(None, self.user_ids))

    def validate(self, stars: tuple[float, ...]) -> None:
        """Raise ValueError unless the arrays, each as declared, are rows of ratings on a scale of these stars."""
        inside = ((self.start >= 0) & (self.start <= len(self.movies))).all()
        if not inside or self.start[0] != 0 or self.start[-1] != len(self.movies) or (self.counts < 0).any():
            raise ValueError("the interactions' rows do not follow one another")
        places = self.user_index * np.int64(2**31) + self.movies
        if (np.diff(self.user_ids) <= 0).any() or (np.diff(places) <= 0).any():
            raise ValueError("the interactions are not in ascending order of users and movies")
        if not np.isin(self.stars, np.float32(stars)).all():
            raise ValueError("the interactions have a rating that is not on the scale")

    def dense(self, values: np.ndarray, movies: int) -> np.ndarray:
        """Per-rating values as float32 (users, movies), 0 where nothing was rated."""
        matrix = np.zeros((len(self), movies), np.float32)
        matrix[self.user_index, self.movies] = values
        return matrix

    def sum_rows(self, table: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        """Each user's sum of the rated movies' rows of a table, float64 (users, columns), each times its value."""
        if len(self) == 1:  # a sparse matrix of one row would cost more than the sum
            rows = table[self.movies] if values is None else values[:, None] * table[self.movies]
            return rows.sum(0, dtype=np.float64)[None]
        values = np.ones(len(self.movies)) if values is None else values
        rated = sparse.csr_array((values, self.movies, self.start), (len(self), len(table)))
        return rated @ table.astype(np.float64)

    def sum_by_user(self, values: np.ndarray) -> np.ndarray:
        """Per-rating values summed over each user's row, float64 (users,)."""
        return np.bincount(self.user_index, weights=values, minlength=len(self))


def sum_over_blocks(
    function: Callable[[Interactions], dict[str, np.ndarray]], interactions: Interactions
) -> dict[str, np.ndarray]:
    """Map a per-block function over blocks of users and add up the arrays it returns, which must be its own.

    Everything a signal learns goes through here, so a cluster's own map and sum may take this loop's place.
    """
    total: dict[str, np.ndarray] = {}
    for low in range(0, max(len(interactions), 1), BLOCK_USERS):
        block = interactions.take(np.arange(low, min(low + BLOCK_USERS, len(interactions))))
        for name, part in function(block).items():
            if name in total:
                total[name] += part
            else:
                total[name] = part
    return total


def by_user(rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each user row that pairs ask for, with the places of those pairs."""
    order = np.argsort(rows, kind="stable")
    users, first = np.unique(rows[order], return_index=True)
    yield from zip(users.tolist(), np.split(order, first[1:]), strict=True) if len(rows) else ()


def _profiles(users: pd.DataFrame | None, known: np.ndarray) -> dict[str, np.ndarray]:
    """Gender, age and occupation lined up with the known users, empty where the data has none."""
    if users is None:
        blank = np.full(len(known), "", "U1")
        return {GENDER: blank, AGE: np.full(len(known), np.nan, np.float32), OCCUPATION: blank}
    lined = users.set_index(USER).reindex(known)
    return {
        GENDER: lined[GENDER].fillna("").to_numpy(str),
        AGE: pd.to_numeric(lined[AGE]).to_numpy(np.float32),
        OCCUPATION: lined[OCCUPATION].fillna("").to_numpy(str),
    }
