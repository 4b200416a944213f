"""The Dataset: checked ratings, movies and users together."""

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
    """Checked tables; make one with `from_frames` or `load_dataset`.

    Attributes
    ----------
    name : str
        Name of the dataset, for people.
    ratings : DataFrame
        user_id int64, movie_id int64, rating float64 (stars) and, if known, timestamp int64 (seconds since 1970 UTC,
        `schema.NO_TIME` where unknown). One row per user and movie, sorted by them.
    movies : DataFrame
        movie_id int64, title, year float64 (NaN where unknown), release_date (ISO date or "") and genres ("A|B" or "").
        Sorted by movie_id.
    users : DataFrame or None
        user_id int64, gender, age float64 (years, NaN where unknown) and occupation ("" where unknown). Sorted by
        user_id.
    report : CheckReport
        Which rows were dropped or repaired, and why.
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
        """Check frames from memory; they are not changed. Unusable rows are dropped and reported.

        Parameters
        ----------
        ratings : DataFrame
            user_id, movie_id, rating and, optionally, timestamp (seconds since 1970, ISO text or datetimes).
        movies : DataFrame
            movie_id, title and, optionally, year, release_date, genres ("A|B").
        users : DataFrame, optional
            user_id and, optionally, gender, age (years), occupation.
        name : str
            Name of the dataset, for people.
        scale : {"keep", "map"}, optional
            What to do with ratings on another scale than 0.5 to 5 stars: keep it, or map it to stars.

        Returns
        -------
        Dataset

        Raises
        ------
        DataError
            The tables cannot be used.
        ScaleError
            The ratings are on another scale, and `scale` is missing.

        Examples
        --------
        >>> ratings = pd.DataFrame({"user_id": [1, 1, 2], "movie_id": [10, 20, 10], "rating": [5, 3, 4]})
        >>> movies = pd.DataFrame({"movie_id": [10, 20], "title": ["Alien (1979)", "Heat (1995)"]})
        >>> dataset = Dataset.from_frames(ratings, movies)
        >>> dataset.stars, dataset.movies["year"].tolist(), len(dataset.ratings)
        ((3.0, 4.0, 5.0), [1979.0, 1995.0], 3)
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
        """Check raw tables. Parameters and Raises as `checks.check`."""
        checked = check(ratings, movies, users, notes, scale)
        return cls(name, checked.ratings, checked.movies, checked.users, checked.report)

    def with_ratings(self, ratings: pd.DataFrame) -> Dataset:
        """The same dataset with a subset of its ratings, which is not checked again."""
        subset = sorted_by(ratings[list(self.ratings.columns)], schema.USER, schema.MOVIE)
        return replace(self, ratings=subset)

    @cached_property
    def stars(self) -> tuple[float, ...]:
        """The star values that occur in the ratings, ascending."""
        return tuple(float(star) for star in np.unique(self.ratings[schema.RATING].to_numpy()))

    @cached_property
    def fingerprint(self) -> str:
        """sha256 (hex) of the content; the order of rows and the width of numbers make no difference."""
        digest = hashlib.sha256()
        _digest_table(digest, "ratings", self.ratings, (schema.USER, schema.MOVIE))
        _digest_table(digest, "movies", self.movies, (schema.MOVIE,))
        if self.users is not None:
            _digest_table(digest, "users", self.users, (schema.USER,))
        return digest.hexdigest()


def _digest_table(digest: hashlib._Hash, name: str, table: pd.DataFrame, keys: tuple[str, ...]) -> None:
    columns = sorted(str(column) for column in table.columns)
    digest.update(f"{name} {len(table)} {' '.join(columns)}\n".encode())
    by_keys = sorted_by(table, *keys)
    for column in columns:
        for content in _column_bytes(column, by_keys[column]):
            digest.update(content)


def _column_bytes(column: str, values: pd.Series) -> tuple[bytes, ...]:
    if column in _INTEGERS:
        return (values.to_numpy().astype("<i8").tobytes(),)
    if column in _REALS:
        reals = values.to_numpy().astype("<f8") + 0.0  # turns -0.0 into 0.0
        return (np.where(np.isnan(reals), np.nan, reals).astype("<f8").tobytes(),)
    texts = [str(text).encode("utf-8", "surrogatepass") for text in values]
    return np.array([len(text) for text in texts], dtype="<i8").tobytes(), b"".join(texts)
