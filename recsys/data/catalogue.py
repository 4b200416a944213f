"""The catalogue: the movies of a model as arrays, in the order of every movie-side table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from recsys.data.title_years import display_title, movie_year
from recsys.schema import GENRES, MOVIE, MOVIES_COLUMNS, RELEASED, TITLE, YEAR


@dataclass(frozen=True)
class Catalogue:
    """Movies in ascending order of id; a movie's position in these arrays is its position in every table."""

    TYPES: ClassVar[Mapping[str, Any]] = {MOVIE: int, TITLE: str, YEAR: (float, None), RELEASED: str, GENRES: str}

    movie_ids: np.ndarray  # int64 (movies,), ascending
    titles: tuple[str, ...]
    years: np.ndarray  # float64 (movies,), of the titles where they have one, NaN when unknown
    release_dates: tuple[str, ...]  # ISO dates, "" when unknown
    genres: tuple[str, ...]  # "Comedy|Drama", "" when none
    genre_names: tuple[str, ...] = field(init=False)
    genre_flags: np.ndarray = field(init=False)  # float32 (movies, genre names), 0 or 1

    def __post_init__(self) -> None:
        genre_lists = [tuple(filter(None, text.split("|"))) for text in self.genres]
        names = tuple(sorted({name for row in genre_lists for name in row}))
        column = {name: position for position, name in enumerate(names)}
        flags = np.zeros((len(genre_lists), len(names)), np.float32)
        for row, genres in enumerate(genre_lists):
            flags[row, [column[name] for name in genres]] = 1
        object.__setattr__(self, "genre_names", names)
        object.__setattr__(self, "genre_flags", flags)

    @classmethod
    def from_frame(cls, movies: pd.DataFrame) -> Catalogue:
        """The catalogue of a checked movies table (columns of `schema.MOVIES_COLUMNS`)."""
        by_id = movies.sort_values(MOVIE)
        years = [movie_year(title, year) for title, year in zip(by_id[TITLE], by_id[YEAR], strict=True)]
        return cls(
            movie_ids=by_id[MOVIE].to_numpy(np.int64),
            titles=tuple(by_id[TITLE]),
            years=np.array(years, np.float64),
            release_dates=tuple(by_id[RELEASED]),
            genres=tuple(by_id[GENRES]),
        )

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]]) -> Self:
        """The catalogue from the columns of `frame`, of `TYPES`. Raises ValueError unless ids ascend from 0 or more."""
        movie_ids = np.array(columns[MOVIE], np.int64)
        if len(movie_ids) and (movie_ids[0] < 0 or (np.diff(movie_ids) <= 0).any()):
            raise ValueError("the movies are not in ascending order of their ids")
        years = np.array(columns[YEAR], np.float64)  # turns None into NaN
        return cls(movie_ids, tuple(columns[TITLE]), years, tuple(columns[RELEASED]), tuple(columns[GENRES]))

    def frame(self) -> pd.DataFrame:
        """The movies as a table with the columns of `schema.MOVIES_COLUMNS`."""
        columns = (self.movie_ids, self.titles, self.years, self.release_dates, self.genres)
        return pd.DataFrame(dict(zip(MOVIES_COLUMNS, columns, strict=True)))

    def described(self, movies: np.ndarray, stars: np.ndarray) -> pd.DataFrame:
        """The movies with display titles and statistics of ratings.

        Parameters
        ----------
        movies : int array, (ratings,)
            Position of the movie of each rating.
        stars : float array, (ratings,)
            The ratings.

        Returns
        -------
        DataFrame
            `frame` and the columns `display` (title), `mean` (stars, NaN without ratings) and `count` (ratings).
        """
        count = np.bincount(movies, minlength=len(self))
        sums = np.bincount(movies, weights=stars, minlength=len(self))
        mean = np.divide(sums, count, out=np.full(len(self), np.nan), where=count > 0)
        return self.frame().assign(display=[display_title(title) for title in self.titles], mean=mean, count=count)

    @property
    def filled_years(self) -> np.ndarray:
        """Years of the movies, float64 (movies,); the median for an unknown year, 0 if all are unknown."""
        has_year = np.isfinite(self.years)
        return np.where(has_year, self.years, np.median(self.years[has_year]) if has_year.any() else 0.0)

    @property
    def genre_shares(self) -> np.ndarray:
        """Each movie's genres as shares, float32 (movies, genre names); rows sum to 1, to 0 without genres."""
        return self.genre_flags / np.maximum(self.genre_flags.sum(1, keepdims=True), 1)

    def __len__(self) -> int:
        return len(self.movie_ids)

    def positions(self, movie_ids: np.ndarray) -> np.ndarray:
        """The position of each movie id, int64, -1 for an id that the catalogue lacks."""
        return positions_in(self.movie_ids, movie_ids)


def positions_in(ascending: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The position of each value in an ascending array, int64 of the shape of `values`, -1 for one it lacks."""
    values = np.asarray(values)
    if not len(ascending):
        return np.full(values.shape, -1)
    positions = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    return np.where(ascending[positions] == values, positions, -1)
