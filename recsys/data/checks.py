"""Validation of datasets: raw tables are checked once, and become the tables that all other code relies on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data import parsing
from recsys.data.columns import narrowed
from recsys.data.movies_table import check_movies, check_users
from recsys.data.report import REASONS, CheckReport
from recsys.data.row_filter import RawTable, RowFilter
from recsys.data.scale import KEEP, Scale, is_star, require_choice
from recsys.errors import DataError, shown

LATEST = 4_102_444_800  # 2100-01-01: milliseconds and other slips lie far beyond it
EARLIEST = np.iinfo(np.int64).min
_NEEDS_TWO = (  # column, what ratings with one value are, and the values in words
    (schema.RATING, "{:g} ★", "star values"),
    (schema.USER, "by user {}", "users"),
    (schema.MOVIE, "of movie {}", "movies"),
)
_COLUMNS = {  # known and required
    "ratings": (schema.RATINGS_COLUMNS, (schema.USER, schema.MOVIE, schema.RATING)),
    "movies": (schema.MOVIES_COLUMNS, (schema.MOVIE, schema.TITLE)),
    "users": (schema.USERS_COLUMNS, (schema.USER,)),
}


@dataclass(frozen=True)
class CheckedTables:
    """Tables with the columns and types of the schema, and the report of the checks."""

    ratings: pd.DataFrame
    movies: pd.DataFrame
    users: pd.DataFrame | None
    report: CheckReport


def check(
    ratings: RawTable,
    movies: RawTable,
    users: RawTable | None = None,
    notes: Sequence[str] = (),
    scale: str | None = None,
) -> CheckedTables:
    """Validate raw tables; rows that cannot be used are dropped and reported.

    Parameters
    ----------
    ratings : RawTable
        Columns user_id, movie_id, rating and, optionally, timestamp.
    movies : RawTable
        Columns movie_id, title and, optionally, year, release_date, genres.
    users : RawTable or None
        Columns user_id and, optionally, gender, age, occupation.
    notes : sequence of str
        Sentences of the reader for the report.
    scale : {"keep", "map"} or None
        What to do with ratings on another scale than 0.5 to 5 stars.

    Raises
    ------
    DataError
        The dataset cannot be used.
    ScaleError
        The ratings are on another scale, and `scale` is None.
    InputError
        `scale` is anything else.
    """
    require_choice(scale)
    for table, raw in (("ratings", ratings), ("movies", movies), ("users", users)):
        if raw is not None:
            require_columns(table, raw)
    checked_movies, movies_report = check_movies(movies)
    checked_users, users_report = check_users(users) if users is not None else (None, None)
    checked_ratings, row_filter, scale_notes = _check_ratings(ratings, checked_movies, scale)
    _refuse_unusable(checked_ratings, row_filter)
    report = CheckReport(row_filter.report(), movies_report, users_report, (*notes, *scale_notes))
    return CheckedTables(checked_ratings, checked_movies, checked_users, report)


def require_columns(table: str, raw: RawTable) -> None:
    """Raise DataError unless the table has each required column once, and no other known column twice."""
    names = [str(name) for name in raw.frame.columns]
    allowed, required = _COLUMNS[table]
    missing = [name for name in required if name not in names]
    if missing:
        raise DataError(
            f"The {table} table lacks {', '.join(missing)}; its columns are {shown(', '.join(raw.header or names))}. "
            f"Name its columns {', '.join(allowed)} (needed: {', '.join(required)})."
        )
    repeated = [name for name in allowed if names.count(name) > 1]
    if repeated:
        raise DataError(f"The {table} table has two columns named {', '.join(repeated)}. Keep one of each.")


def _check_ratings(
    raw: RawTable, movies: pd.DataFrame, choice: str | None
) -> tuple[pd.DataFrame, RowFilter, list[str]]:
    """The checked ratings, the filter with the dropped rows, and sentences for the report."""
    row_filter = RowFilter("ratings", raw)
    # Narrow dtypes until the end: checking ten million ratings must not need several times the memory of their file.
    columns = {name: row_filter.ids(name).astype(np.int32) for name in (schema.USER, schema.MOVIE)}
    columns[schema.RATING], notes = _checked_stars(row_filter, choice)
    seconds = _seconds(raw.frame)
    row_filter.release()
    missing, usable = np.isnan(seconds), _in_range(seconds)
    if usable.any():
        columns[schema.TIME] = narrowed(np.where(usable, seconds, schema.NO_TIME).astype(np.int64))
    del seconds
    _check_movies_known(row_filter, columns, movies)
    _drop_duplicates(row_filter, columns)
    if len(usable):
        row_filter.repair("timestamp_illegible", missing)
        row_filter.repair("timestamp_out_of_range", ~missing & ~usable)
    return _table(columns, row_filter.keep), row_filter, notes


def _table(columns: dict[str, np.ndarray], keep: np.ndarray) -> pd.DataFrame:
    """The kept rows sorted by user and movie. Each column is freed once it is in the table."""
    rows, pairs = np.flatnonzero(keep), _pairs(columns)[keep]
    if not _ascending(pairs):
        rows = rows[np.argsort(pairs)]
    del pairs
    return pd.DataFrame({name: _widened_rows(columns.pop(name), rows) for name in list(columns)}, copy=False)


def _widened_rows(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    wide = np.int64 if np.issubdtype(values.dtype, np.integer) else np.float64
    return values[rows].astype(wide, copy=False)


def _pairs(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """A key of user and movie, int64 (rows,)."""
    pairs = columns[schema.USER].astype(np.int64)
    pairs *= 2**31
    pairs += columns[schema.MOVIE]
    return pairs


def _ascending(values: np.ndarray) -> bool:
    return bool((values[1:] > values[:-1]).all())


def _checked_stars(row_filter: RowFilter, choice: str | None) -> tuple[np.ndarray, list[str]]:
    """The ratings as stars, and a sentence for the report if they are on another scale."""
    ratings = narrowed(parsing.numbers(row_filter.raw.frame[schema.RATING]))
    row_filter.drop("illegible_rating", np.isnan(ratings))
    readable = ratings if row_filter.keep.all() else ratings[row_filter.keep]
    scale = Scale.other(readable)
    if scale is None:
        row_filter.drop("rating_off_scale", ~is_star(ratings))
        return ratings, []
    if choice not in scale.choices():
        raise scale.error(int((~is_star(readable)).sum()), len(readable))
    row_filter.drop("rating_far_off", ~scale.has(ratings))
    if choice == KEEP:
        return ratings, [f"{scale.question()} That scale is kept."]
    stars = scale.mapped(ratings.astype(np.float64, copy=False))
    return stars, [f"{scale.question()} They were mapped to {scale.target}."]


def _seconds(frame: pd.DataFrame) -> np.ndarray:
    """Seconds since 1970 of each rating, float64 (rows,), NaN where unknown; empty if the table has no times."""
    if schema.TIME not in frame.columns or parsing.blank(frame[schema.TIME]).all():
        return np.zeros(0)
    return parsing.seconds(frame[schema.TIME])


def _in_range(seconds: np.ndarray) -> np.ndarray:
    return (seconds >= 0) & (seconds < LATEST)


def _check_movies_known(row_filter: RowFilter, columns: Mapping[str, np.ndarray], movies: pd.DataFrame) -> None:
    movie_ids = movies[schema.MOVIE].to_numpy()
    positions = np.minimum(np.searchsorted(movie_ids, columns[schema.MOVIE]), max(len(movie_ids) - 1, 0))
    rows_before = int(row_filter.keep.sum())
    is_known = movie_ids[positions] == columns[schema.MOVIE] if len(movie_ids) else np.zeros(len(positions), dtype=bool)
    row_filter.drop("unknown_movie", ~is_known)
    if row_filter.rows("unknown_movie") * 2 > rows_before:
        raise DataError(
            f"{row_filter.rows('unknown_movie'):,} of {rows_before:,} ratings are of movies missing from "
            "the movies table. Give the movies table that belongs to these ratings."
        )
    if schema.TIME in columns and len(movie_ids):
        released = _release_seconds(movies)[positions]
        times = columns[schema.TIME]
        row_filter.drop("rated_before_release", (times != schema.NO_TIME) & (times < released))


def _release_seconds(movies: pd.DataFrame) -> np.ndarray:
    dates = [text or "NaT" for text in movies[schema.RELEASED]]
    moments = np.array(dates, dtype="datetime64[s]")
    return np.where(np.isnat(moments), EARLIEST, moments.astype(np.int64))


def _drop_duplicates(row_filter: RowFilter, columns: Mapping[str, np.ndarray]) -> None:
    pairs = _pairs(columns)
    sorted_pairs = pairs[row_filter.keep]
    sorted_pairs.sort()
    if _ascending(sorted_pairs):
        return
    del sorted_pairs
    rows = np.flatnonzero(row_filter.keep)
    row_filter.drop_rows("exact_duplicate", rows[pd.DataFrame(columns).iloc[rows].duplicated().to_numpy()])
    rows = np.flatnonzero(row_filter.keep)
    times = columns.get(schema.TIME, np.zeros(len(pairs), dtype=np.int64))
    rows = rows[np.lexsort((rows, times[rows], pairs[rows]))]
    row_filter.drop_rows("superseded", rows[:-1][pairs[rows][:-1] == pairs[rows][1:]])


def _refuse_unusable(ratings: pd.DataFrame, row_filter: RowFilter) -> None:
    if row_filter.report().read == 0:
        raise DataError("The ratings table has no rows. Give at least two users, two movies and two star values.")
    reasons = "; ".join(f"{finding}: {REASONS[code]}" for code, finding in row_filter.dropped.items())
    dropped = f" Dropped: {reasons}." if reasons else ""
    if ratings.empty:
        raise DataError(f"None of the {row_filter.report().read:,} ratings can be used.{dropped} Correct the file.")
    usable = "The only usable rating is" if len(ratings) == 1 else f"All {len(ratings):,} usable ratings are"
    for column, what, plural in _NEEDS_TWO:
        values = ratings[column].unique()
        if len(values) < 2:
            raise DataError(
                f"{usable} {what.format(values[0])}, so no model can be trained. Give ratings with at least two "
                f"different {plural}.{dropped}"
            )
