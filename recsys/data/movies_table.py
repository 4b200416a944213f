"""Validation of the movies and users tables: typed, cleaned, one row per id."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data import parsing
from recsys.data.report import TableReport
from recsys.data.row_filter import RawTable, RowFilter, sorted_by
from recsys.data.title_years import movie_year

YEARS = (1870, 2100)
AGES = (1, 120)
MAX_GENRES = 200  # the most frequent ones: each becomes a column of a table over all movies


def check_movies(raw: RawTable) -> tuple[pd.DataFrame, TableReport]:
    """The checked movies table, every movie with a title, and the report of dropped and repaired rows."""
    row_filter = RowFilter("movies", raw)
    ids = row_filter.ids(schema.MOVIE)
    _drop_repeated_ids(row_filter, ids)
    titles, changed = parsing.texts(raw.frame[schema.TITLE])
    row_filter.repair("title_cleaned", changed)
    row_filter.repair("title_missing", np.array([not title for title in titles], dtype=bool))
    titles = [title or f"Movie {movie}" for title, movie in zip(titles, ids, strict=True)]
    dates = _dates(row_filter)
    genres = _genres(row_filter)
    table = pd.DataFrame(
        {
            schema.MOVIE: ids,
            schema.TITLE: pd.Series(titles, dtype=str),
            schema.YEAR: _years(row_filter, dates, titles),
            schema.RELEASED: pd.Series(dates, dtype=str),
            schema.GENRES: pd.Series(genres, dtype=str),
        }
    )
    return sorted_by(table[row_filter.keep], schema.MOVIE), row_filter.report()


def _dates(row_filter: RowFilter) -> list[str]:
    raw_dates, _ = parsing.texts(_column(row_filter.raw, schema.RELEASED))
    dates = [date if YEARS[0] <= int(date[:4] or 0) <= YEARS[1] else "" for date in map(parsing.iso_date, raw_dates)]
    illegible = [bool(text) and not date for text, date in zip(raw_dates, dates, strict=True)]
    row_filter.repair("date_illegible", np.array(illegible, dtype=bool))
    return dates


def _genres(row_filter: RowFilter) -> list[str]:
    """Each movie's genres as `A|B`, only the `MAX_GENRES` most frequent ones."""
    raw_genres, _ = parsing.texts(_column(row_filter.raw, schema.GENRES), limit=1000)
    genres = [parsing.genre_text(text) for text in raw_genres]
    counts = Counter(name for text in genres for name in text.split("|") if name)
    if len(counts) <= MAX_GENRES:
        return genres
    commonest = set(sorted(counts, key=lambda name: (-counts[name], name))[:MAX_GENRES])
    reduced = ["|".join(name for name in text.split("|") if name in commonest) for text in genres]
    row_filter.repair(
        "genres_rare", np.array([text != genre_text for text, genre_text in zip(reduced, genres, strict=True)])
    )
    return reduced


def _years(row_filter: RowFilter, dates: list[str], titles: list[str]) -> np.ndarray:
    column = _column(row_filter.raw, schema.YEAR)
    column_years = _nan_outside(parsing.numbers(column), YEARS)
    row_filter.repair("year_illegible", np.isnan(column_years) & ~parsing.blank(column))
    release_years = _nan_outside(np.array([int(text[:4]) if text else np.nan for text in dates]), YEARS)
    fallback = np.where(np.isnan(column_years), release_years, column_years)
    return np.array([movie_year(title, year) for title, year in zip(titles, fallback, strict=True)], np.float64)


def check_users(raw: RawTable) -> tuple[pd.DataFrame, TableReport]:
    """The checked users table, with missing values, and the report of dropped and repaired rows."""
    row_filter = RowFilter("users", raw)
    ids = row_filter.ids(schema.USER)
    _drop_repeated_ids(row_filter, ids)
    ages = _nan_outside(parsing.numbers(_column(raw, schema.AGE)), AGES)
    if schema.AGE in raw.frame.columns:
        row_filter.repair("age_illegible", np.isnan(ages))
    table = pd.DataFrame(
        {
            schema.USER: ids,
            schema.GENDER: pd.Series(parsing.texts(_column(raw, schema.GENDER), limit=60)[0], dtype=str),
            schema.AGE: ages,
            schema.OCCUPATION: pd.Series(parsing.texts(_column(raw, schema.OCCUPATION), limit=60)[0], dtype=str),
        }
    )
    return sorted_by(table[row_filter.keep], schema.USER), row_filter.report()


def _drop_repeated_ids(row_filter: RowFilter, ids: np.ndarray) -> None:
    rows = np.flatnonzero(row_filter.keep)
    row_filter.drop_rows("repeated_id", rows[pd.Series(ids[rows]).duplicated().to_numpy()])


def _column(raw: RawTable, name: str) -> pd.Series:
    if name in raw.frame.columns:
        return raw.frame[name]
    return pd.Series([""] * len(raw.frame), dtype=str)


def _nan_outside(values: np.ndarray, allowed: tuple[int, int]) -> np.ndarray:
    return np.where((values >= allowed[0]) & (values <= allowed[1]), values, np.nan)
