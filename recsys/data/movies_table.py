"""Movies and users at the door: typed, cleaned, one row per id."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data import parsing
from recsys.data.report import TableReport
from recsys.data.row_filter import RawTable, RowFilter, sorted_by

YEARS = (1870, 2100)
AGES = (1, 120)
MOST_GENRES = 200  # different ones, the commonest: each is a column of a table over all movies


def check_movies(raw: RawTable) -> tuple[pd.DataFrame, TableReport]:
    """The movies table of the schema, every movie with a title, and what was dropped or repaired."""
    row_filter = RowFilter("movies", raw)
    ids = row_filter.ids(schema.MOVIE)
    _first_of_each(row_filter, ids)
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
    given, _ = parsing.texts(_column(row_filter.raw, schema.RELEASED))
    dates = [date if YEARS[0] <= int(date[:4] or 0) <= YEARS[1] else "" for date in map(parsing.iso_date, given)]
    illegible = [bool(text) and not found for text, found in zip(given, dates, strict=True)]
    row_filter.repair("date_illegible", np.array(illegible, dtype=bool))
    return dates


def _genres(row_filter: RowFilter) -> list[str]:
    """Each movie's genres as `A|B`, of those that are among the commonest of the kept movies."""
    given, _ = parsing.texts(_column(row_filter.raw, schema.GENRES), limit=1000)
    genres = [parsing.genre_text(text) for text in given]
    counts = Counter(name for text in genres for name in text.split("|") if name)
    if len(counts) <= MOST_GENRES:
        return genres
    common = set(sorted(counts, key=lambda name: (-counts[name], name))[:MOST_GENRES])
    kept = ["|".join(name for name in text.split("|") if name in common) for text in genres]
    row_filter.repair("genres_rare", np.array([text != before for text, before in zip(kept, genres, strict=True)]))
    return kept


def _years(row_filter: RowFilter, dates: list[str], titles: list[str]) -> np.ndarray:
    column = _column(row_filter.raw, schema.YEAR)
    given = _within(parsing.numbers(column), YEARS)
    row_filter.repair("year_illegible", np.isnan(given) & ~parsing.blank(column))
    released = _within(np.array([int(text[:4]) if text else np.nan for text in dates]), YEARS)
    otherwise = np.where(np.isnan(given), released, given)
    return np.array([schema.movie_year(title, year) for title, year in zip(titles, otherwise, strict=True)], np.float64)


def check_users(raw: RawTable) -> tuple[pd.DataFrame, TableReport]:
    """The users table of the schema, missing values allowed, and what was dropped or repaired."""
    row_filter = RowFilter("users", raw)
    ids = row_filter.ids(schema.USER)
    _first_of_each(row_filter, ids)
    ages = _within(parsing.numbers(_column(raw, schema.AGE)), AGES)
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


def _first_of_each(row_filter: RowFilter, ids: np.ndarray) -> None:
    rows = np.flatnonzero(row_filter.keep)
    row_filter.drop_rows("repeated_id", rows[pd.Series(ids[rows]).duplicated().to_numpy()])


def _column(raw: RawTable, name: str) -> pd.Series:
    if name in raw.frame.columns:
        return raw.frame[name]
    return pd.Series([""] * len(raw.frame), dtype=str)


def _within(values: np.ndarray, allowed: tuple[int, int]) -> np.ndarray:
    return np.where((values >= allowed[0]) & (values <= allowed[1]), values, np.nan)
