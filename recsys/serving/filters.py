"""Which movies a list may choose from: the catalogue, less what was seen, less what the filters leave out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.titles import same_title
from recsys.errors import InputError, Problem, shown
from recsys.metrics.ranking import little_known
from recsys.serving.user_input import known_positions


@dataclass(frozen=True)
class Filters:
    """What a list is limited to; the defaults limit nothing."""

    genres: tuple[str, ...] = ()  # a movie has at least one of these
    first_year: float | None = None
    last_year: float | None = None
    min_ratings: int = 0  # by everybody
    only: tuple[int, ...] | None = None  # movie ids of a list of one's own
    little_known: bool = False  # none of the most rated fifth of the catalogue


@dataclass(frozen=True)
class Funnel:
    """How many movies were left at each step."""

    catalogue: int
    seen: int  # movies in the history
    same: int  # other entries of a title already counted: of a seen movie, or of one that is left
    filtered: int  # left after the filters
    shown: int = 0
    unlikely: int = 0  # passed over on the way to those shown: unlikely to please

    @property
    def unseen(self) -> int:
        """Movies left before the filters."""
        return self.catalogue - self.seen - self.same

    def sentence(self, kind: str = "") -> str:
        """The steps for people: `1,682 in the catalogue → 272 seen → 81 after filters → 10 shown`.

        `kind` says what is left, where it is not what the filters leave.
        """
        seen = f"{self.seen:,} seen" + (f", {self.same:,} listed twice" if self.same else "")
        kind = kind or ("left" if self.filtered == self.unseen else "after filters")
        left = f"{self.filtered:,} {kind}"
        left += f", {self.unlikely:,} passed over as unlikely to please" if self.unlikely else ""
        return " → ".join((f"{self.catalogue:,} in the catalogue", seen, left, f"{self.shown:,} shown"))

    def showing(self, rows: int, unlikely: int = 0) -> Self:
        """The same with the number of rows that the list has, and of movies passed over."""
        return replace(self, shown=rows, unlikely=unlikely)


@dataclass(frozen=True)
class Titles:
    """Entries of one title: each movie's principal entry is the most rated one of the same title."""

    principal: np.ndarray  # int64 (movies,), position of the principal entry

    @classmethod
    def of(cls, catalogue: Catalogue, counts: np.ndarray) -> Self:
        """From the catalogue and how often each movie was rated, (movies,); ties go to the lower id."""
        best: dict[str, int] = {}
        keys = [same_title(title) for title in catalogue.titles]
        for position in np.argsort(-counts, kind="stable").tolist():
            best.setdefault(keys[position], position)
        return cls(np.array([best[key] for key in keys], np.int64))


@dataclass(frozen=True)
class Candidates:
    """Which movies were not seen, and which of them a list may show; bool (movies,) each."""

    unseen: np.ndarray
    passing: np.ndarray
    funnel: Funnel


def candidates(
    catalogue: Catalogue, counts: np.ndarray, titles: Titles, seen: np.ndarray, filters: Filters
) -> Candidates:
    """What is left of the catalogue for somebody who saw the movies at the positions `seen`.

    A title stands once, by its principal entry, and not at all when any of its entries was seen. So a filtered list
    equals the whole list filtered. Raises InputError for a genre, UnknownIdError for a movie, that nobody knows.
    """
    unseen = titles.principal == np.arange(len(catalogue))
    unseen[np.unique(titles.principal[seen])] = False
    passing = unseen & _passes(catalogue, counts, titles, filters)
    same = len(catalogue) - len(seen) - int(unseen.sum())
    return Candidates(unseen, passing, Funnel(len(catalogue), len(seen), same, int(passing.sum())))


def relaxed_counts(
    catalogue: Catalogue, counts: np.ndarray, titles: Titles, seen: np.ndarray, filters: Filters
) -> dict[str, int]:
    """How many movies would be left without each filter in use, by the names that `ListOptions.checked` takes."""
    none = Filters(little_known=filters.little_known)
    without = {
        "genres": replace(filters, genres=none.genres),
        "years": replace(filters, first_year=None, last_year=None),
        "min_ratings": replace(filters, min_ratings=none.min_ratings),
        "only": replace(filters, only=none.only),
    }
    return {
        name: candidates(catalogue, counts, titles, seen, looser).funnel.filtered
        for name, looser in without.items()
        if looser != filters
    }


def _passes(catalogue: Catalogue, counts: np.ndarray, titles: Titles, filters: Filters) -> np.ndarray:
    passing = counts >= filters.min_ratings
    if filters.little_known:
        passing &= little_known(counts)
    if filters.genres:
        passing &= catalogue.genre_flags[:, _genre_columns(catalogue, filters.genres)].any(axis=1)
    if filters.first_year is not None:
        passing &= catalogue.years >= filters.first_year  # an unknown year is in no range
    if filters.last_year is not None:
        passing &= catalogue.years <= filters.last_year
    if filters.only is not None:
        mine = np.zeros(len(catalogue), bool)
        mine[titles.principal[known_positions(catalogue, filters.only, "only")]] = True
        passing &= mine
    return passing


def _genre_columns(catalogue: Catalogue, genres: Collection[str]) -> list[int]:
    names = list(catalogue.genre_names)
    if problem := genre_problem(genres, names):
        raise InputError.of([problem])
    return [names.index(genre) for genre in genres]


def genre_problem(genres: Collection[str], names: Collection[str]) -> Problem | None:
    """What is wrong with genres that a catalogue with these `names` should have, or None."""
    unknown = [genre for genre in genres if genre not in names]
    if not unknown:
        return None
    return Problem("genres", shown(unknown), ", ".join(names), "Choose genres of this catalogue.")
