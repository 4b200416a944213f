"""Validation of user input: ids, histories and profiles, and the single row of ratings that they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.errors import InputError, Problem, UnknownIdError, shown
from recsys.schema import AGE, MOVIE, PROFILE_COLUMNS, RATING, USER
from recsys.validation import ID_RANGE, is_id, star_problem, stars_allowed, unknown_id_problem

History = Mapping[int, float] | pd.DataFrame  # stars by movie id, or columns movie_id and rating
REMEDY = "Give whole numbers, as they are in the data; 196.0 counts as 196."


def ids(values: Iterable[object], field: str) -> np.ndarray:
    """Validate ids of users or movies.

    Parameters
    ----------
    values : iterable
        Whole numbers from `MIN_ID` to `MAX_ID`, of Python or NumPy. A float without a fraction is one too, because
        pandas turns whole numbers beside missing ones into floats.
    field : str
        Name of the field, for the error.

    Returns
    -------
    ndarray of int64, shape (values,)

    Raises
    ------
    InputError
        A value is no id: True, 196.7, NaN, text.
    """
    numbers = values if isinstance(values, np.ndarray | pd.Series | pd.Index) else None
    if numbers is not None and getattr(numbers.dtype, "kind", "O") in "iuf":
        array = np.asarray(numbers)
        floats = array.astype(np.float64)
        invalid = array[~((floats == np.floor(floats)) & (floats >= 0) & (floats < 2.0**53))].tolist()
        invalid = invalid or [value for value in (array.min(initial=0), array.max(initial=0)) if not is_id(int(value))]
    else:
        array = np.array(list(values), object)
        invalid = [value for value in array.tolist() if not _is_whole_id(value)]
    if invalid:
        received = shown(invalid[0]) + (f" and {len(invalid) - 1:,} more" if len(invalid) > 1 else "")
        raise InputError.of([Problem(field, received, ID_RANGE, REMEDY)])
    return array.astype(np.int64)


def one_id(value: object, field: str) -> int:
    """Validate one id, as `ids`."""
    return int(ids([value], field)[0])


def known_row(interactions: Interactions, user_id: object) -> int:
    """The row of a known user. Raises InputError for what is no id, UnknownIdError for a user the data lacks."""
    user = one_id(user_id, USER)
    row = int(interactions.rows(np.array([user]))[0])
    if row < 0:
        remedy = "Choose one of these, or give a history instead."
        known = id_range(interactions.user_ids)
        raise UnknownIdError.of([unknown_id_problem(USER, user, known, remedy, users=True)])
    return row


def known_positions(catalogue: Catalogue, movie_ids: Iterable[object], field: str = MOVIE) -> np.ndarray:
    """The catalogue positions of movie ids. Raises InputError for what is no id, UnknownIdError for one it lacks."""
    return catalogue_positions(catalogue, ids(movie_ids, field), field)


def catalogue_positions(catalogue: Catalogue, movies: np.ndarray, field: str) -> np.ndarray:
    """The catalogue positions of valid movie ids, int64. Raises UnknownIdError for one that the catalogue lacks."""
    positions = catalogue.positions(movies)
    if (positions < 0).any():
        unknown, known = sorted(set(movies[positions < 0].tolist())), id_range(catalogue.movie_ids)
        raise UnknownIdError.of([unknown_id_problem(field, unknown, known, "Choose one of these.", users=False)])
    return positions


def newcomer(
    history: History | None, profile: Mapping[str, Any] | None, catalogue: Catalogue, stars: tuple[float, ...]
) -> Interactions:
    """Validate a newcomer's history and profile, and build their row of ratings.

    Parameters
    ----------
    history : mapping or DataFrame, optional
        Stars by movie id, or the columns movie_id and rating; empty by default.
    profile : mapping, optional
        gender, age and occupation, as far as known.
    catalogue : Catalogue
        The movies.
    stars : tuple of float
        Star values, ascending.

    Returns
    -------
    Interactions
        A single row.

    Raises
    ------
    InputError
        A rating is not on the scale, an id is none, or a profile value has the wrong type.
    UnknownIdError
        A movie is not in the catalogue.
    """
    if isinstance(history, pd.DataFrame):
        require_columns(history, "history", (MOVIE, RATING))
        history = dict(zip(ids(history[MOVIE], MOVIE).tolist(), history[RATING].tolist(), strict=True))
    history = dict(history or {})
    known_positions(catalogue, list(history))
    off_scale = {movie: star for movie, star in history.items() if star_problem(star, stars)}
    problems = _profile_problems(profile or {})
    if off_scale:
        problems.append(Problem("history", shown(off_scale), stars_allowed(stars), "Give stars of this scale."))
    if problems:
        raise InputError.of(problems)
    return Interactions.newcomer({int(movie): float(star) for movie, star in history.items()}, profile or {}, catalogue)


def require_columns(frame: object, field: str, names: tuple[str, ...]) -> None:
    """Raise InputError unless this is a DataFrame with these columns, each once."""
    columns = [str(name) for name in frame.columns] if isinstance(frame, pd.DataFrame) else None
    if columns is None or any(columns.count(name) != 1 for name in names):
        received = type(frame).__name__ if columns is None else shown(columns)
        allowed = f"a DataFrame with one column of each of {', '.join(names)}"
        raise InputError.of([Problem(field, received, allowed, "Give such a frame.")])


def id_range(ascending: np.ndarray) -> tuple[int, int]:
    """The lowest and the highest of some ids, which ascend."""
    return int(ascending[0]), int(ascending[-1])


def _is_whole_id(value: object) -> bool:
    if isinstance(value, float | np.floating) and value == np.floor(value) and abs(value) < 2.0**53:
        return is_id(int(value))
    return is_id(value)


def _profile_problems(profile: Mapping[str, Any]) -> list[Problem]:
    """The problems of a profile; a word outside the model's vocabulary is none."""
    values: dict[str, Any] = {name: profile.get(name) for name in PROFILE_COLUMNS}
    present = {name: value for name, value in values.items() if not (np.ndim(value) == 0 and pd.isna(value))}
    age = present.pop(AGE, 0)
    not_text = {name: value for name, value in present.items() if not isinstance(value, str)}
    problems = [Problem(name, shown(value), "text", "Give a word.") for name, value in not_text.items()]
    if isinstance(age, bool | np.bool_) or not isinstance(age, int | float | np.number) or not np.isfinite(age):
        problems.append(Problem(AGE, shown(age), "a number of years", "Give a number, or leave it out."))
    return problems
