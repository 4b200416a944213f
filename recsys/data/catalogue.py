"""Movies and users at the door: typed, cleaned, one row per id."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data import cells
from recsys.data.report import TableReport
from recsys.data.sieve import RawTable, Sieve, sorted_by

YEARS = (1870, 2100)
AGES = (1, 120)


def check_movies(raw: RawTable) -> tuple[pd.DataFrame, TableReport]:
    """The movies table of the schema, every movie with a title, and what was dropped or repaired."""
    sieve = Sieve("movies", raw)
    ids = sieve.ids(schema.MOVIE)
    _first_of_each(sieve, ids)
    titles, changed = cells.texts(raw.frame[schema.TITLE])
    sieve.repair("title_cleaned", changed)
    sieve.repair("title_missing", np.array([not title for title in titles], dtype=bool))
    titles = [title or f"Movie {movie}" for title, movie in zip(titles, ids, strict=True)]
    dates = _dates(sieve)
    genres, _ = cells.texts(_column(raw, schema.GENRES), limit=1000)
    table = pd.DataFrame(
        {
            schema.MOVIE: ids,
            schema.TITLE: pd.Series(titles, dtype=str),
            schema.YEAR: _years(sieve, dates, titles),
            schema.RELEASED: pd.Series(dates, dtype=str),
            schema.GENRES: pd.Series([cells.genre_text(text) for text in genres], dtype=str),
        }
    )
    return sorted_by(table[sieve.keep], schema.MOVIE), sieve.report()


def _dates(sieve: Sieve) -> list[str]:
    given, _ = cells.texts(_column(sieve.raw, schema.RELEASED))
    dates = [cells.iso_date(text) for text in given]
    illegible = [bool(text) and not found for text, found in zip(given, dates, strict=True)]
    sieve.repair("date_illegible", np.array(illegible, dtype=bool))
    return dates


def _years(sieve: Sieve, dates: list[str], titles: list[str]) -> np.ndarray:
    column = _column(sieve.raw, schema.YEAR)
    given = _within(cells.numbers(column), YEARS)
    sieve.repair("year_illegible", np.isnan(given) & ~cells.blank(column))
    released = _within(np.array([int(text[:4]) if text else np.nan for text in dates]), YEARS)
    otherwise = np.where(np.isnan(given), released, given)
    return np.array([schema.movie_year(title, year) for title, year in zip(titles, otherwise, strict=True)], np.float64)


def check_users(raw: RawTable) -> tuple[pd.DataFrame, TableReport]:
    """The users table of the schema, missing values allowed, and what was dropped or repaired."""
    sieve = Sieve("users", raw)
    ids = sieve.ids(schema.USER)
    _first_of_each(sieve, ids)
    ages = _within(cells.numbers(_column(raw, schema.AGE)), AGES)
    if schema.AGE in raw.frame.columns:
        sieve.repair("age_illegible", np.isnan(ages))
    table = pd.DataFrame(
        {
            schema.USER: ids,
            schema.GENDER: pd.Series(cells.texts(_column(raw, schema.GENDER), limit=60)[0], dtype=str),
            schema.AGE: ages,
            schema.OCCUPATION: pd.Series(cells.texts(_column(raw, schema.OCCUPATION), limit=60)[0], dtype=str),
        }
    )
    return sorted_by(table[sieve.keep], schema.USER), sieve.report()


def _first_of_each(sieve: Sieve, ids: np.ndarray) -> None:
    rows = np.flatnonzero(sieve.keep)
    sieve.drop_rows("repeated_id", rows[pd.Series(ids[rows]).duplicated().to_numpy()])


def _column(raw: RawTable, name: str) -> pd.Series:
    if name in raw.frame.columns:
        return raw.frame[name]
    return pd.Series([""] * len(raw.frame), dtype=str)


def _within(values: np.ndarray, allowed: tuple[int, int]) -> np.ndarray:
    return np.where((values >= allowed[0]) & (values <= allowed[1]), values, np.nan)
