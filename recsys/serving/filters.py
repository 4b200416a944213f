"""Candidates of a list: the catalogue without seen movies, repeated titles and what the filters exclude."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.title_keys import same_title
from recsys.metrics.ranking import little_known
from recsys.serving.user_input import catalogue_positions


@dataclass(frozen=True)
class Filters:
    """Limits of a list, as `ListOptions.checked` builds them; the defaults limit nothing."""

    genres: tuple[str, ...] = ()  # a movie has at least one of these
    first_year: float | None = None
    last_year: float | None = None
    min_ratings: int = 0  # by all users
    only: tuple[int, ...] | None = None  # movie ids that the list may choose from
    little_known: bool = False  # without the most rated fifth of the catalogue


@dataclass(frozen=True)
class Funnel:
    """How many movies remain at each step from the catalogue to the list."""

    catalogue: int
    seen: int  # movies in the history
    same: int  # repeated entries of a title: of a seen movie, or of a candidate
    filtered: int  # candidates after the filters
    shown: int = 0  # rows of the list
    unlikely: int = 0  # candidates passed over because their probability of liking is too low

    @property
    def unseen(self) -> int:
        """Candidates before the filters."""
        return self.catalogue - self.seen - self.same

    def sentence(self, kind: str = "") -> str:
        """The steps in words: `1,682 in the catalogue → 272 seen → 81 after filters → 10 shown`.

        `kind` describes the candidates where "left" or "after filters" is not enough.
        """
        seen = f"{self.seen:,} seen" + (f", {self.same:,} listed twice" if self.same else "")
        kind = kind or ("left" if self.filtered == self.unseen else "after filters")
        remaining = f"{self.filtered:,} {kind}"
        remaining += f", {self.unlikely:,} passed over as unlikely to please" if self.unlikely else ""
        return " → ".join((f"{self.catalogue:,} in the catalogue", seen, remaining, f"{self.shown:,} shown"))

    def showing(self, rows: int, unlikely: int = 0) -> Self:
        """This funnel with the rows of the list, and the movies passed over."""
        return replace(self, shown=rows, unlikely=unlikely)


@dataclass(frozen=True)
class Titles:
    """Entries of the same title: the principal entry of each movie is the most rated one of its title."""

    principal: np.ndarray  # int64 (movies,), position of the principal entry

    @classmethod
    def of(cls, catalogue: Catalogue, counts: np.ndarray) -> Self:
        """From the catalogue and the ratings of each movie, int64 (movies,); ties go to the lower id."""
        principal: dict[str, int] = {}
        keys = [same_title(title) for title in catalogue.titles]
        for position in np.argsort(-counts, kind="stable").tolist():
            principal.setdefault(keys[position], position)
        return cls(np.array([principal[key] for key in keys], np.int64))


@dataclass(frozen=True)
class Candidates:
    """Which movies a list may show.

    Attributes
    ----------
    unseen : ndarray of bool, shape (movies,)
        Principal entries of titles that were not seen.
    passing : ndarray of bool, shape (movies,)
        Those of them that pass the filters.
    funnel : Funnel
        Their numbers.
    """

    unseen: np.ndarray
    passing: np.ndarray
    funnel: Funnel


def candidates(
    catalogue: Catalogue, counts: np.ndarray, titles: Titles, seen: np.ndarray, filters: Filters
) -> Candidates:
    """The movies that a list may show to a user.

    A title is a candidate once, by its principal entry, and never if any of its entries was seen. So a filtered list
    equals the full list filtered.

    Parameters
    ----------
    catalogue : Catalogue
        The movies.
    counts : ndarray of int64, shape (movies,)
        Ratings of each movie.
    titles : Titles
        Entries of the same title.
    seen : ndarray of int64
        Catalogue positions of the movies in the user's history.
    filters : Filters
        Limits of the list.

    Raises
    ------
    UnknownIdError
        A movie id of `filters.only` is not in the catalogue.
    """
    unseen = titles.principal == np.arange(len(catalogue))
    unseen[np.unique(titles.principal[seen])] = False
    passing = unseen & _passes(catalogue, counts, titles, filters)
    same = len(catalogue) - len(seen) - int(unseen.sum())
    return Candidates(unseen, passing, Funnel(len(catalogue), len(seen), same, int(passing.sum())))


def relaxed_counts(
    catalogue: Catalogue, counts: np.ndarray, titles: Titles, seen: np.ndarray, filters: Filters
) -> dict[str, int]:
    """How many candidates there would be without each filter in use, by its argument of `ListOptions.checked`."""
    defaults = Filters()
    relaxed_filters = {
        "genres": replace(filters, genres=defaults.genres),
        "years": replace(filters, first_year=None, last_year=None),
        "min_ratings": replace(filters, min_ratings=defaults.min_ratings),
        "only": replace(filters, only=defaults.only),
    }
    return {
        name: candidates(catalogue, counts, titles, seen, relaxed).funnel.filtered
        for name, relaxed in relaxed_filters.items()
        if relaxed != filters
    }


def _passes(catalogue: Catalogue, counts: np.ndarray, titles: Titles, filters: Filters) -> np.ndarray:
    passing = counts >= filters.min_ratings
    if filters.little_known:
        passing &= little_known(counts)
    if filters.genres:
        columns = [catalogue.genre_names.index(genre) for genre in filters.genres]
        passing &= catalogue.genre_flags[:, columns].any(axis=1)
    if filters.first_year is not None:
        passing &= catalogue.years >= filters.first_year  # an unknown year is in no range
    if filters.last_year is not None:
        passing &= catalogue.years <= filters.last_year
    if filters.only is not None:
        allowed = np.zeros(len(catalogue), bool)
        allowed[titles.principal[catalogue_positions(catalogue, np.array(filters.only, np.int64), "only")]] = True
        passing &= allowed
    return passing
