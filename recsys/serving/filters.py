"""Candidates of a list: the catalogue without seen movies, repeated titles and what the filters exclude."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.title_keys import same_title
from recsys.metrics.ranking import little_known
from recsys.serving.user_input import catalogue_positions

LITTLE_KNOWN = "little_known"  # the filter that comes with a ranker, and is no list option


@dataclass(frozen=True)
class Filters:
    """Limits of a list, as `ListOptions.checked` builds them; the defaults limit nothing."""

    genres: tuple[str, ...] = ()  # a movie has at least one of these
    exclude_genres: tuple[str, ...] = ()  # a movie has none of these
    years: tuple[float | None, float | None] = (None, None)  # the first and the last; None for no limit
    min_ratings: int = 0  # by all users
    only: tuple[int, ...] | None = None  # movie ids that the list may choose from
    exclude: tuple[int, ...] = ()  # movie ids that the list does not show
    little_known: bool = False  # without the most rated fifth of the catalogue


@dataclass(frozen=True)
class Funnel:
    """How many movies remain at each step from the catalogue to the list."""

    catalogue: int
    seen: int  # movies in the history
    same: int  # repeated entries of a title: of a seen movie, or of a candidate
    excluded: int  # candidates that `Filters.exclude` names
    filtered: int  # candidates after all filters
    shown: int = 0  # rows of the list
    unlikely: int = 0  # candidates passed over because their probability of liking is too low

    @property
    def unseen(self) -> int:
        """Candidates before the filters."""
        return self.catalogue - self.seen - self.same

    def sentence(self, kind: str = "") -> str:
        """The steps in words: `1,682 movies → 272 rated → 5 seen or hidden → 81 after filters → 10 shown`.

        `kind` describes the candidates where "left" or "after filters" is not enough.
        """
        seen = f"{self.seen:,} rated" + (f", {self.same:,} listed twice" if self.same else "")
        excluded = [f"{self.excluded:,} seen or hidden"] if self.excluded else []
        kind = kind or ("left" if self.filtered == self.unseen - self.excluded else "after filters")
        remaining = f"{self.filtered:,} {kind}"
        remaining += f", {self.unlikely:,} unlikely to please" if self.unlikely else ""
        return " → ".join((f"{self.catalogue:,} movies", seen, *excluded, remaining, f"{self.shown:,} shown"))

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
    filter_masks : dict of str to ndarray of bool, shape (movies,)
        The movies that each filter in use lets pass, by its field of `Filters`.
    funnel : Funnel
        Their numbers.
    """

    unseen: np.ndarray
    filter_masks: dict[str, np.ndarray]
    funnel: Funnel

    @property
    def passing(self) -> np.ndarray:
        """The unseen movies that pass all filters, bool (movies,)."""
        return _all_of(self.unseen, *self.filter_masks.values())

    @property
    def has_filters(self) -> bool:
        """Whether filters are in use, beside the ranker's own and the excluded movies."""
        return bool(self.filter_masks.keys() - {LITTLE_KNOWN, "exclude"})

    @property
    def relaxed_counts(self) -> dict[str, int]:
        """How many candidates there would be without each filter in use, by its name in `LIST_OPTIONS`."""
        masks = self.filter_masks
        return {
            name: int(_all_of(self.unseen, *(masks[other] for other in masks if other != name)).sum())
            for name in masks
            if name != LITTLE_KNOWN
        }


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
        A movie id of `filters.only` or `filters.exclude` is not in the catalogue.
    """
    unseen = titles.principal == np.arange(len(catalogue))
    unseen[np.unique(titles.principal[seen])] = False
    masks = dict(_filter_masks(catalogue, counts, titles, filters))
    same = len(catalogue) - len(seen) - int(unseen.sum())
    excluded = int((unseen & ~masks["exclude"]).sum()) if filters.exclude else 0
    filtered = int(_all_of(unseen, *masks.values()).sum())
    return Candidates(unseen, masks, Funnel(len(catalogue), len(seen), same, excluded, filtered))


def _filter_masks(
    catalogue: Catalogue, counts: np.ndarray, titles: Titles, filters: Filters
) -> Iterator[tuple[str, np.ndarray]]:
    """Each filter in use with the movies that pass it, bool (movies,)."""
    if filters.little_known:
        yield LITTLE_KNOWN, little_known(counts)
    if filters.genres:
        yield "genres", _has_genre(catalogue, filters.genres)
    if filters.exclude_genres:
        yield "exclude_genres", ~_has_genre(catalogue, filters.exclude_genres)
    if filters.years != (None, None):
        first, last = (
            limit if year is None else year for year, limit in zip(filters.years, (-np.inf, np.inf), strict=True)
        )
        yield "years", (catalogue.years >= first) & (catalogue.years <= last)  # an unknown year is in no range
    if filters.min_ratings:
        yield "min_ratings", counts >= filters.min_ratings
    if filters.only is not None:
        yield "only", _is_title_of(catalogue, titles, filters.only, "only")
    if filters.exclude:
        yield "exclude", ~_is_title_of(catalogue, titles, filters.exclude, "exclude")


def _has_genre(catalogue: Catalogue, genres: tuple[str, ...]) -> np.ndarray:
    columns = [catalogue.genre_names.index(genre) for genre in genres]
    return catalogue.genre_flags[:, columns].sum(axis=1) > 0


def _is_title_of(catalogue: Catalogue, titles: Titles, movie_ids: tuple[int, ...], field: str) -> np.ndarray:
    """The principal entries of these movies' titles, bool (movies,)."""
    mask = np.zeros(len(catalogue), bool)
    mask[titles.principal[catalogue_positions(catalogue, np.array(movie_ids, np.int64), field)]] = True
    return mask


def _all_of(*masks: np.ndarray) -> np.ndarray:
    passing = masks[0].copy()
    for mask in masks[1:]:
        passing &= mask
    return passing
