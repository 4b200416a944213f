"""Who asks: a known user's row, or a newcomer's, as one row of ratings; ids that nobody knows are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from recsys.catalogue import Catalogue
from recsys.errors import InputError, Problem, UnknownIdError, shown
from recsys.histories import Histories
from recsys.schema import MOVIE, RATING, USER, star_name

History = Mapping[int, float] | pd.DataFrame  # stars by movie id, or columns movie_id and rating


def known_row(histories: Histories, user_id: int) -> int:
    """The row of a known user. Raises UnknownIdError with the known range."""
    row = int(histories.rows(np.array([user_id]))[0])
    if row < 0:
        low, high = id_range(histories.user_ids)
        allowed = f"a user of this data, {low} to {high}"
        remedy = "Choose one of these, or give a history instead."
        raise UnknownIdError.of([Problem(USER, shown(user_id), allowed, remedy)])
    return row


def known_positions(catalogue: Catalogue, movie_ids: np.ndarray) -> np.ndarray:
    """The catalogue positions of movie ids. Raises UnknownIdError naming those that it lacks."""
    found = catalogue.positions(movie_ids)
    if (found < 0).any():
        low, high = id_range(catalogue.movie_ids)
        unknown = shown(sorted(set(movie_ids[found < 0].tolist())))
        allowed = f"a movie of this catalogue, {low} to {high}"
        raise UnknownIdError.of([Problem(MOVIE, unknown, allowed, "Choose one of these.")])
    return found


def newcomer(
    history: History | None, profile: Mapping[str, Any] | None, catalogue: Catalogue, stars: tuple[float, ...]
) -> Histories:
    """A newcomer's row. Raises UnknownIdError for a movie the catalogue lacks, InputError for stars off the scale."""
    if isinstance(history, pd.DataFrame):
        history = dict(zip(history[MOVIE].tolist(), history[RATING].tolist(), strict=True))
    history = dict(history or {})
    known_positions(catalogue, np.array(list(history), np.int64))
    wrong = {movie: star for movie, star in history.items() if star not in stars}
    if wrong:
        allowed = ", ".join(star_name(star) for star in stars)
        raise InputError.of([Problem("history", shown(wrong), allowed, "Give stars of this scale.")])
    return Histories.newcomer(history, profile or {}, catalogue)


def id_range(ascending: np.ndarray) -> tuple[int, int]:
    """The lowest and the highest of some ids."""
    return int(ascending[0]), int(ascending[-1])
