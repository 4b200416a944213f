"""Reads MovieLens layouts (100K, 1M, latest/25M/32M, the parquet copy of 100K) into raw tables for the door.

Which layout a file has is told from its content (separator, header, number of fields), not from its name.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

from recsys import schema
from recsys.data import archive, delimited
from recsys.data.checks import require_columns
from recsys.data.delimited import DelimitedFile
from recsys.data.limits import COMMAND_LINE, ReadLimits
from recsys.data.row_filter import RawTable
from recsys.data.scale import CHOICES
from recsys.errors import DataError, shown

FILES = {
    "ratings": ("u.data", "ratings.dat", "ratings.csv", "MovieLens100k_data.parquet.brotli"),
    "movies": ("u.item", "movies.dat", "movies.csv", "MovieLens100k_items.parquet.brotli"),
    "users": ("u.user", "users.dat", "users.csv", "MovieLens100k_users.parquet.brotli"),
    "genres": ("u.genre",),
    "scale": ("scale.txt",),  # one word, what to do with ratings of another scale: see `scale.CHOICES`
}
PARQUET = ".parquet.brotli"
NEEDED = ("ratings", "movies")
MOST_GENRE_BYTES = 2**16  # of u.genre, which is read as a whole
GENRES_100K = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama",
    "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
)  # fmt: skip
OCCUPATIONS_1M = (
    "other", "academic/educator", "artist", "clerical/admin", "college/grad student", "customer service",
    "doctor/health care", "executive/managerial", "farmer", "homemaker", "K-12 student", "lawyer",
    "programmer", "retired", "sales/marketing", "scientist", "self-employed", "technician/engineer",
    "tradesman/craftsman", "unemployed", "writer",
)  # fmt: skip
AGES_1M = {1: 16, 18: 21, 25: 30, 35: 40, 45: 47, 50: 53, 56: 60}  # the code is the group's youngest; this its middle

_ALIASES = {
    "userid": schema.USER, "user": schema.USER, "movieid": schema.MOVIE, "itemid": schema.MOVIE,
    "movie": schema.MOVIE, "item": schema.MOVIE, "rating": schema.RATING, "stars": schema.RATING,
    "timestamp": schema.TIME, "title": schema.TITLE, "movietitle": schema.TITLE, "year": schema.YEAR,
    "releasedate": schema.RELEASED, "genres": schema.GENRES, "gender": schema.GENDER, "sex": schema.GENDER,
    "age": schema.AGE, "occupation": schema.OCCUPATION,
}  # fmt: skip

_USED = frozenset({*_ALIASES.values(), *GENRES_100K})
_TELLING = {schema.RATING: "ratings", schema.TITLE: "movies", schema.GENDER: "users", schema.OCCUPATION: "users"}
Parsed = TypeVar("Parsed")
_PLAIN_NAMES = ("ratings.csv", "movies.csv", "users.csv")


@dataclass(frozen=True)
class Layout:
    """A file without a header: what it is, its separator and its fields' names ('' for one not used)."""

    kind: str
    separator: str
    fields: tuple[str, ...]


_RATING_FIELDS = (schema.USER, schema.MOVIE, schema.RATING, schema.TIME)
_ITEM_FIELDS = (schema.MOVIE, schema.TITLE, schema.RELEASED, "", "")


def _layouts(genres: tuple[str, ...]) -> tuple[Layout, ...]:
    return (
        *(Layout("ratings", separator, _RATING_FIELDS) for separator in ("\t", "::", ",", ";", "|")),
        *(Layout("ratings", separator, _RATING_FIELDS[:3]) for separator in ("\t", "::", ",", ";", "|")),
        Layout("movies", "|", (*_ITEM_FIELDS, *_flag_columns(genres))),
        Layout("movies", "::", (schema.MOVIE, schema.TITLE, schema.GENRES)),
        Layout("users", "|", (schema.USER, schema.AGE, schema.GENDER, schema.OCCUPATION, "")),
        Layout("users", "::", (schema.USER, schema.GENDER, "age_code", "occupation_code", "")),
    )


class RawTables(NamedTuple):
    """Raw tables for `checks.check`, sentences for its report, and what the files say of another scale."""

    ratings: RawTable
    movies: RawTable
    users: RawTable | None
    notes: tuple[str, ...]
    scale: str | None


def read(path: Path | str, limits: ReadLimits = COMMAND_LINE) -> RawTables:
    """What a folder or zip in a MovieLens layout holds. A file that a dataset can do without is ignored if illegible.

    Raises DataError when files are missing, ambiguous or together over the limits, or those of ratings or movies
    damaged, over the limits or in no known layout.
    """
    path = Path(path)
    wanted = [name for names in FILES.values() for name in names if limits.parquet or not name.endswith(PARQUET)]
    files = archive.read_files(path, wanted, limits.unpacked)
    chosen = {kind: _only(path, kind, [name for name in names if name in files]) for kind, names in FILES.items()}
    lacking = [f"a {kind} file ({', '.join(FILES[kind][:3])})" for kind in FILES if kind in NEEDED and not chosen[kind]]
    if lacking:
        raise DataError(
            f"{path.name or 'This folder'} lacks {' and '.join(lacking)}. Give a folder or zip with these files."
        )
    notes: list[str] = []

    def optional(kind: str, parse: Callable[..., Parsed], *more: ReadLimits) -> Parsed | None:
        """What is in a file that the data can do without; None, and a note, when it cannot be read."""
        try:
            return parse(name, files.pop(name), *more) if (name := chosen[kind]) else None
        except DataError as problem:
            notes.append(f"{name} was ignored: {problem}")
            return None

    genres = optional("genres", _genre_names) or GENRES_100K
    tables = [  # each file is let go once it is a table
        _table(kind, name, files.pop(name), genres, limits) for kind, name in chosen.items() if name and kind in NEEDED
    ]
    users, scale = optional("users", _users, limits), optional("scale", _scale)
    return RawTables(*tables, users, tuple(notes), scale)


def _users(name: str, data: bytes, limits: ReadLimits) -> RawTable:
    raw = _table("users", name, data, GENRES_100K, limits)
    require_columns("users", raw)
    return raw


def _scale(name: str, data: bytes) -> str:
    word = delimited.decode(name, data[:100]).strip().lower()
    if word not in CHOICES:
        raise DataError(f"It says {shown(word)}; write one of the words {' or '.join(CHOICES)} into it.")
    return word


def kind_of(name: str, data: bytes, limits: ReadLimits = COMMAND_LINE) -> str:
    """Which of `FILES` a file is, by its published name or else by its columns. DataError when neither tells."""
    for kind, names in FILES.items():
        if name in names:
            return kind
    archive.refuse_foreign(name, data)
    lines = DelimitedFile.of(name, data, limits=limits)
    if re.match(r'\s*"?\d', lines.first):
        size = len(lines.first.split(lines.cut))
        fitting = {
            one.kind for one in _layouts(GENRES_100K) if (one.separator, len(one.fields)) == (lines.separator, size)
        }
    else:
        columns = _renamed(name, [column.strip(' "') for column in lines.first.split(lines.separator)])
        fitting = {kind for column, kind in _TELLING.items() if column in columns}
    if len(fitting) != 1:
        raise DataError(f"{name} is not known to be ratings, movies or users. Name it {' or '.join(_PLAIN_NAMES)}.")
    return fitting.pop()


def _only(path: Path, kind: str, names: list[str]) -> str | None:
    if len(names) > 1:
        raise DataError(f"{path.name} has more than one {kind} file: {', '.join(names)}. Keep one of them.")
    return names[0] if names else None


def _genre_names(name: str, data: bytes) -> tuple[str, ...]:
    if len(data) > MOST_GENRE_BYTES:
        raise DataError(f"It has {len(data):,} bytes; a list of genres has at most {MOST_GENRE_BYTES:,}. Leave it out.")
    lines = delimited.decode(name, data).splitlines()
    names = tuple(line.split("|")[0] for line in lines if line.strip())
    if len(set(names)) < len(names):
        raise DataError(f"It is not a list of different genres ({shown(', '.join(names))}). Leave it out.")
    return names


def _table(kind: str, name: str, data: bytes, genres: tuple[str, ...], limits: ReadLimits) -> RawTable:
    if limits.parquet and data[:4] == b"PAR1":
        raw = _parquet(name, data, limits)
    else:
        archive.refuse_foreign(name, data)
        raw = _delimited(kind, name, data, genres, limits)
    frame = _one_age_and_occupation(_joined_genres(raw.frame, genres))
    return replace(raw, frame=frame)


def _parquet(name: str, data: bytes, limits: ReadLimits) -> RawTable:
    try:
        frame = pd.read_parquet(io.BytesIO(data))
    except Exception as problem:  # the parquet reader has no common error class
        raise DataError(f"{name} is a damaged parquet file ({shown(str(problem))}). Fetch it again.") from problem
    header = tuple(str(column) for column in frame.columns)
    limits.require_columns(name, len(header))
    names = _renamed(name, list(header))
    frame = frame.set_axis(names, axis="columns").loc[:, [bool(column) for column in names]]
    return replace(RawTable.of(frame, name, name), header=header)


def _delimited(kind: str, name: str, data: bytes, genres: tuple[str, ...], limits: ReadLimits) -> RawTable:
    lines = DelimitedFile.of(name, data, limits=limits.of(kind))
    if not re.match(r'\s*"?\d', lines.first):
        return delimited.with_header(lines, lambda found: _renamed(name, found))
    fitting = [one for one in _layouts(genres) if one.kind == kind and one.separator == lines.separator]
    for layout in fitting:
        if len(layout.fields) == lines.usual_fields:
            return delimited.without_header(lines, layout.fields)
    expected = " or ".join(str(len(one.fields)) for one in fitting) or "a header and other separators"
    raise DataError(
        f"{name} has {lines.usual_fields} fields per line, separated by {lines.separator!r}; "
        f"expected {expected}. Give the MovieLens file as it was published, or a CSV file with a header."
    )


def _renamed(name: str, columns: list[str]) -> list[str]:
    """The schema's names for a header's, genre names as they are, '' for columns of no use here."""
    known = [_ALIASES.get(re.sub(r"[^a-z0-9]", "", column.lower()), column.strip()) for column in columns]
    renamed = [column if column in _USED else "" for column in known]
    twice = [column for column, count in Counter(filter(None, renamed)).items() if count > 1]
    if twice:
        raise DataError(f"{name} has two columns for {', '.join(sorted(twice))}. Keep one of each.")
    return renamed


def _flag_columns(genres: tuple[str, ...]) -> dict[str, str]:
    """The genre of each column of flags; by number, for a genre may have any name."""
    return {f"genre {number}": genre for number, genre in enumerate(genres)}


def _joined_genres(frame: pd.DataFrame, genres: tuple[str, ...]) -> pd.DataFrame:
    known = _flag_columns(genres) | {genre: genre for genre in GENRES_100K}
    flags = {column: genre for column, genre in known.items() if column in frame.columns}
    if not flags or schema.GENRES in frame.columns:
        return frame
    marked = np.column_stack([frame[column].astype(str).str.strip() == "1" for column in flags]).astype(bool)
    names = ["|".join(genre for genre, on in zip(flags.values(), row, strict=True) if on) for row in marked]
    return frame.drop(columns=list(flags)).assign(**{schema.GENRES: names})


def _one_age_and_occupation(frame: pd.DataFrame) -> pd.DataFrame:
    if "age_code" not in frame.columns:
        return frame
    ages = pd.to_numeric(frame["age_code"], errors="coerce").map(AGES_1M)
    codes = pd.to_numeric(frame["occupation_code"], errors="coerce")
    jobs = codes.map(dict(enumerate(OCCUPATIONS_1M)))
    return frame.assign(**{schema.AGE: ages, schema.OCCUPATION: jobs})
