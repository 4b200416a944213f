"""The door: validates raw tables once and returns the tables every other room relies on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data import cells
from recsys.data.catalogue import check_movies, check_users
from recsys.data.report import REASONS, CheckReport
from recsys.data.sieve import RawTable, Sieve
from recsys.errors import DataError, shown

LATEST = 4_102_444_800  # 2100-01-01: milliseconds and other slips lie far beyond it
ALWAYS = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Checked:
    """The tables of the schema and the report on how they came about."""

    ratings: pd.DataFrame
    movies: pd.DataFrame
    users: pd.DataFrame | None
    report: CheckReport


def check(ratings: RawTable, movies: RawTable, users: RawTable | None = None) -> Checked:
    """Validate raw tables and say what was dropped; the frames given are not changed.

    ratings: user_id, movie_id, rating and, optionally, timestamp; movies: movie_id, title and, optionally,
    year, release_date, genres; users: user_id and, optionally, gender, age, occupation.
    Raises DataError when the dataset as a whole cannot be used.
    """
    for table, raw, required in _requirements(ratings, movies, users):
        _require_columns(table, raw.frame, required)
    checked_movies, movies_report = check_movies(movies)
    checked_users, users_report = check_users(users) if users is not None else (None, None)
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


def _ratings(raw: RawTable, movies: pd.DataFrame) -> tuple[pd.DataFrame, Sieve]:
    sieve = Sieve("ratings", raw)
    # Narrow until the end: checking ten million ratings must not need several times their file.
    columns = {name: sieve.ids(name).astype(np.int32) for name in (schema.USER, schema.MOVIE)}
    columns[schema.RATING] = _stars(sieve)
    times = _times(sieve)
    if times is not None:
        columns[schema.TIME] = times
    sieve.let_go()
    _against_movies(sieve, columns, movies)
    _duplicates(sieve, columns)
    return _table(columns, sieve.keep), sieve


def _table(columns: dict[str, np.ndarray], keep: np.ndarray) -> pd.DataFrame:
    """The kept rows sorted by user and movie. Each column is let go once it is part of the table."""
    rows, pairs = np.flatnonzero(keep), _pairs(columns)[keep]
    if not _ascending(pairs):
        rows = rows[np.argsort(pairs)]
    del pairs
    return pd.DataFrame({name: _taken(columns.pop(name), rows) for name in list(columns)}, copy=False)


def _taken(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    wide = np.int64 if np.issubdtype(values.dtype, np.integer) else np.float64
    return values[rows].astype(wide, copy=False)


def _pairs(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """One number for each user and movie, int64 of shape (rows,)."""
    pairs = columns[schema.USER].astype(np.int64)
    pairs *= 2**31
    pairs += columns[schema.MOVIE]
    return pairs


def _ascending(values: np.ndarray) -> bool:
    return bool((values[1:] > values[:-1]).all())


def _stars(sieve: Sieve) -> np.ndarray:
    stars = cells.numbers(sieve.raw.frame[schema.RATING])
    sieve.drop("illegible_rating", np.isnan(stars))
    on_scale = (stars >= 0.5) & (stars <= 5) & (stars * 2 == np.floor(stars * 2))
    readable = int(sieve.keep.sum())
    sieve.drop("rating_off_scale", ~on_scale)
    if sieve.rows("rating_off_scale") * 2 > readable:
        raise DataError(
            f"{sieve.rows('rating_off_scale'):,} of {readable:,} ratings are not on the scale of "
            "0.5 to 5 stars in steps of 0.5. Convert them to that scale first."
        )
    return stars


def _times(sieve: Sieve) -> np.ndarray | None:
    frame = sieve.raw.frame
    if schema.TIME not in frame.columns or cells.blank(frame[schema.TIME]).all():
        return None
    values = cells.seconds(frame[schema.TIME])
    sieve.drop("illegible_timestamp", np.isnan(values))
    plausible = (values >= 0) & (values < LATEST)
    sieve.drop("timestamp_out_of_range", ~plausible)
    return np.where(plausible, values, 0.0).astype(np.int64)


def _against_movies(sieve: Sieve, columns: Mapping[str, np.ndarray], movies: pd.DataFrame) -> None:
    known = movies[schema.MOVIE].to_numpy()
    place = np.minimum(np.searchsorted(known, columns[schema.MOVIE]), max(len(known) - 1, 0))
    before = int(sieve.keep.sum())
    found = known[place] == columns[schema.MOVIE] if len(known) else np.zeros(len(place), dtype=bool)
    sieve.drop("unknown_movie", ~found)
    if sieve.rows("unknown_movie") * 2 > before:
        raise DataError(
            f"{sieve.rows('unknown_movie'):,} of {before:,} ratings are of movies that the "
            "movies table does not have. Give the movies table that belongs to these ratings."
        )
    if schema.TIME in columns and len(known):
        released = _release_seconds(movies)[place]
        sieve.drop("rated_before_release", columns[schema.TIME] < released)


def _release_seconds(movies: pd.DataFrame) -> np.ndarray:
    dates = [text or "NaT" for text in movies[schema.RELEASED]]
    moments = np.array(dates, dtype="datetime64[s]")
    return np.where(np.isnat(moments), ALWAYS, moments.astype(np.int64))


def _duplicates(sieve: Sieve, columns: Mapping[str, np.ndarray]) -> None:
    pair = _pairs(columns)
    in_order = pair[sieve.keep]
    in_order.sort()
    if _ascending(in_order):
        return
    del in_order
    rows = np.flatnonzero(sieve.keep)
    sieve.drop_rows("exact_duplicate", rows[pd.DataFrame(columns).iloc[rows].duplicated().to_numpy()])
    rows = np.flatnonzero(sieve.keep)
    times = columns.get(schema.TIME, np.zeros(len(pair), dtype=np.int64))
    rows = rows[np.lexsort((rows, times[rows], pair[rows]))]
    sieve.drop_rows("superseded", rows[:-1][pair[rows][:-1] == pair[rows][1:]])


def _refuse_unusable(ratings: pd.DataFrame, sieve: Sieve) -> None:
    if sieve.report().read == 0:
        raise DataError("The ratings table has no rows. Give at least two users, two movies and two star values.")
    if ratings.empty:
        why = "; ".join(f"{finding}: {REASONS[code]}" for code, finding in sieve.dropped.items())
        raise DataError(f"No rating is left of {sieve.report().read:,} read. Dropped: {why}. Correct the file.")
    for column, things in ((schema.RATING, "star values"), (schema.USER, "users"), (schema.MOVIE, "movies")):
        found = ratings[column].unique()
        if len(found) < 2:
            raise DataError(
                f"All {len(ratings):,} usable ratings have the {column} {found[0]:g}; nothing can be learned "
                f"from that. Give ratings with at least two different {things}."
            )
