"""The movies a model knows, as arrays: what every movie-side table is lined up with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from recsys.schema import GENRES, MOVIE, MOVIES_COLUMNS, RELEASED, TITLE, YEAR, display_title, movie_year


@dataclass(frozen=True)
class Catalogue:
    """Movies in ascending order of id; a movie's position here is its position in every table."""

    TYPES: ClassVar[Mapping[str, Any]] = {MOVIE: int, TITLE: str, YEAR: (float, None), RELEASED: str, GENRES: str}

    movie_ids: np.ndarray  # int64 (movies,), ascending
    titles: tuple[str, ...]
    years: np.ndarray  # float64 (movies,), of the titles where they have one, NaN when unknown
    release_dates: tuple[str, ...]  # ISO dates, "" when unknown
    genres: tuple[str, ...]  # "Comedy|Drama", "" when none
    genre_names: tuple[str, ...] = field(init=False)
    genre_flags: np.ndarray = field(init=False)  # float32 (movies, genre names), 0 or 1

    def __post_init__(self) -> None:
        owned = [tuple(filter(None, text.split("|"))) for text in self.genres]
        names = tuple(sorted({name for row in owned for name in row}))
        column = {name: place for place, name in enumerate(names)}
        flags = np.zeros((len(owned), len(names)), np.float32)
        for row, genres in enumerate(owned):
            flags[row, [column[name] for name in genres]] = 1
        object.__setattr__(self, "genre_names", names)
        object.__setattr__(self, "genre_flags", flags)

    @classmethod
    def from_frame(cls, movies: pd.DataFrame) -> Catalogue:
        """A catalogue of a checked movies table (columns of `schema.MOVIES_COLUMNS`)."""
        top_k = movies.sort_values(MOVIE)
        years = [movie_year(title, year) for title, year in zip(top_k[TITLE], top_k[YEAR], strict=True)]
        return cls(
            movie_ids=top_k[MOVIE].to_numpy(np.int64),
            titles=tuple(top_k[TITLE]),
            years=np.array(years, np.float64),
            release_dates=tuple(top_k[RELEASED]),
            genres=tuple(top_k[GENRES]),
        )

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]]) -> Self:
        """The inverse of `frame` from plain values of `TYPES`. Raises ValueError unless the ids ascend from 0 up."""
        movie_ids = np.array(columns[MOVIE], np.int64)
        if len(movie_ids) and (movie_ids[0] < 0 or (np.diff(movie_ids) <= 0).any()):
            raise ValueError("the movies are not in ascending order of their ids")
        years = np.array(columns[YEAR], np.float64)  # in which None becomes NaN
        return cls(movie_ids, tuple(columns[TITLE]), years, tuple(columns[RELEASED]), tuple(columns[GENRES]))

    def frame(self) -> pd.DataFrame:
        """The movies table again, with the columns of `schema.MOVIES_COLUMNS`."""
        columns = (self.movie_ids, self.titles, self.years, self.release_dates, self.genres)
        return pd.DataFrame(dict(zip(MOVIES_COLUMNS, columns, strict=True)))

    def described(self, movies: np.ndarray, stars: np.ndarray) -> pd.DataFrame:
        """`frame` with `display`, the title as it is said, and mean and count of some ratings (positions, stars)."""
        count = np.bincount(movies, minlength=len(self))
        total = np.bincount(movies, weights=stars, minlength=len(self))
        mean = np.divide(total, count, out=np.full(len(self), np.nan), where=count > 0)
        return self.frame().assign(display=[display_title(title) for title in self.titles], mean=mean, count=count)

    @property
    def filled_years(self) -> np.ndarray:
        """Years of the movies, float64 (movies,), the median where unknown and 0 where all are."""
        known = np.isfinite(self.years)
        return np.where(known, self.years, np.median(self.years[known]) if known.any() else 0.0)

    @property
    def genre_shares(self) -> np.ndarray:
        """Each movie's genres as shares, float32 (movies, genre names); rows sum to 1, to 0 without genres."""
        return self.genre_flags / np.maximum(self.genre_flags.sum(1, keepdims=True), 1)

    def __len__(self) -> int:
        return len(self.movie_ids)

    def positions(self, movie_ids: np.ndarray) -> np.ndarray:
        """The position of each movie id, -1 where the catalogue does not have it."""
        return positions_in(self.movie_ids, movie_ids)


def positions_in(ascending: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where each wanted value stands in an ascending array, -1 where it does not."""
    wanted = np.asarray(wanted)
    if not len(ascending):
        return np.full(wanted.shape, -1)
    found = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return np.where(ascending[found] == wanted, found, -1)
