"""Filters of a list in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from recsys.list_option_table import DEFAULTS, FILTERS


def filter_phrases(options: Mapping[str, Any]) -> dict[str, str]:
    """Each filter in use as a phrase, which may contain names from the data.

    Parameters
    ----------
    options : mapping of str to object
        Valid list options by name; a missing one has its default.

    Returns
    -------
    dict of str to str
        The phrases by the names of the filters, in the order of `FILTERS`.

    Examples
    --------
    >>> filter_phrases({"genres": ["Comedy", "Drama"], "years": (1990, None), "n": 5})
    {'genres': 'Comedy or Drama', 'years': 'years from 1990'}
    """
    values = {name: options.get(name, DEFAULTS[name]) for name in FILTERS}
    return {name: _PHRASES[name](value) for name, value in values.items() if not _is_default(name, value)}


def _years(years: Sequence[float | None]) -> str:
    first, last = years
    if first is None:
        return f"years up to {last}"
    return f"years from {first}" if last is None else f"years {first} to {last}"


def _movies(movie_ids: Sequence[int]) -> str:
    return f"{len(movie_ids):,} {'movie' if len(movie_ids) == 1 else 'movies'}"


def _is_default(name: str, value: Any) -> bool:
    return (tuple(value) if isinstance(value, list) else value) == DEFAULTS[name]


_PHRASES = {
    "genres": lambda genres: " or ".join(genres),
    "exclude_genres": lambda genres: f"without {' or '.join(genres)}",
    "years": _years,
    "min_ratings": lambda count: f"at least {count:,} {'rating' if count == 1 else 'ratings'}",
    "only": lambda movie_ids: f"only from a list of {_movies(movie_ids)}",
    "exclude": lambda movie_ids: f"{_movies(movie_ids)} left out",
    "min_like": lambda share: f"a chance of at least {share:.0%} to be liked",
}
