"""The door: validates raw tables once and returns the tables every other room relies on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data import cells
from recsys.data.report import REASONS, CheckReport, Finding, TableReport
from recsys.errors import DataError, shown

LATEST = 4_102_444_800  # 2100-01-01: milliseconds and other slips lie far beyond it
YEARS = (1870, 2100)
AGES = (1, 120)
ALWAYS = np.iinfo(np.int64).min


@dataclass(frozen=True)
class RawTable:
    """A table as it was read: any dtypes, with the line each row came from.

    `dropped` holds, per reason, the lines the reader could not turn into rows.
    """

    frame: pd.DataFrame
    lines: np.ndarray
    source: str
    dropped: Mapping[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: pd.DataFrame, source: str) -> RawTable:
        """A frame from memory, whose rows count as lines 1, 2, 3 and so on."""
        if not isinstance(frame, pd.DataFrame):
            raise DataError(f"The {source} are a {type(frame).__name__}; give a pandas DataFrame.")
        return cls(frame, np.arange(1, len(frame) + 1), source)


@dataclass(frozen=True)
class Checked:
    """The tables of the schema and the report on how they came about."""

    ratings: pd.DataFrame
    movies: pd.DataFrame
    users: pd.DataFrame | None
    report: CheckReport


class _Sieve:
    """Marks rows as dropped, each for the first reason that concerns it."""

    def __init__(self, table: str, raw: RawTable) -> None:
        self.table, self.raw = table, raw
        self.keep = np.ones(len(raw.frame), dtype=bool)
        self.dropped = {code: Finding.of(lines) for code, lines in raw.dropped.items() if len(lines)}
        self.repaired: dict[str, Finding] = {}

    def drop(self, code: str, mask: np.ndarray) -> None:
        hit = mask & self.keep
        if hit.any():
            self.dropped[code] = Finding.of(self.raw.lines[hit])
            self.keep &= ~hit

    def repair(self, code: str, mask: np.ndarray) -> None:
        hit = mask & self.keep
        if hit.any():
            self.repaired[code] = Finding.of(self.raw.lines[hit])

    def rows(self, code: str) -> int:
        return self.dropped[code].rows if code in self.dropped else 0

    def report(self) -> TableReport:
        kept = int(self.keep.sum())
        read = kept + sum(finding.rows for finding in self.dropped.values())
        return TableReport(self.table, self.raw.source, read, kept, self.dropped, self.repaired)


def check(ratings: RawTable, movies: RawTable, users: RawTable | None = None) -> Checked:
    """Validate raw tables and say what was dropped; the frames given are not changed.

    ratings: user_id, movie_id, rating and, optionally, timestamp; movies: movie_id, title and, optionally,
    year, release_date, genres; users: user_id and, optionally, gender, age, occupation.
    Raises DataError when the dataset as a whole cannot be used.
    """
    for table, raw, required in _requirements(ratings, movies, users):
        _require_columns(table, raw.frame, required)
    checked_movies, movies_report = _movies(movies)
    checked_users, users_report = _users(users) if users is not None else (None, None)
    checked_ratings, sieve = _ratings(ratings, checked_movies)
    _refuse_unusable(checked_ratings, sieve)
    report = CheckReport(sieve.report(), movies_report, users_report)
    return Checked(checked_ratings, checked_movies, checked_users, report)


def _requirements(
    ratings: RawTable, movies: RawTable, users: RawTable | None
) -> list[tuple[str, RawTable, tuple[str, ...]]]:
    found = [
        ("ratings", ratings, (schema.USER, schema.MOVIE, schema.RATING)),
        ("movies", movies, (schema.MOVIE, schema.TITLE)),
    ]
    return found if users is None else [*found, ("users", users, (schema.USER,))]


def _require_columns(table: str, frame: pd.DataFrame, required: tuple[str, ...]) -> None:
    names = [str(name) for name in frame.columns]
    missing = [name for name in required if name not in names]
    if missing:
        raise DataError(
            f"The {table} table lacks {', '.join(missing)}; its columns are {shown(', '.join(names))}. "
            f"Name its columns {', '.join(_known(table))} (needed: {', '.join(required)})."
        )
    twice = [name for name in _known(table) if names.count(name) > 1]
    if twice:
        raise DataError(f"The {table} table has two columns named {', '.join(twice)}. Keep one of each.")


def _known(table: str) -> tuple[str, ...]:
    return {
        "ratings": schema.RATINGS_COLUMNS,
        "movies": schema.MOVIES_COLUMNS,
        "users": schema.USERS_COLUMNS,
    }[table]


def _ids(sieve: _Sieve, column: str) -> np.ndarray:
    values = cells.numbers(sieve.raw.frame[column])
    legible = ~np.isnan(values)
    values = np.where(legible, values, 0.0)
    in_range = (values >= schema.MIN_ID) & (values <= schema.MAX_ID) & (values == np.floor(values))
    sieve.drop(f"illegible_{column}", ~legible)
    sieve.drop(f"{column}_out_of_range", ~in_range)
    return np.where(in_range, values, 0.0).astype(np.int64)


def _ratings(raw: RawTable, movies: pd.DataFrame) -> tuple[pd.DataFrame, _Sieve]:
    sieve = _Sieve("ratings", raw)
    columns = {schema.USER: _ids(sieve, schema.USER), schema.MOVIE: _ids(sieve, schema.MOVIE)}
    columns[schema.RATING] = _stars(sieve)
    times = _times(sieve)
    if times is not None:
        columns[schema.TIME] = times
    _against_movies(sieve, columns, movies)
    _duplicates(sieve, columns)
    table = pd.DataFrame({name: values[sieve.keep] for name, values in columns.items()})
    return sorted_by(table, schema.USER, schema.MOVIE), sieve


def _stars(sieve: _Sieve) -> np.ndarray:
    stars = cells.numbers(sieve.raw.frame[schema.RATING])
    sieve.drop("illegible_rating", np.isnan(stars))
    on_scale = (stars >= 0.5) & (stars <= 5) & (stars * 2 == np.floor(stars * 2))
    readable = int(sieve.keep.sum())
    sieve.drop("rating_off_scale", ~on_scale)
    if sieve.rows("rating_off_scale") * 2 > readable:
        raise DataError(
            f"{sieve.rows('rating_off_scale'):,} of {readable:,} ratings are not on the scale of 0.5 to 5 stars "
            "in steps of 0.5. Convert them to that scale first."
        )
    return stars


def _times(sieve: _Sieve) -> np.ndarray | None:
    frame = sieve.raw.frame
    if schema.TIME not in frame.columns or _blank(frame[schema.TIME]).all():
        return None
    values = cells.seconds(frame[schema.TIME])
    sieve.drop("illegible_timestamp", np.isnan(values))
    plausible = (values >= 0) & (values < LATEST)
    sieve.drop("timestamp_out_of_range", ~plausible)
    return np.where(plausible, values, 0.0).astype(np.int64)


def _blank(column: pd.Series) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(column):
        return column.isna().to_numpy(dtype=bool)
    return (column.isna() | (column.astype(str).str.strip() == "")).to_numpy(dtype=bool)


def _against_movies(sieve: _Sieve, columns: Mapping[str, np.ndarray], movies: pd.DataFrame) -> None:
    known = movies[schema.MOVIE].to_numpy()
    place = np.minimum(np.searchsorted(known, columns[schema.MOVIE]), max(len(known) - 1, 0))
    before = int(sieve.keep.sum())
    found = known[place] == columns[schema.MOVIE] if len(known) else np.zeros(len(place), dtype=bool)
    sieve.drop("unknown_movie", ~found)
    if sieve.rows("unknown_movie") * 2 > before:
        raise DataError(
            f"{sieve.rows('unknown_movie'):,} of {before:,} ratings are of movies that the movies table does not "
            "have. Give the movies table that belongs to these ratings."
        )
    if schema.TIME in columns and len(known):
        released = _release_seconds(movies)[place]
        sieve.drop("rated_before_release", columns[schema.TIME] < released)


def _release_seconds(movies: pd.DataFrame) -> np.ndarray:
    dates = [text or "NaT" for text in movies[schema.RELEASED]]
    moments = np.array(dates, dtype="datetime64[s]")
    return np.where(np.isnat(moments), ALWAYS, moments.astype(np.int64))


def _duplicates(sieve: _Sieve, columns: Mapping[str, np.ndarray]) -> None:
    pair = columns[schema.USER] * 2**31 + columns[schema.MOVIE]
    if len(np.unique(pair[sieve.keep])) == sieve.keep.sum():
        return
    rows = np.flatnonzero(sieve.keep)
    _mark(sieve, "exact_duplicate", rows[pd.DataFrame(columns).iloc[rows].duplicated().to_numpy()])
    rows = np.flatnonzero(sieve.keep)
    times = columns.get(schema.TIME, np.zeros(len(pair), dtype=np.int64))
    rows = rows[np.lexsort((rows, times[rows], pair[rows]))]
    _mark(sieve, "superseded", rows[:-1][pair[rows][:-1] == pair[rows][1:]])


def _mark(sieve: _Sieve, code: str, rows: np.ndarray) -> None:
    mask = np.zeros(len(sieve.keep), dtype=bool)
    mask[rows] = True
    sieve.drop(code, mask)


def _first_of_each(sieve: _Sieve, ids: np.ndarray) -> None:
    rows = np.flatnonzero(sieve.keep)
    _mark(sieve, "repeated_id", rows[pd.Series(ids[rows]).duplicated().to_numpy()])


def _column(raw: RawTable, name: str) -> pd.Series:
    if name in raw.frame.columns:
        return raw.frame[name]
    return pd.Series([""] * len(raw.frame), dtype=str)


def _movies(raw: RawTable) -> tuple[pd.DataFrame, TableReport]:
    sieve = _Sieve("movies", raw)
    ids = _ids(sieve, schema.MOVIE)
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


def _dates(sieve: _Sieve) -> list[str]:
    given, _ = cells.texts(_column(sieve.raw, schema.RELEASED))
    dates = [cells.iso_date(text) for text in given]
    illegible = [bool(text) and not found for text, found in zip(given, dates, strict=True)]
    sieve.repair("date_illegible", np.array(illegible, dtype=bool))
    return dates


def _years(sieve: _Sieve, dates: list[str], titles: list[str]) -> np.ndarray:
    column = _column(sieve.raw, schema.YEAR)
    given = _within(cells.numbers(column), YEARS)
    sieve.repair("year_illegible", np.isnan(given) & ~_blank(column))
    derived = [
        int(text[:4]) if text else (schema.title_year(title) or np.nan)
        for text, title in zip(dates, titles, strict=True)
    ]
    return np.where(np.isnan(given), _within(np.array(derived, dtype=np.float64), YEARS), given)


def _users(raw: RawTable) -> tuple[pd.DataFrame, TableReport]:
    sieve = _Sieve("users", raw)
    ids = _ids(sieve, schema.USER)
    _first_of_each(sieve, ids)
    ages = _within(cells.numbers(_column(raw, schema.AGE)), AGES)
    if schema.AGE in raw.frame.columns:
        sieve.repair("age_illegible", np.isnan(ages))
    table = pd.DataFrame(
        {
            schema.USER: ids,
            schema.GENDER: pd.Series(cells.texts(_column(raw, schema.GENDER), limit=60)[0], dtype=str),
            schema.AGE: ages,
            schema.OCCUPATION: pd.Series(
                cells.texts(_column(raw, schema.OCCUPATION), limit=60)[0], dtype=str
            ),
        }
    )
    return sorted_by(table[sieve.keep], schema.USER), sieve.report()


def _within(values: np.ndarray, allowed: tuple[int, int]) -> np.ndarray:
    return np.where((values >= allowed[0]) & (values <= allowed[1]), values, np.nan)


def sorted_by(table: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """A copy of the table sorted by its integer key columns, with a fresh index."""
    order = np.lexsort([table[key].to_numpy() for key in reversed(keys)])
    return table.iloc[order].reset_index(drop=True)


def _refuse_unusable(ratings: pd.DataFrame, sieve: _Sieve) -> None:
    if sieve.report().read == 0:
        raise DataError(
            "The ratings table has no rows. Give at least two users, two movies and two star values."
        )
    if ratings.empty:
        why = "; ".join(f"{finding}: {REASONS[code]}" for code, finding in sieve.dropped.items())
        raise DataError(
            f"No rating is left of {sieve.report().read:,} read. Dropped: {why}. Correct the file."
        )
    for column, things in ((schema.RATING, "star values"), (schema.USER, "users"), (schema.MOVIE, "movies")):
        found = ratings[column].unique()
        if len(found) < 2:
            raise DataError(
                f"All {len(ratings):,} usable ratings have the {column} {found[0]:g}; nothing can be learned "
                f"from that. Give ratings with at least two different {things}."
            )
