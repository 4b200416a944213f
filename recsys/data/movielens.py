"""Reads MovieLens layouts (100K, 1M, latest/25M/32M, the parquet copy of 100K) into raw tables.

The layout of a file is detected from its content (separator, header, number of fields), not from its name.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import pandas as pd

from recsys import schema
from recsys.data import archive, delimited
from recsys.data.checks import require_columns
from recsys.data.delimited import DelimitedFile
from recsys.data.limits import COMMAND_LINE, ReadLimits
from recsys.data.movielens_layouts import GENRES_100K, decoded_demographics, joined_genres, layouts
from recsys.data.row_filter import RawTable
from recsys.data.scale import CHOICES
from recsys.errors import DataError, shown

FILES = {
    "ratings": ("u.data", "ratings.dat", "ratings.csv", "MovieLens100k_data.parquet.brotli"),
    "movies": ("u.item", "movies.dat", "movies.csv", "MovieLens100k_items.parquet.brotli"),
    "users": ("u.user", "users.dat", "users.csv", "MovieLens100k_users.parquet.brotli"),
    "genres": ("u.genre",),
    "scale": ("scale.txt",),  # one word of `scale.CHOICES`: what to do with ratings on another scale
}
PARQUET = ".parquet.brotli"
NEEDED = ("ratings", "movies")
MAX_GENRE_FILE_BYTES = 2**16  # of u.genre, which is read at once
_ALIASES = {
    "userid": schema.USER, "user": schema.USER, "movieid": schema.MOVIE, "itemid": schema.MOVIE,
    "movie": schema.MOVIE, "item": schema.MOVIE, "rating": schema.RATING, "stars": schema.RATING,
    "timestamp": schema.TIME, "title": schema.TITLE, "movietitle": schema.TITLE, "year": schema.YEAR,
    "releasedate": schema.RELEASED, "genres": schema.GENRES, "gender": schema.GENDER, "sex": schema.GENDER,
    "age": schema.AGE, "occupation": schema.OCCUPATION,
}  # fmt: skip

_USED_COLUMNS = frozenset({*_ALIASES.values(), *GENRES_100K})
_KIND_BY_COLUMN = {schema.RATING: "ratings", schema.TITLE: "movies", schema.GENDER: "users", schema.OCCUPATION: "users"}
Parsed = TypeVar("Parsed")
_PLAIN_NAMES = ("ratings.csv", "movies.csv", "users.csv")


class RawTables(NamedTuple):
    """The arguments of `checks.check`: raw tables, notes of the reader, and what to do with another rating scale."""

    ratings: RawTable
    movies: RawTable
    users: RawTable | None
    notes: tuple[str, ...]
    scale: str | None


def read(path: Path | str, limits: ReadLimits = COMMAND_LINE) -> RawTables:
    """Read a folder or zip in a MovieLens layout.

    An unreadable file of users, genres or the scale is ignored, with a note.

    Parameters
    ----------
    path : Path or str
        Folder or zip.
    limits : ReadLimits
        How much is read at most.

    Returns
    -------
    RawTables

    Raises
    ------
    DataError
        Files are missing, ambiguous or too large, or that of ratings or movies is damaged or in no known layout.
    """
    path = Path(path)
    file_names = [
        name for kind_names in FILES.values() for name in kind_names if limits.parquet or not name.endswith(PARQUET)
    ]
    files = archive.read_files(path, file_names, limits.unpacked)
    selected = {
        kind: _single_file(path, kind, [name for name in kind_names if name in files])
        for kind, kind_names in FILES.items()
    }
    missing = [
        f"a {kind} file ({', '.join(FILES[kind][:3])})" for kind in FILES if kind in NEEDED and not selected[kind]
    ]
    if missing:
        raise DataError(
            f"Missing in {path.name or 'this folder'}: {' and '.join(missing)}. "
            f"Add {'it' if len(missing) == 1 else 'them'}."
        )
    notes: list[str] = []

    def optional(kind: str, parse: Callable[..., Parsed], *arguments: ReadLimits) -> Parsed | None:
        """The content of a file that may be missing; None, and a note, if it cannot be read."""
        name = selected[kind]
        if not name:
            return None
        try:
            return parse(name, files.pop(name), *arguments)
        except DataError as error:
            notes.append(f"{name} was ignored: {error}")
            return None

    genres = optional("genres", _genre_names) or GENRES_100K
    ratings, movies = (  # each file is freed once it is a table
        _raw_table(kind, name, files.pop(name), genres, limits)
        for kind, name in selected.items()
        if name and kind in NEEDED
    )
    users, scale = optional("users", _users, limits), optional("scale", _scale)
    return RawTables(ratings, movies, users, tuple(notes), scale)


def _users(name: str, data: bytes, limits: ReadLimits) -> RawTable:
    raw = _raw_table("users", name, data, GENRES_100K, limits)
    require_columns("users", raw)
    return raw


def _scale(name: str, data: bytes) -> str:
    word = delimited.decode(name, data[:100]).strip().lower()
    if word not in CHOICES:
        raise DataError(f"It says {shown(word)}; write one of the words {' or '.join(CHOICES)} into it.")
    return word


def kind_of(name: str, data: bytes, limits: ReadLimits = COMMAND_LINE) -> str:
    """The kind of a file in `FILES`, from its published name or its columns. Raises DataError if neither is known."""
    for kind, names in FILES.items():
        if name in names:
            return kind
    archive.refuse_foreign(name, data)
    file = DelimitedFile.of(name, data, limits=limits)
    if re.match(r'\s*"?\d', file.first):
        field_count = len(file.first.split(file.cut))
        kinds = {
            layout.kind
            for layout in layouts(GENRES_100K)
            if (layout.separator, len(layout.fields)) == (file.separator, field_count)
        }
    else:
        columns = _schema_names(name, [column.strip(' "') for column in file.first.split(file.separator)])
        kinds = {kind for column, kind in _KIND_BY_COLUMN.items() if column in columns}
    if len(kinds) != 1:
        raise DataError(
            f"It is not clear whether {name} has ratings, movies or users. "
            f"Name it {', '.join(_PLAIN_NAMES[:-1])} or {_PLAIN_NAMES[-1]}."
        )
    return kinds.pop()


def _single_file(path: Path, kind: str, names: list[str]) -> str | None:
    if len(names) > 1:
        raise DataError(f"There is more than one {kind} file in {path.name}: {', '.join(names)}. Keep one of them.")
    return names[0] if names else None


def _genre_names(name: str, data: bytes) -> tuple[str, ...]:
    if len(data) > MAX_GENRE_FILE_BYTES:
        raise DataError(
            f"It has {len(data):,} bytes; a list of genres has at most {MAX_GENRE_FILE_BYTES:,}. Leave it out."
        )
    text_lines = delimited.decode(name, data).splitlines()
    names = tuple(line.split("|")[0] for line in text_lines if line.strip())
    if len(set(names)) < len(names):
        raise DataError(f"It is not a list of different genres ({shown(', '.join(names))}). Leave it out.")
    return names


def _raw_table(kind: str, name: str, data: bytes, genres: tuple[str, ...], limits: ReadLimits) -> RawTable:
    if limits.parquet and data[:4] == b"PAR1":
        raw = _parquet(name, data, limits)
    else:
        archive.refuse_foreign(name, data)
        raw = _delimited(kind, name, data, genres, limits)
    frame = decoded_demographics(joined_genres(raw.frame, genres))
    return replace(raw, frame=frame)


def _parquet(name: str, data: bytes, limits: ReadLimits) -> RawTable:
    try:
        frame = pd.read_parquet(io.BytesIO(data))
    except Exception as error:  # the parquet reader has no common error class
        raise DataError(f"{name} is a damaged parquet file ({shown(str(error))}). Fetch it again.") from error
    header = tuple(str(column) for column in frame.columns)
    limits.require_columns(name, len(header))
    names = _schema_names(name, list(header))
    frame = frame.set_axis(names, axis="columns").loc[:, [bool(column) for column in names]]
    return replace(RawTable.of(frame, name, name), header=header)


def _delimited(kind: str, name: str, data: bytes, genres: tuple[str, ...], limits: ReadLimits) -> RawTable:
    file = DelimitedFile.of(name, data, limits=limits.of(kind))
    if not re.match(r'\s*"?\d', file.first):
        return delimited.with_header(file, lambda header: _schema_names(name, header))
    candidates = [layout for layout in layouts(genres) if layout.kind == kind and layout.separator == file.separator]
    for layout in candidates:
        if len(layout.fields) == file.usual_fields:
            return delimited.without_header(file, layout.fields)
    expected = " or ".join(str(len(layout.fields)) for layout in candidates) or "a header and other separators"
    raise DataError(
        f"{name} has {file.usual_fields} fields per line, separated by {file.separator!r}; "
        f"expected {expected}. Give the MovieLens file as it was published, or a CSV file with a header."
    )


def _schema_names(name: str, columns: list[str]) -> list[str]:
    """The schema's names for those of a header; genre names are kept, and unused columns are ""."""
    canonical = [_ALIASES.get(re.sub(r"[^a-z0-9]", "", column.lower()), column.strip()) for column in columns]
    renamed = [column if column in _USED_COLUMNS else "" for column in canonical]
    repeated = [column for column, count in Counter(filter(None, renamed)).items() if count > 1]
    if repeated:
        raise DataError(f"{name} has two columns for {', '.join(sorted(repeated))}. Keep one of each.")
    return renamed
