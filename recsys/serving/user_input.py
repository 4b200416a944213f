"""Who asks: a known user's row, or a newcomer's, as one row of ratings; ids that are none or unknown are refused."""

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
    """Ids of users or movies as int64 (values,), the same for every function that takes them.

    An id is a whole number from `MIN_ID` to `MAX_ID`, of Python or numpy; so is a float without a fraction, which
    pandas makes of whole numbers beside missing ones. InputError for everything else: True, 196.7, NaN, text.
    """
    numbers = values if isinstance(values, np.ndarray | pd.Series | pd.Index) else None
    if numbers is not None and getattr(numbers.dtype, "kind", "O") in "iuf":
        array = np.asarray(numbers)
        whole = array.astype(np.float64)
        wrong = array[~((whole == np.floor(whole)) & (whole >= 0) & (whole < 2.0**53))].tolist()
        wrong = wrong or [value for value in (array.min(initial=0), array.max(initial=0)) if not is_id(int(value))]
    else:
        array = np.array(list(values), object)
        wrong = [value for value in array.tolist() if not _is_whole_id(value)]
    if wrong:
        received = shown(wrong[0]) + (f" and {len(wrong) - 1:,} more" if len(wrong) > 1 else "")
        raise InputError.of([Problem(field, received, ID_RANGE, REMEDY)])
    return array.astype(np.int64)


def one_id(value: object, field: str) -> int:
    """One id of a user or a movie; InputError as `ids`."""
    return int(ids([value], field)[0])


def known_row(interactions: Interactions, user_id: object) -> int:
    """The row of a known user. Raises InputError for what is no id, UnknownIdError with the known range."""
    user = one_id(user_id, USER)
    row = int(interactions.rows(np.array([user]))[0])
    if row < 0:
        remedy = "Choose one of these, or give a history instead."
        known = id_range(interactions.user_ids)
        raise UnknownIdError.of([unknown_id_problem(USER, user, known, remedy, users=True)])
    return row


def known_positions(catalogue: Catalogue, movie_ids: Iterable[object], field: str = MOVIE) -> np.ndarray:
    """The catalogue positions of movie ids. Raises InputError for what is no id, UnknownIdError for one it lacks."""
    movies = ids(movie_ids, field)
    positions = catalogue.positions(movies)
    if (positions < 0).any():
        unknown, known = sorted(set(movies[positions < 0].tolist())), id_range(catalogue.movie_ids)
        raise UnknownIdError.of([unknown_id_problem(field, unknown, known, "Choose one of these.", users=False)])
    return positions


def newcomer(
    history: History | None, profile: Mapping[str, Any] | None, catalogue: Catalogue, stars: tuple[float, ...]
) -> Interactions:
    """A newcomer's row. Raises UnknownIdError for a movie the catalogue lacks, InputError for stars off the scale."""
    if isinstance(history, pd.DataFrame):
        require_columns(history, "history", (MOVIE, RATING))
        history = dict(zip(ids(history[MOVIE], MOVIE).tolist(), history[RATING].tolist(), strict=True))
    history = dict(history or {})
    known_positions(catalogue, list(history))
    wrong = {movie: star for movie, star in history.items() if star_problem(star, stars)}
    problems = _profile_problems(profile or {})
    if wrong:
        problems.append(Problem("history", shown(wrong), stars_allowed(stars), "Give stars of this scale."))
    if problems:
        raise InputError.of(problems)
    return Interactions.newcomer({int(movie): float(star) for movie, star in history.items()}, profile or {}, catalogue)


def require_columns(frame: object, field: str, names: tuple[str, ...]) -> None:
    """Raise InputError unless this is a frame with these columns, each once."""
    columns = [str(name) for name in frame.columns] if isinstance(frame, pd.DataFrame) else None
    if columns is None or any(columns.count(name) != 1 for name in names):
        received = type(frame).__name__ if columns is None else shown(columns)
        allowed = f"a DataFrame with one column of each of {', '.join(names)}"
        raise InputError.of([Problem(field, received, allowed, "Give such a frame.")])


def id_range(ascending: np.ndarray) -> tuple[int, int]:
    """The lowest and the highest of some ids."""
    return int(ascending[0]), int(ascending[-1])


def _is_whole_id(value: object) -> bool:
    if isinstance(value, float | np.floating) and value == np.floor(value) and abs(value) < 2.0**53:
        return is_id(int(value))
    return is_id(value)


def _profile_problems(profile: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with what a newcomer says of themselves; a word that nobody else uses is not."""
    said = {name: profile.get(name) for name in PROFILE_COLUMNS}
    given = {name: value for name, value in said.items() if not (np.ndim(value) == 0 and pd.isna(value))}
    age = given.pop(AGE, 0)
    words = {name: word for name, word in given.items() if not isinstance(word, str)}
    problems = [Problem(name, shown(word), "text", "Give a word.") for name, word in words.items()]
    if isinstance(age, bool | np.bool_) or not isinstance(age, int | float | np.number) or not np.isfinite(age):
        problems.append(Problem(AGE, shown(age), "a number of years", "Give a number, or leave it out."))
    return problems
