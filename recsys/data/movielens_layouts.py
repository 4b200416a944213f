"""Layouts of MovieLens files without a header, and how their codes and flags become columns of the schema."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys import schema

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
AGES_1M = {1: 16, 18: 21, 25: 30, 35: 40, 45: 47, 50: 53, 56: 60}  # middle of each age group by its code


@dataclass(frozen=True)
class Layout:
    """A file without a header: its kind, separator and names of fields ("" for an unused one)."""

    kind: str
    separator: str
    fields: tuple[str, ...]


_RATING_FIELDS = (schema.USER, schema.MOVIE, schema.RATING, schema.TIME)
_ITEM_FIELDS = (schema.MOVIE, schema.TITLE, schema.RELEASED, "", "")


def layouts(genres: tuple[str, ...]) -> tuple[Layout, ...]:
    """All layouts of files without a header; `genres` name the flag columns of u.item."""
    return (
        *(Layout("ratings", separator, _RATING_FIELDS) for separator in ("\t", "::", ",", ";", "|")),
        *(Layout("ratings", separator, _RATING_FIELDS[:3]) for separator in ("\t", "::", ",", ";", "|")),
        Layout("movies", "|", (*_ITEM_FIELDS, *_flag_columns(genres))),
        Layout("movies", "::", (schema.MOVIE, schema.TITLE, schema.GENRES)),
        Layout("users", "|", (schema.USER, schema.AGE, schema.GENDER, schema.OCCUPATION, "")),
        Layout("users", "::", (schema.USER, schema.GENDER, "age_code", "occupation_code", "")),
    )


def joined_genres(frame: pd.DataFrame, genres: tuple[str, ...]) -> pd.DataFrame:
    """The frame with one genres column (`A|B`) instead of flag columns."""
    genre_columns = _flag_columns(genres) | {genre: genre for genre in GENRES_100K}
    flags = {column: genre for column, genre in genre_columns.items() if column in frame.columns}
    if not flags or schema.GENRES in frame.columns:
        return frame
    marked = np.column_stack([frame[column].astype(str).str.strip() == "1" for column in flags]).astype(bool)
    names = ["|".join(genre for genre, flag in zip(flags.values(), row, strict=True) if flag) for row in marked]
    return frame.drop(columns=list(flags)).assign(**{schema.GENRES: names})


def decoded_demographics(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with ages and occupations instead of the codes of MovieLens 1M."""
    if "age_code" not in frame.columns:
        return frame
    ages = pd.to_numeric(frame["age_code"], errors="coerce").map(AGES_1M)
    codes = pd.to_numeric(frame["occupation_code"], errors="coerce")
    occupations = codes.map(dict(enumerate(OCCUPATIONS_1M)))
    return frame.assign(**{schema.AGE: ages, schema.OCCUPATION: occupations})


def _flag_columns(genres: tuple[str, ...]) -> dict[str, str]:
    """The genre of each flag column; columns are numbered, because a genre may have any name."""
    return {f"genre {number}": genre for number, genre in enumerate(genres)}
