"""The Dataset: checked ratings, movies and users, carried together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data.checks import check
from recsys.data.report import CheckReport
from recsys.data.row_filter import RawTable, sorted_by

_INTEGERS = frozenset({schema.USER, schema.MOVIE, schema.TIME})
_REALS = frozenset({schema.RATING, schema.YEAR, schema.AGE})


@dataclass(frozen=True, eq=False)
class Dataset:
    """Tables that passed the door; make one with `from_frames` or `load_dataset`.

    ratings: user_id int64, movie_id int64, rating float64 (stars), timestamp int64 (seconds, NO_TIME where unknown; may
    be absent), one row per (user, movie), sorted by them. movies: movie_id, title, year float64, release_date (ISO or
    ''), genres (`A|B` or ''), sorted by movie_id. users: user_id, gender, age float64, occupation, or None.
    """

    name: str
    ratings: pd.DataFrame
    movies: pd.DataFrame
    users: pd.DataFrame | None
    report: CheckReport

    @classmethod
    def from_frames(
        cls,
        ratings: pd.DataFrame,
        movies: pd.DataFrame,
        users: pd.DataFrame | None = None,
        name: str = "frames",
        scale: str | None = None,
    ) -> Dataset:
        """Check frames with the columns of the schema and carry them; the frames are not changed.

        Ratings of another scale than 0.5 to 5 stars need a `scale`: "keep" it, or "map" it to 1 to 5 stars.
        Raises DataError when they cannot be used; rows that cannot be used are dropped and reported.
        """
        raw_users = None if users is None else RawTable.of(users, "users")
        tables = (RawTable.of(ratings, "ratings"), RawTable.of(movies, "movies"), raw_users)
        return cls.from_raw(name, *tables, scale=scale)

    @classmethod
    def from_raw(
        cls,
        name: str,
        ratings: RawTable,
        movies: RawTable,
        users: RawTable | None,
        notes: Sequence[str] = (),
        scale: str | None = None,
    ) -> Dataset:
        """Check tables that a reader made of files. Raises DataError as `checks.check`."""
        checked = check(ratings, movies, users, notes, scale)
        return cls(name, checked.ratings, checked.movies, checked.users, checked.report)

    def with_ratings(self, ratings: pd.DataFrame) -> Dataset:
        """The same movies, users and report with a subset of the checked ratings, not checked again."""
        subset = sorted_by(ratings[list(self.ratings.columns)], schema.USER, schema.MOVIE)
        return replace(self, ratings=subset)

    @cached_property
    def stars(self) -> tuple[float, ...]:
        """The star values found in the ratings, ascending."""
        return tuple(float(star) for star in np.unique(self.ratings[schema.RATING].to_numpy()))

    @cached_property
    def fingerprint(self) -> str:
        """sha256 (hex) of the content, whatever the order of the rows and the width of the numbers."""
        digest = hashlib.sha256()
        _digest_table(digest, "ratings", self.ratings, (schema.USER, schema.MOVIE))
        _digest_table(digest, "movies", self.movies, (schema.MOVIE,))
        if self.users is not None:
            _digest_table(digest, "users", self.users, (schema.USER,))
        return digest.hexdigest()


def _digest_table(digest: hashlib._Hash, name: str, table: pd.DataFrame, keys: tuple[str, ...]) -> None:
    columns = sorted(str(column) for column in table.columns)
    digest.update(f"{name} {len(table)} {' '.join(columns)}\n".encode())
    top_k = sorted_by(table, *keys)
    for column in columns:
        for part in _column_bytes(column, top_k[column]):
            digest.update(part)


def _column_bytes(column: str, values: pd.Series) -> tuple[bytes, ...]:
    if column in _INTEGERS:
        return (values.to_numpy().astype("<i8").tobytes(),)
    if column in _REALS:
        reals = values.to_numpy().astype("<f8") + 0.0  # turns -0.0 into 0.0
        return (np.where(np.isnan(reals), np.nan, reals).astype("<f8").tobytes(),)
    words = [str(word).encode("utf-8", "surrogatepass") for word in values]
    return np.array([len(word) for word in words], dtype="<i8").tobytes(), b"".join(words)
